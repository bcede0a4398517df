/** One file with the client of the language server in it: the extension needs no node_modules. */

import { defineConfig } from "rolldown";

export default defineConfig({
  input: "src/extension.ts",
  platform: "node",
  external: ["vscode"],
  // Without its node_modules the client would be left out, and the extension would do nothing.
  onLog(level, log, report) {
    if (log.code === "UNRESOLVED_IMPORT") throw new Error(`${log.message}\nRun \`npm install\` in this folder first.`);
    report(level, log);
  },
  output: { file: "dist/extension.cjs", format: "cjs", minify: true },
});
