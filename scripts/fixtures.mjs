/** Compiles every example into generated-fixtures/ with the real command; with `--verify` only says what would change. */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const verify = process.argv.includes("--verify");

function idlFiles(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".rpc"))
    .map((name) => join(folder, name))
    .sort();
}

// The two builds of one package cannot be compiled together, which is the point of having both.
const runs = [
  {
    root: "idl-examples",
    out: "generated-fixtures/gen",
    files: idlFiles("idl-examples").filter((path) => !path.includes("evolution")),
  },
  ...["v1", "v2"].map((version) => ({
    root: `idl-examples/evolution/${version}`,
    out: `generated-fixtures/gen-evolution-${version}`,
    files: idlFiles(`idl-examples/evolution/${version}`),
  })),
];

let worst = 0;
for (const run of runs) {
  const args = ["bin/rpcgen.js", "compile", "--no-config", "--root", run.root, "--out", run.out];
  const result = spawnSync(process.execPath, [...args, ...(verify ? ["--check"] : []), ...run.files], {
    cwd: root,
    stdio: "inherit",
  });
  worst = Math.max(worst, result.status ?? 1);
}
if (verify && worst === 3) console.error("The fixtures are stale: run `npm run fixtures` and review the difference.");
process.exit(worst);
