/** `@rpcgen/unplugin/webpack`: imports of `.rpc` files in webpack. */

import type { WebpackPlugin } from "./bundler-plugin.js";
import type { RpcgenOptions } from "./options.js";
import { unplugin } from "./plugin.js";

export type { RpcgenOptions } from "./options.js";

/** The plug-in, for the `plugins` of the configuration. */
export default function rpcgen(options?: RpcgenOptions): WebpackPlugin {
  return unplugin.webpack(options) as WebpackPlugin;
}
