/** Finds the kinds of numbers that messages hold, however deep: a client in a browser carries only what its methods need. */

import type { FieldSchema, Schema } from "./schema.js";
import { withHolders } from "./with-holders.js";

/** The kinds by the names that the runtime has for them. */
export type ScalarGroup = "wideScalars" | "floatScalars" | "listScalars" | "rareScalars";

const groups: Readonly<Record<ScalarGroup, (field: FieldSchema) => boolean>> = {
  wideScalars: (field) => kindsOf(field).some((kind) => /64|timestamp|duration/.test(kind)),
  floatScalars: (field) => kindsOf(field).some((kind) => /float|double|json/.test(kind)),
  listScalars: ({ cardinality, type }) =>
    cardinality === "repeated" && type.kind === "scalar" && /^u?int32$/.test(type.name),
  rareScalars: (field) => kindsOf(field).some((kind) => /^s(int|fixed)|^fixed/.test(kind)),
};

/** What a field's own bytes hold; of a map its keys, too. */
function kindsOf({ type, mapKey }: FieldSchema): readonly string[] {
  const value = type.kind === "scalar" || type.kind === "builtin" ? [type.name] : [];
  return mapKey === undefined ? value : [mapKey, ...value];
}

/** By full name, the kinds of numbers in a message, a union or an error, and in all that it holds. */
export function scalarMessages(schema: Schema): ReadonlyMap<string, readonly ScalarGroup[]> {
  const found = new Map<string, ScalarGroup[]>();
  for (const [group, holds] of Object.entries(groups) as [ScalarGroup, (typeof groups)[ScalarGroup]][]) {
    for (const fullName of withHolders(schema, ({ fields }) => fields.some(holds))) {
      const known = found.get(fullName);
      if (known === undefined) found.set(fullName, [group]);
      else known.push(group);
    }
  }
  return found;
}
