/** Runs the tests on every supported line of Node. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeLines, nodeOf } from "./nodes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = process.argv.slice(2).filter((arg) => /^\d+$/.test(arg));
const passed = [];
const failed = [];
const missing = [];

for (const line of wanted.length > 0 ? wanted : nodeLines) {
  const node = nodeOf(line);
  if (node.missing !== undefined) missing.push(`Node ${line}: ${node.missing}`);
  if (node.executable === undefined) continue;
  const version = spawnSync(node.executable, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\n== Node ${version}`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  // Tests that start processes start them with the Node they run on themselves.
  const run = spawnSync(node.executable, [vitest, "run", "--reporter=dot", "--reporter=./scripts/tries-reporter.mjs"], {
    cwd: root,
    stdio: "inherit",
  });
  (run.status === 0 ? passed : failed).push(version);
}

console.log("");
for (const text of missing) console.log(`missing  ${text}`);
for (const version of failed) console.log(`FAILED   Node ${version}`);
for (const version of passed) console.log(`passed   Node ${version}`);
console.log(`${passed.length} passed, ${failed.length} failed, ${missing.length} missing`);
// 2 says that there was nothing to run on.
process.exit(failed.length > 0 ? 1 : passed.length > 0 ? 0 : 2);
