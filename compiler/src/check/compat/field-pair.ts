/** Which field of one declaration is which of the other, and what every finding about two fields says in the same way. */

import type { FieldSchema } from "../../schema/schema.js";
import { fieldLabel } from "./comparison.js";
import type { Comparison, OwnerPair } from "./comparison.js";
import type { Touched } from "./finding.js";
import type { Found } from "./make-finding.js";

/** Two fields that are the same thing, or of which the second one has taken the number of the first. */
export interface FieldPair {
  readonly owner: OwnerPair;
  readonly old: FieldSchema;
  readonly new: FieldSchema;
}

export interface Matches {
  readonly same: readonly FieldPair[];
  readonly removed: readonly FieldSchema[];
  readonly added: readonly FieldSchema[];
}

/** By number and name, then by name, then by number: a name that went to another number took its meaning along. */
export function matchFields(owner: OwnerPair): Matches {
  const [oldNames, newNames] = [new Set(owner.old.fields.map(nameOf)), new Set(owner.new.fields.map(nameOf))];
  const byName = new Map(owner.new.fields.map((field) => [field.name, field]));
  const byNumber = new Map(owner.new.fields.map((field) => [field.number, field]));
  const same: FieldPair[] = [];
  const removed: FieldSchema[] = [];
  const matched = new Set<FieldSchema>();
  for (const old of owner.old.fields) {
    const taker = byNumber.get(old.number);
    const isFree = taker !== undefined && !oldNames.has(taker.name) && !newNames.has(old.name);
    const match = byName.get(old.name) ?? (isFree ? taker : undefined);
    if (match === undefined) removed.push(old);
    else {
      same.push({ owner, old, new: match });
      matched.add(match);
    }
  }
  return { same, removed, added: owner.new.fields.filter((field) => !matched.has(field)) };
}

function nameOf(field: FieldSchema): string {
  return field.name;
}

/** What all findings about a pair of fields say in the same way. */
export function common(
  comparison: Comparison,
  { owner, old, new: now }: FieldPair,
): Pick<Found, "name" | "subject" | "newPlace" | "oldPlace" | "touched"> {
  return {
    name: fieldLabel(owner, old, packageOf(comparison, owner)),
    subject: owner.noun === "result" ? owner.fullName : `${owner.fullName}.${old.name}`,
    newPlace: comparison.newPlace(now, owner.new.fullName),
    oldPlace: comparison.oldPlace(old, owner.old.fullName),
    touched: owner.noun === "parameter" || owner.noun === "result" ? [methodOf(owner)] : [memberOf(owner, old)],
  };
}

export function rolesOfPair(comparison: Comparison, owner: OwnerPair): ReturnType<Comparison["roles"]> {
  return comparison.roles(owner.old.fullName, owner.new.fullName);
}

export function packageOf(comparison: Comparison, owner: OwnerPair): string {
  return comparison.oldFile(owner.old.fullName)?.package ?? "";
}

export function memberOf(owner: OwnerPair, field: FieldSchema): Touched {
  return { kind: "member", owner: owner.old.fullName, name: field.name };
}

/** The method whose parameters or result the fields are. */
export function methodOf({ fullName }: OwnerPair): Touched {
  const dot = fullName.lastIndexOf(".");
  return { kind: "method", service: fullName.slice(0, dot), name: fullName.slice(dot + 1) };
}
