/** Lets a Node that cannot strip types (before 22.18) import a `rpcgen.config.ts` where it stands, imports and all. */

import { register } from "node:module";

/** Nothing is written: files are read through hooks that take their types away. */
export function enableTypeScript(): void {
  register("../compiler/src/emit/ts/strip-types-hooks.js", import.meta.url);
}
