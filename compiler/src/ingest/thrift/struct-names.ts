/** What the fields of a `.thrift` struct are called in `.rpc`, and which numbers they have. */

import { protocJsonName } from "../../schema/naming.js";
import { isFieldNumber } from "../../schema/number-range.js";
import { MemberNames } from "../member-names.js";
import type { MemberName } from "../member-names.js";
import type { ThriftDeclaration, ThriftField } from "./thrift-syntax.js";

/** The names of the maps of a declaration, from which decoders are named. */
export function namesOf(node: ThriftDeclaration): {
  readonly unions: readonly string[];
  readonly maps: readonly string[];
} {
  if (node.kind !== "struct" && node.kind !== "exception") return { unions: [], maps: [] };
  const names = new MemberNames();
  // Whether an alias is a map is not known yet; a name too many does no harm.
  const maps = fieldsOf(node.items).map((field) => fieldName(names, field).name);
  return { unions: [], maps };
}

export function fieldsOf(items: readonly { readonly kind: string }[]): readonly ThriftField[] {
  return items.filter((item): item is ThriftField => item.kind === "field");
}

export function fieldName(names: MemberNames, field: ThriftField): MemberName {
  return names.field(field.name.text, protocJsonName(field.name.text));
}

/**
 * The number of each field: its own, or behind the largest one where it has none that can travel. A second field with a
 * number that is taken has none either.
 */
export function numbersOf(fields: readonly ThriftField[]): ReadonlyMap<ThriftField, number> {
  const numbers = new Map<ThriftField, number>();
  const taken = new Set<number>();
  for (const field of fields) {
    if (field.id === undefined || !isFieldNumber(field.id) || taken.has(field.id)) continue;
    numbers.set(field, field.id);
    taken.add(field.id);
  }
  let next = 1;
  for (const number of taken) next = Math.max(next, number + 1);
  for (const field of fields) {
    if (numbers.has(field)) continue;
    while (taken.has(next) || !isFieldNumber(next)) next = next >= 536_870_911 ? 1 : next + 1;
    numbers.set(field, next);
    taken.add(next);
  }
  return numbers;
}
