/** Loads the part of ts-morph that prints structures, and leaves the TypeScript compiler inside of it asleep. */

import Module, { createRequire } from "node:module";
import type * as TsMorph from "ts-morph";
import { NeedsTypeScript, typeScriptStandIn } from "./typescript-stand-in.js";

type Library = Pick<typeof TsMorph, "printStructure" | "StructureKind">;

const require = createRequire(import.meta.url);

/**
 * The compiler takes most of the time that ts-morph takes to load, and printing asks it for nothing but the end of an
 * item in a list. So the library is loaded with a stand-in, as an instance of its own: whoever else imports ts-morph in
 * this process gets the whole of it.
 */
const light: Library = loadWithoutTypeScript() ?? whole();

export const StructureKind: typeof TsMorph.StructureKind = light.StructureKind;

/** The text of a structure, as ts-morph's `printStructure` gives it. */
export function printStructure(structure: TsMorph.Structures, options: TsMorph.PrintStructureOptions): string {
  try {
    return light.printStructure(structure, options);
  } catch (error) {
    if (error instanceof NeedsTypeScript) return whole().printStructure(structure, options);
    throw error;
  }
}

function whole(): Library {
  // What `require` gives has no type of its own.
  return require("ts-morph") as Library;
}

/** Undefined where the library is not laid out as it is known to be. */
function loadWithoutTypeScript(): Library | undefined {
  const libraryPath = require.resolve("ts-morph");
  const commonPath = createRequire(libraryPath).resolve("@ts-morph/common");
  const known = new Map([libraryPath, commonPath].map((path) => [path, require.cache[path]]));
  try {
    const inner = createRequire(commonPath);
    for (const [specifier, standIn] of [
      ["./typescript", typeScriptStandIn()],
      ["minimatch", {}],
      ["tinyglobby", {}],
    ] as const) {
      const path = inner.resolve(specifier);
      known.set(path, require.cache[path]);
      require.cache[path] = Object.assign(new Module(path), { exports: standIn, loaded: true });
    }
    for (const path of [libraryPath, commonPath]) Reflect.deleteProperty(require.cache, path);
    return whole();
  } catch {
    return undefined;
  } finally {
    for (const [path, module] of known) {
      if (module === undefined) Reflect.deleteProperty(require.cache, path);
      else require.cache[path] = module;
    }
  }
}
