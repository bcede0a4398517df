/** Where the declarations of `.rpc` files stand, and which of those that stand there have lost their file. */

import type { Host } from "../project/host.js";
import { joinPath } from "../project/logical-path.js";
import type { FileBeside } from "../project/write-beside.js";
import type { CompiledModule } from "./module-project.js";

const typesEnd = ".d.rpc.ts";

/** The declarations of the compiled files and their maps. What stands below `node_modules` belongs to its package. */
export function typesBeside(compiled: readonly CompiledModule[]): readonly FileBeside[] {
  const files = new Map<string, FileBeside>();
  for (const { declarations } of compiled) {
    for (const [realPath, print] of declarations) {
      const path = typesPath(realPath);
      if (files.has(path) || realPath.split("/").includes("node_modules")) continue;
      const { text, map } = print();
      files.set(path, { path, text });
      files.set(`${path}.map`, { path: `${path}.map`, text: map });
    }
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Declarations below directories whose `.rpc` file is not there any more, to be taken away if they are the compiler's own. */
export function orphansBelow(host: Host, directories: readonly string[]): readonly FileBeside[] {
  const orphans: FileBeside[] = [];
  const queue = [...directories];
  for (const directory of queue) {
    const names = new Set(host.list(directory));
    for (const name of names) {
      if (name.endsWith("/")) {
        if (!name.startsWith(".") && name !== "node_modules/") queue.push(joinPath(directory, name));
        continue;
      }
      const stem = /^(.+)\.d\.rpc\.ts(\.map)?$/.exec(name)?.[1];
      if (stem === undefined || names.has(`${stem}.rpc`)) continue;
      orphans.push({ path: joinPath(directory, name), text: undefined });
    }
  }
  return orphans;
}

/** `orders.d.rpc.ts` beside `orders.rpc`, which is where TypeScript looks. */
export function typesPath(realPath: string): string {
  return realPath.replace(/\.rpc$/, "") + typesEnd;
}
