/** One file with the client of the language server in it: the extension needs no node_modules. */

import { defineConfig } from "rolldown";

export default defineConfig({
  input: "src/extension.ts",
  platform: "node",
  external: ["vscode"],
  output: { file: "dist/extension.cjs", format: "cjs", minify: true },
});
