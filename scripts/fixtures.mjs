/**
 * Compiles every example into generated-fixtures/, and the runtime's own services into the runtime, with the real command;
 * with `--verify` only says what would change.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
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
    options: ["--samples"],
    files: idlFiles("idl-examples").filter((path) => !path.includes("evolution")),
  },
  ...["v1", "v2"].map((version) => ({
    root: `idl-examples/evolution/${version}`,
    out: `generated-fixtures/gen-evolution-${version}`,
    files: idlFiles(`idl-examples/evolution/${version}`),
  })),
  // The services that are part of the runtime: a package does not import itself by its name, so they get its files.
  {
    root: "runtime/idl",
    out: "runtime/src/builtin/gen",
    files: idlFiles("runtime/idl"),
    runtime: "../../codegen/v1.js",
  },
];

function compile(run, out) {
  rmSync(join(root, out), { recursive: true, force: true });
  const args = [
    "bin/rpcgen.cjs",
    "compile",
    "--no-config",
    "--quiet",
    ...(run.options ?? []),
    "--root",
    run.root,
    "--out",
    out,
    ...run.files,
  ];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  // The manifest names the build of the compiler that wrote it; what is committed is only what it wrote.
  rmSync(join(root, out, ".rpcgen-manifest.json"), { force: true });
  if (status !== 0) process.exit(status ?? 70);
  if (run.runtime !== undefined) importByPath(out, run.runtime);
}

/** Leads the imports of the runtime to a file beside the output, given as a path from there. */
function importByPath(out, runtime) {
  for (const [name, text] of texts(out)) {
    const path = posix.relative(dirname(name), runtime);
    writeFileSync(join(root, out, name), text.replaceAll('"@rpcgen/runtime/codegen/v1"', JSON.stringify(path)));
  }
}

function texts(folder) {
  const path = join(root, folder);
  const names = existsSync(path) ? readdirSync(path, { recursive: true }).filter((name) => name.endsWith(".ts")) : [];
  return new Map(names.map((name) => [name.replaceAll("\\", "/"), readFileSync(join(path, name), "utf8")]));
}

/** Names of files that differ between two folders, or are in one of them only. */
function differences(expected, actual) {
  const names = new Set([...expected.keys(), ...actual.keys()]);
  return [...names].filter((name) => expected.get(name) !== actual.get(name)).sort();
}

let stale = 0;
for (const run of runs) {
  if (!verify) {
    compile(run, run.out);
    console.error(`${run.out}: ${texts(run.out).size} files`);
    continue;
  }
  const fresh = join(".cache", "fixtures", run.out);
  compile(run, fresh);
  for (const name of differences(texts(fresh), texts(run.out))) {
    console.error(`stale: ${run.out}/${name}`);
    stale++;
  }
}
if (stale > 0) {
  console.error("Run `npm run fixtures` and review the difference.");
  process.exit(1);
}
