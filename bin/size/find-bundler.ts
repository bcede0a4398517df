/** Finds a bundler that measures: the project's own, or one that its tools bring. */

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../exit-code.js";
import type { Bundler } from "./bundler.js";
import { esbuildBundler } from "./esbuild.js";
import type { Esbuild } from "./esbuild.js";
import { rolldownBundler } from "./rolldown.js";
import type { Rolldown } from "./rolldown.js";

/** Vite has one of the two, depending on its version. Rollup minifies nothing, and so measures nothing. */
const bringers: readonly string[] = ["vite", "tsdown", "tsup"];

/** Throws a UsageError where there is none, or the one that is there cannot be loaded. */
export async function findBundler(directory: string): Promise<Bundler> {
  const own = join(directory, "package.json");
  const places = [own, ...bringers.flatMap((name) => resolved(`${name}/package.json`, own) ?? [])];
  for (const place of places) {
    const esbuild = resolved("esbuild", place);
    if (esbuild !== undefined) {
      // It is CommonJS.
      const { default: loaded } = await load<{ readonly default: Esbuild }>("esbuild", esbuild);
      return esbuildBundler(loaded, directory);
    }
    const rolldown = resolved("rolldown", place);
    if (rolldown !== undefined) return rolldownBundler(await load<Rolldown>("rolldown", rolldown), directory);
  }
  throw new UsageError(
    "sizes are measured by bundling, and this project has no bundler that can: neither esbuild, nor Rolldown, nor Vite",
    "run `npm i -D esbuild` in the project",
  );
}

function resolved(specifier: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}

/** `Module` is what is used of it. */
async function load<Module>(name: string, path: string): Promise<Module> {
  try {
    return (await import(pathToFileURL(path).href)) as Module;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the ${name} of this project cannot be loaded: ${reason}`, "install it again");
  }
}
