/** Finds `@rpcgen/runtime` for commands that call or serve: the project's own, else one beside this package. */

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "./exit-code.js";

/**
 * Loads a module of the runtime as a project in this directory would, for instance `@rpcgen/runtime/reflection`. Throws a
 * UsageError where there is none; `Module` is what the caller knows of it.
 */
export async function loadRuntime<Module>(specifier: string, directory: string): Promise<Module> {
  const places = [join(directory, "package.json"), import.meta.url];
  for (const place of places) {
    let path: string;
    try {
      path = createRequire(place).resolve(specifier);
    } catch {
      continue;
    }
    return (await import(pathToFileURL(path).href)) as Module;
  }
  throw new UsageError(
    `this needs ${specifier}, which is not installed here`,
    "run `npm install @rpcgen/runtime` in the project",
  );
}
