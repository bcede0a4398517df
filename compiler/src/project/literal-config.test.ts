/** Which configurations are read without being run, and that everything else is left to JavaScript. */

import { expect, test } from "vitest";
import { readLiteralConfig } from "./literal-config.js";

test.each([
  ['export default { root: "idl" }', { root: "idl" }],
  [
    `// ours
     import { defineConfig } from "rpcgen";
     /* where things are */
     export default defineConfig({
       root: 'idl',
       files: ["a.rpc", 'b.rpc',], // both
       "out": "gen",
     });`,
    { root: "idl", files: ["a.rpc", "b.rpc"], out: "gen" },
  ],
  [
    'import { defineConfig, type RpcgenConfig } from "rpcgen"\nexport default { out: "x" } satisfies RpcgenConfig;\n',
    { out: "x" },
  ],
  ['import type { RpcgenConfig } from "rpcgen";\nexport default {} satisfies RpcgenConfig', {}],
  ["\ufeffexport default {}", {}],
  ['export default { outt: ["a"] }', { outt: ["a"] }],
  ['export default { out: "a", out: "b" }', { out: "b" }],
])("reads %s", (text, value) => {
  expect(readLiteralConfig(text)).toEqual(value);
});

test.each([
  "",
  'export default { out: process.env.OUT ?? "gen" }',
  'export default { out: "a\\u0062" }',
  "export default { out: `gen` }",
  'const out = "gen"; export default { out }',
  'export default { __proto__: { out: "x" } }',
  'export default { "__proto__": { out: "x" } }',
  'import { defineConfig } from "./own.js"; export default defineConfig({ out: "gen" })',
  'import { out } from "rpcgen"; export default { out: "gen" }',
  'export default defineConfig({ out: "gen" }, other())',
  'export default { out: "gen" } as const',
  'export default { out: "gen" }; console.log(1)',
  'export default { out: "gen" ',
  'export default { out: "gen" root: "x" }',
  "export default null",
  "export default 7",
  'export default { get out() { return "gen" } }',
  `export default ${"[".repeat(20)}${"]".repeat(20)}`,
  "/*".repeat(50_000),
  `export default { out: "gen" } ${"/* */ ".repeat(10_000)} x`,
])("leaves what is not literal to be run: %s", (text) => {
  expect(readLiteralConfig(text)).toBeUndefined();
});
