/** Builds the runtime and the compiler into their dist folders, and stamps the build with the fingerprint of its sources. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, removeOtherThan } from "./bundle.mjs";
import { writeLibraryTypes } from "./library-types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Everything that decides what the compiler prints: its sources, its library of `.rpc` files and its pinned dependencies. */
function compilerFiles() {
  const files = ["package.json", "scripts/bundle.mjs"];
  for (const folder of ["bin", "compiler/src", "compiler/stdlib", "templates"]) {
    for (const entry of listing(folder)) {
      const path = join(folder, entry).split(sep).join("/");
      if (/\.(ts|js|rpc|hbs)$/.test(path) && !path.endsWith(".test.ts")) files.push(path);
    }
  }
  return files.sort();
}

function listing(folder) {
  try {
    return readdirSync(join(root, folder), { recursive: true });
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function fingerprint() {
  const hash = createHash("sha256");
  for (const path of compilerFiles()) {
    hash.update(`${path}\0`);
    hash.update(readFileSync(join(root, path)));
    hash.update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

const built = spawnSync(process.execPath, [join(root, "scripts/tsc.mjs"), "-b", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
if (built.status !== 0) process.exit(built.status ?? 1);
const stamp = join(root, "dist/build.json");
const before = existsSync(stamp) ? JSON.parse(readFileSync(stamp, "utf8")) : {};
const now = fingerprint();
const isBundled = before.fingerprint === now && existsSync(join(root, "dist/command", before.entry ?? "."));
if (!isBundled) {
  const { entry, made } = await bundle();
  writeFileSync(stamp, `${JSON.stringify({ fingerprint: now, entry })}\n`);
  removeOtherThan(made);
  await writeLibraryTypes();
}
