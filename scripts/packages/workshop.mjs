/** A folder in which what would be published is packed, installed in empty projects and tried, and a tally of what came of it. */

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  return { isRight: status === 0, stdout, text: `${stdout}${stderr}` };
}

export function write(path, text) {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}

/** Empties `.cache/NAME` and works there. */
export function openWorkshop(name) {
  const work = join(root, ".cache", name);
  const tarballs = join(work, "tarballs");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(tarballs, { recursive: true });
  let passed = 0;
  const failures = [];

  const check = (what, isRight, details = "") => {
    if (isRight) passed++;
    else failures.push(what);
    console.log(`${isRight ? "passed" : "FAILED"}  ${what}`);
    if (!isRight && details !== "") console.log(details.trim().split("\n").slice(0, 20).join("\n"));
  };

  /** What everything that follows stands on: without it there is nothing to check. */
  const must = (command, args, cwd) => {
    const ended = run(command, args, cwd);
    if (ended.isRight) return ended.stdout;
    console.log(`${command} ${args.join(" ")}\n${ended.text}`);
    console.log(`${passed} passed, ${failures.length + 1} failed`);
    process.exit(1);
  };

  /** An empty project with these packages installed. */
  const project = (folder, packages, type = "module") => {
    const path = join(work, folder);
    write(join(path, "package.json"), JSON.stringify({ name: folder, private: true, type }));
    must("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages], path);
    return path;
  };

  const pack = (folder) => {
    const name = must("npm", ["pack", "--silent", "--pack-destination", tarballs], folder).trim().split("\n").at(-1);
    const path = join(tarballs, name);
    console.log(`packed  ${name}, ${(statSync(path).size / 1024).toFixed(0)} KiB`);
    return path;
  };

  /** Says what failed and how much, and ends the process. */
  const finish = () => {
    console.log("");
    for (const what of failures) console.log(`FAILED  ${what}`);
    console.log(`${passed} passed, ${failures.length} failed`);
    process.exit(failures.length === 0 ? 0 : 1);
  };

  return { work, check, must, project, pack, finish };
}

/** Packages with the versions that they are pinned to, as npm takes them. */
export function pinned(versions) {
  return Object.entries(versions).map(([name, version]) => `${name}@${version}`);
}
