/** Types as people write them, and types as TypeScript sees them. */

import type { FieldSchema } from "../../schema/schema.js";
import type { Slot } from "./wire-slot.js";

/** As in a `.rpc` file, for instance `Money[]` or `map<string, int64>`; declarations without their package. */
export function typeText({ type, cardinality, mapKey }: Pick<FieldSchema, "type" | "cardinality" | "mapKey">): string {
  const name = simpleName(type.name);
  if (cardinality === "repeated") return `${name}[]`;
  return cardinality === "map" ? `map<${mapKey ?? ""}, ${name}>` : name;
}

export function simpleName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}

/** Equal texts mean one type in TypeScript; `newName` says what a declaration is called in the new build. */
export function sourceForm(slot: Slot, newName: (fullName: string) => string | undefined): string {
  const { type, cardinality, mapKey, int64 } = slot;
  const scalar = (name: string): string => {
    if (name.endsWith("64")) return int64;
    return name === "bool" || name === "string" || name === "bytes" ? name : "number";
  };
  const value =
    type.kind === "scalar"
      ? scalar(type.name)
      : type.kind === "builtin"
        ? { timestamp: "Date", duration: "number", json: "json" }[type.name]
        : `${type.kind} ${newName(type.name) ?? `only in one build: ${type.name}`}`;
  return `${cardinality} ${mapKey === undefined ? "" : scalar(mapKey)} ${value}`;
}
