/** Loads what chaos cases use of the tests' kit, which is TypeScript and has to be made one module first. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { findEtcd, findZookeeper } from "../find-services.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
let loading;

/** Servers of other projects and fakes of them. */
export function loadKit() {
  loading ??= load();
  return loading;
}

/** What is missing for a real etcd; undefined where it is here, and can be started from now on. */
export const lacksEtcd = () => lacking(findEtcd());

/** The same of ZooKeeper. */
export const lacksZookeeper = () => lacking(findZookeeper());

function lacking({ missing, env = {} }) {
  Object.assign(process.env, env);
  return missing;
}

async function load() {
  const bundle = await rolldown({
    input: join(root, "scripts/chaos/kit.ts"),
    platform: "node",
    cwd: root,
    external: /^node:/,
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
    logLevel: "warn",
  });
  // A folder of its own, since several runs may load at the same time.
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-chaos-kit-"));
  const file = join(folder, "kit.mjs");
  try {
    await bundle.write({ file, format: "esm", codeSplitting: false, sourcemap: "inline" });
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
