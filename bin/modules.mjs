/** `rpcgen/modules`: hands programs the project that keeps `.rpc` files compiled in memory, out of the same bundle as the command. */

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** See `dist/bin/open-modules.d.ts`, which says what it takes and gives. */
export async function openModules(options) {
  const { entry } = require("../dist/build.json");
  const { openModules: open } = require(`../dist/command/${entry}`);
  return open(options);
}
