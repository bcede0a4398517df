/** Collects what one generated file imports, and settles under which name. */

import type { ImportDeclarationStructure } from "ts-morph";
import { StructureKind } from "./structure-printer.js";

/** How the import of a sibling file ends. */
export type ImportExtension = ".js" | ".ts" | "";

interface Imported {
  readonly name: string;
  readonly local: string;
  isType: boolean;
}

/** The imports of one file: asking for a name is importing it. */
export class Imports {
  private readonly modules = new Map<string, Map<string, Imported>>();
  private readonly locals = new Set<string>();
  private readonly declared: ReadonlySet<string>;

  /** `declared`: identifiers that belong to the file itself and to the siblings of its source. */
  constructor(declared: ReadonlySet<string>) {
    this.declared = declared;
  }

  /**
   * Imports `name` and returns what it is called in this file: its own name, or with `$` and a number behind it where
   * that is taken. No name in an `.rpc` file can contain `$`. A file's own siblings keep their names (`isOwn`).
   */
  use(module: string, name: string, isType: boolean, isOwn: boolean = false): string {
    const names = this.modules.get(module) ?? new Map<string, Imported>();
    this.modules.set(module, names);
    const known = names.get(name);
    if (known !== undefined) {
      known.isType &&= isType;
      return known.local;
    }
    let local = name;
    for (let i = 1; this.locals.has(local) || (!isOwn && this.declared.has(local)); i++) local = `${name}$${i}`;
    this.locals.add(local);
    names.set(name, { name, local, isType });
    return local;
  }

  /** Sorted: packages before siblings, then by module; types before values. */
  structures(): ImportDeclarationStructure[] {
    const modules = [...this.modules].sort(([a], [b]) => rank(a) - rank(b) || compare(a, b));
    return modules.flatMap(([module, names]) => {
      const all = [...names.values()].sort((a, b) => compare(a.name, b.name));
      return [true, false].flatMap((isType) => {
        const chosen = all.filter((imported) => imported.isType === isType);
        return chosen.length === 0 ? [] : [declaration(module, chosen, isType)];
      });
    });
  }
}

function declaration(module: string, names: readonly Imported[], isType: boolean): ImportDeclarationStructure {
  const namedImports = names.map(({ name, local }) => (local === name ? { name } : { name, alias: local }));
  return { kind: StructureKind.ImportDeclaration, moduleSpecifier: module, isTypeOnly: isType, namedImports };
}

/** The specifier that leads from one generated file to another; both are paths relative to the output directory. */
export function relativeModule(from: string, to: string, extension: ImportExtension): string {
  const source = from.split("/").slice(0, -1);
  const target = to.replace(/\.ts$/, extension).split("/");
  while (source.length > 0 && target.length > 1 && source[0] === target[0]) {
    source.shift();
    target.shift();
  }
  const up = source.length === 0 ? "./" : "../".repeat(source.length);
  return up + target.join("/");
}

function rank(module: string): number {
  return module.startsWith(".") ? 1 : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
