/** `@rpcgen/unplugin`: the plug-in for every bundler, by the bundler's name. Each has a door of its own, too. */

export { default as esbuild } from "./esbuild.js";
export { default as rolldown } from "./rolldown.js";
export { default as rollup } from "./rollup.js";
export { default as rspack } from "./rspack.js";
export { default as vite } from "./vite.js";
export { default as webpack } from "./webpack.js";
export type { RpcgenOptions } from "./options.js";
export type { EsbuildPlugin, RollupPlugin, WebpackPlugin } from "./bundler-plugin.js";
