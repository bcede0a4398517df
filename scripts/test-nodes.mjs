/** Runs the tests on every supported line of Node, each taken from npm without install scripts and kept in .cache/nodes. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lines = ["20", "22", "24", "26"];
const own = process.versions.node.split(".")[0];
const [platform, arch] = [process.platform, process.arch];
const wanted = process.argv.slice(2).filter((arg) => /^\d+$/.test(arg));
const passed = [];
const failed = [];
const missing = [];

/** The executable of one line; undefined where it cannot be had. */
function nodeOf(line) {
  const folder = join(root, ".cache/nodes", line);
  const executable = join(folder, `node_modules/node-${platform}-${arch}/bin/node`);
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"private":true}\n');
  const args = [
    "install",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--no-package-lock",
    `node-${platform}-${arch}@${line}`,
  ];
  const npm = spawnSync("npm", args, { cwd: folder, encoding: "utf8", shell: platform === "win32" });
  if (existsSync(executable)) return executable;
  const reason = /npm error (.*)/.exec(npm.stderr ?? "")?.[1] ?? "npm did not install it";
  missing.push(`Node ${line}: ${reason}`);
  return undefined;
}

for (const line of wanted.length > 0 ? wanted : lines) {
  const node = nodeOf(line) ?? (line === own ? process.execPath : undefined);
  if (node === undefined) continue;
  const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\n== Node ${version}`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  // Tests that start processes start them with the Node they run on themselves.
  const run = spawnSync(node, [vitest, "run", "--reporter=dot"], { cwd: root, stdio: "inherit" });
  (run.status === 0 ? passed : failed).push(version);
}

console.log("");
for (const text of missing) console.log(`missing  ${text}`);
for (const version of failed) console.log(`FAILED   Node ${version}`);
for (const version of passed) console.log(`passed   Node ${version}`);
console.log(`${passed.length} passed, ${failed.length} failed, ${missing.length} missing`);
// 2 says that there was nothing to run on.
process.exit(failed.length > 0 ? 1 : passed.length > 0 ? 0 : 2);
