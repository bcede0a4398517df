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
  return (await import(runtimeUrl(specifier, directory))) as Module;
}

/** The URL of the file that `loadRuntime` loads. Throws a UsageError where there is none. */
export function runtimeUrl(specifier: string, directory: string): string {
  for (const place of [join(directory, "package.json"), import.meta.url]) {
    try {
      return pathToFileURL(createRequire(place).resolve(specifier)).href;
    } catch {
      continue;
    }
  }
  throw new UsageError(
    `this needs ${specifier}, which is not installed here`,
    "run `npm install @rpcgen/runtime` in the project",
  );
}
