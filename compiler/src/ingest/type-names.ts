/** Gives every imported declaration a name that is free in its package and from which no two generated identifiers meet. */

import { methodNameOf, pascalCase } from "../schema/naming.js";

/** What is generated from a declaration decides which names it takes. */
export type DeclaredKind = "message" | "enum" | "error" | "union" | "service" | "alias";

/** A declaration that needs a name. */
export interface Unnamed {
  readonly kind: DeclaredKind;
  /** Names of inline unions. */
  readonly unions: readonly string[];
  /** Names of fields that are maps. */
  readonly maps: readonly string[];
}

/** Longer names are refused, and generated ones append to them. */
const nameLengthMax = 200;

/** Words that would be read as a type of the language, or as the beginning of something else. */
const words = `bool int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 float double string bytes
  timestamp duration json void map union stream`;
const reserved: ReadonlySet<string> = new Set(words.split(/\s+/));

/** The names of one run: of all packages, and of what is generated for each file. */
export class TypeNames {
  readonly #byPackage: Map<string, Set<string>> = new Map();
  readonly #byFile: Map<string, Set<string>> = new Map();

  /** The first of the candidates that is free, or else the last one with a number behind it. */
  claim(packageName: string, file: string, candidates: readonly string[], declared: Unnamed): string {
    const last = candidates.at(-1) ?? "_";
    for (let round = 0; ; round++) {
      const name = candidates[round] ?? `${last.slice(0, nameLengthMax - 8)}${round - candidates.length + 2}`;
      if (this.#tryClaim(packageName, file, name, declared)) return name;
    }
  }

  /** Whether a message that the compiler makes may have this name; then it has. */
  claimMade(packageName: string, file: string, name: string): boolean {
    return this.#tryClaim(packageName, file, name, { kind: "message", unions: [], maps: [] });
  }

  #tryClaim(packageName: string, file: string, name: string, declared: Unnamed): boolean {
    if (reserved.has(name) || name.length > nameLengthMax) return false;
    const names = setOf(this.#byPackage, packageName);
    const identifiers = setOf(this.#byFile, file);
    const wanted = identifiersOf(name, declared);
    if (names.has(name) || wanted.some((identifier) => identifiers.has(identifier))) return false;
    names.add(name);
    for (const identifier of wanted) identifiers.add(identifier);
    return true;
  }
}

function setOf(sets: Map<string, Set<string>>, key: string): Set<string> {
  const known = sets.get(key) ?? new Set();
  sets.set(key, known);
  return known;
}

/** What the generated files of a declaration declare; a superset does no harm. */
function identifiersOf(name: string, { kind, unions, maps }: Unnamed): readonly string[] {
  const pascal = upperFirst(name);
  const camel = name.replace(/^([A-Z]+(?=[A-Z][a-z]|$)|[A-Z])/, (capitals) => capitals.toLowerCase());
  switch (kind) {
    case "alias":
      return [name];
    case "service":
      return [
        ...["", "Service", "Client", "Handler"].map((suffix) => name + suffix),
        ...[`create${pascal}Client`, `dispatch${pascal}`, `serve${pascal}`],
      ];
    case "enum":
      return [name, ...["ToNumber", "FromNumber", "ToJson", "FromJson"].map((suffix) => camel + suffix)];
    case "error":
      return [name, `${name}Error`, ...identifiersOf(`${name}Detail`, { kind: "message", unions, maps })];
    default:
      return [
        ...[name, `${name}Init`, `${name}Codec`, `encode${pascal}`, `decode${pascal}`],
        ...[`${camel}ToJson`, `${camel}FromJson`],
        ...unions.flatMap((union) => [name + upperFirst(union), `${name}${upperFirst(union)}Init`]),
        ...maps.map((map) => `decode${pascal}${upperFirst(map)}Entry`),
      ];
  }
}

function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** The name that a method gets in `.rpc`, and whether it has to be told how it is called on the wire. */
export function freeMethodName(
  wireName: string,
  taken: ReadonlySet<string>,
): { readonly name: string; readonly needsName: boolean } {
  const camel = methodNameOf(wireName);
  let name = taken.has(camel) ? wireName : camel;
  while (taken.has(name)) name += "_";
  return { name, needsName: pascalCase(name) !== wireName };
}
