/** `@rpcgen/unplugin/rolldown`: imports of `.rpc` files in Rolldown. */

import type { RollupPlugin } from "./bundler-plugin.js";
import type { RpcgenOptions } from "./options.js";
import { unplugin } from "./plugin.js";

export type { RpcgenOptions } from "./options.js";

/** The plug-in, for the `plugins` of the configuration. */
export default function rpcgen(options?: RpcgenOptions): RollupPlugin {
  return unplugin.rolldown(options) as RollupPlugin;
}
