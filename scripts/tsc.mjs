/** Runs the TypeScript compiler: the native one where its package for this platform is installed, else the JavaScript one. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

function compilers() {
  const packages = ["typescript7", "typescript"];
  return packages
    .map((name) => {
      try {
        return join(dirname(require.resolve(`${name}/package.json`)), "bin", "tsc");
      } catch {
        return "";
      }
    })
    .filter((path) => path !== "" && existsSync(path));
}

const args = process.argv.slice(2);
for (const compiler of compilers()) {
  const works = spawnSync(process.execPath, [compiler, "--version"], { stdio: "ignore" }).status === 0;
  if (!works) continue;
  process.exit(spawnSync(process.execPath, [compiler, ...args], { stdio: "inherit" }).status ?? 1);
}
console.error("No TypeScript compiler is installed: run `npm ci` first.");
process.exit(1);
