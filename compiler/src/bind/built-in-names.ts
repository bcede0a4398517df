/** The types that need no declaration. */

import type { BuiltinName, ScalarName, TypeSchema } from "../schema/schema.js";

const scalarNames: ReadonlySet<string> = new Set<ScalarName>([
  "bool",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "float",
  "double",
  "string",
  "bytes",
]);

const builtinNames: ReadonlySet<string> = new Set<BuiltinName>(["timestamp", "duration", "json"]);

/** Every name that means a type of the language itself, `void` and `map` included. */
export const allBuiltinNames: readonly string[] = [...scalarNames, ...builtinNames, "void", "map"];

const reserved: ReadonlySet<string> = new Set(allBuiltinNames);

/** Whether a declaration may not have this name. */
export function isBuiltinTypeName(name: string): boolean {
  return reserved.has(name);
}

/** The built-in type of this name, undefined where there is none; `void` is no type of a value. */
export function builtinType(name: string): TypeSchema | undefined {
  if (scalarNames.has(name)) return { kind: "scalar", name: name as ScalarName };
  if (builtinNames.has(name)) return { kind: "builtin", name: name as BuiltinName };
  return undefined;
}
