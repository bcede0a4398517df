/** Every supported line of Node, each taken from npm without install scripts and kept in .cache/nodes. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const own = process.versions.node.split(".")[0];
const { platform, arch } = process;

export const nodeLines = ["20", "22", "24", "26"];

/** The executable of one line, or `{ missing }` with the reason why it cannot be had. */
export function nodeOf(line) {
  const folder = join(root, ".cache/nodes", line);
  const executable = join(folder, `node_modules/node-${platform}-${arch}/bin/node`);
  if (existsSync(executable)) return { executable };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"private":true}\n');
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
  const npm = spawnSync("npm", [...args, `node-${platform}-${arch}@${line}`], {
    cwd: folder,
    encoding: "utf8",
    shell: platform === "win32",
  });
  if (existsSync(executable)) return { executable };
  const missing = /npm error (.*)/.exec(npm.stderr ?? "")?.[1] ?? "npm did not install it";
  return line === own ? { executable: process.execPath, missing } : { missing };
}
