/** `@rpcgen/unplugin/esbuild`: imports of `.rpc` files in esbuild. */

import type { EsbuildPlugin } from "./bundler-plugin.js";
import type { RpcgenOptions } from "./options.js";
import { unplugin } from "./plugin.js";

export type { RpcgenOptions } from "./options.js";

/** The plug-in, for the `plugins` of the configuration. */
export default function rpcgen(options?: RpcgenOptions): EsbuildPlugin {
  return unplugin.esbuild(options) as EsbuildPlugin;
}
