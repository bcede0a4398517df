/** What one field carries: its type, presence, form in TypeScript, and which other fields exclude it. */

import type { FieldSchema } from "../../schema/schema.js";
import type { Comparison } from "./comparison.js";
import { common, rolesOfPair } from "./field-pair.js";
import type { FieldPair } from "./field-pair.js";
import type { Finding, Level } from "./finding.js";
import { joinPairings, makeFinding } from "./make-finding.js";
import { pairingsOf, readingSentence } from "./roles.js";
import type { Reading } from "./roles.js";
import { simpleName, sourceForm, typeText } from "./type-text.js";

export function* compareField(comparison: Comparison, pair: FieldPair): Iterable<Finding> {
  const type = typeFinding(comparison, pair);
  if (type !== undefined) yield type;
  const union = unionFinding(comparison, pair);
  if (union !== undefined) yield union;
  else if (pair.old.presence !== pair.new.presence && [pair.old, pair.new].every(mayBeImplicit)) {
    yield presenceFinding(comparison, pair);
  }
}

function typeFinding(comparison: Comparison, pair: FieldPair): Finding | undefined {
  const { old, new: now, owner } = pair;
  const wire = comparison.wireReading(old, now);
  const json = comparison.jsonReading(old, now);
  const isSource =
    sourceForm(old, (name) => comparison.newName(name)) !== sourceForm(now, (name) => name) ||
    // A value that is known to be there becomes one that may be absent, or the other way round.
    isPresenceOfType(pair);
  const levels: readonly Level[] = [
    ...(isKept(wire) ? [] : ["wire" as const]),
    ...(isKept(json) ? [] : ["json" as const]),
    ...(isSource ? ["source" as const] : []),
  ];
  if (levels.length === 0) return undefined;
  const rule = ruleFor(comparison, pair, wire);
  const roles = rolesOfPair(comparison, owner);
  const [was, is] = rule === "js-form-changed" ? [old.int64, now.int64] : texts(old, now);
  return makeFinding(rule, {
    ...common(comparison, pair),
    was,
    is,
    levels,
    why: sentence(wire, json, isSource, rule === "js-form-changed"),
    breaks: joinPairings(pairingsOf(wire, roles), pairingsOf(json, roles)),
    newPlace: comparison.newPlace(now, owner.new.fullName, "type"),
    oldPlace: comparison.oldPlace(old, owner.old.fullName, "type"),
  });
}

/** Two declarations of one name in two packages are told apart by their packages. */
function texts(old: FieldSchema, now: FieldSchema): readonly [string, string] {
  const [was, is] = [typeText(old), typeText(now)];
  if (was !== is) return [was, is];
  return [was.replace(simpleName(old.type.name), old.type.name), is.replace(simpleName(now.type.name), now.type.name)];
}

function ruleFor(
  comparison: Comparison,
  { old, new: now }: FieldPair,
  { newReadsOld, oldReadsNew }: Reading,
):
  | "field-cardinality-changed"
  | "field-type-changed"
  | "field-range-changed"
  | "field-form-changed"
  | "js-form-changed" {
  if (old.cardinality !== now.cardinality) return "field-cardinality-changed";
  const isSameType = typeKey(old, (name) => comparison.newName(name)) === typeKey(now, (name) => name);
  if (isSameType && old.int64 !== now.int64) return "js-form-changed";
  const fates = [newReadsOld, oldReadsNew];
  if (fates.every((fate) => fate === "kept")) return "field-form-changed";
  return fates.every((fate) => fate === "kept" || fate === "some") ? "field-range-changed" : "field-type-changed";
}

function typeKey({ type, mapKey }: FieldSchema, newName: (name: string) => string | undefined): string {
  const name = type.kind === "scalar" || type.kind === "builtin" ? type.name : newName(type.name);
  return `${mapKey ?? ""} ${type.kind} ${name ?? ""}`;
}

function sentence(wire: Reading, json: Reading, isSource: boolean, isForm: boolean): string {
  const parts = [readingSentence(wire, "bytes")];
  if (isKept(wire)) parts.push(isForm ? "Bytes and JSON are the same." : "The bytes are the same.");
  if (!isKept(json) && (wire.newReadsOld !== json.newReadsOld || wire.oldReadsNew !== json.oldReadsNew)) {
    parts.push(readingSentence(json, "JSON"));
  }
  if (isSource) parts.push("In TypeScript it is another type.");
  return parts.filter((part) => part !== "").join(" ");
}

function isKept({ newReadsOld, oldReadsNew }: Reading): boolean {
  return newReadsOld === "kept" && oldReadsNew === "kept";
}

/** Whether presence differs because one of the types has no implicit form. */
function isPresenceOfType({ old, new: now }: FieldPair): boolean {
  return old.presence !== now.presence && mayBeImplicit(old) !== mayBeImplicit(now);
}

/** Messages, unions, dates and the like are always explicit; lists and maps never are. */
function mayBeImplicit({ type, cardinality }: FieldSchema): boolean {
  return cardinality === "single" && (type.kind === "scalar" || type.kind === "enum");
}

function presenceFinding(comparison: Comparison, pair: FieldPair): Finding {
  const { owner, new: now } = pair;
  const isExplicit = now.presence === "explicit";
  const reading: Reading = { newReadsOld: "some", oldReadsNew: "some" };
  return makeFinding("presence-changed", {
    ...common(comparison, pair),
    was: pair.old.presence,
    is: now.presence,
    levels: ["wire", "json", "source"],
    why: isExplicit
      ? "A zero of the old build arrives as absent, and what the new one leaves out arrives as zero; in TypeScript it may be undefined now."
      : "What the old build leaves out arrives as zero, and a zero of the new one arrives as absent.",
    breaks: pairingsOf(reading, rolesOfPair(comparison, owner)),
  });
}

/** Fields of one build exclude each other where those of the other do not: only one of them arrives. */
function unionFinding(comparison: Comparison, pair: FieldPair): Finding | undefined {
  const { owner, old, new: now } = pair;
  const [was, is] = [groupOf(owner.old, old), groupOf(owner.new, now)];
  if (was === undefined && is === undefined) return undefined;
  const numbers = new Set(owner.old.fields.map(({ number }) => number));
  const shared = owner.new.fields.filter(({ number }) => numbers.has(number));
  const before = rivals(owner.old.fields, old, owner.old.kind === "union");
  const after = rivals(shared, now, owner.new.kind === "union");
  const isLost = [...after].some((number) => !before.has(number));
  const isLostByOld = [...before].some(
    (number) => !after.has(number) && shared.some((field) => field.number === number),
  );
  const isMoved = (was === undefined) !== (is === undefined);
  if (!isMoved && !isLost && !isLostByOld) return undefined;
  const isZeroLost = isMoved && old.presence !== now.presence;
  const reading: Reading = {
    newReadsOld: isLost || isZeroLost ? "some" : "kept",
    oldReadsNew: isLostByOld || isZeroLost ? "some" : "kept",
  };
  const isWire = !isKept(reading);
  return makeFinding("field-union-changed", {
    ...common(comparison, pair),
    was: unionText(was),
    is: unionText(is),
    levels: isWire ? ["wire", "json", "source"] : ["source"],
    why: unionSentence(isLost, isLostByOld, isZeroLost),
    breaks: pairingsOf(reading, rolesOfPair(comparison, owner)),
  });
}

function unionSentence(isLost: boolean, isLostByOld: boolean, isZeroLost: boolean): string {
  const parts = [
    ...(isLost ? ["The old build may write it beside another member, of which the new one keeps only the last."] : []),
    ...(isLostByOld
      ? ["The new build may write it beside fields that exclude it in the old one, which keeps only the last."]
      : []),
    ...(isZeroLost ? ["Zero and absent are the same outside of a union, and not inside."] : []),
    "In TypeScript it stands in another place.",
  ];
  return parts.join(" ");
}

/** The union that a field is in; "" for a standalone one. */
function groupOf(owner: FieldPair["owner"]["old"], field: FieldSchema): string | undefined {
  return owner.kind === "union" ? "" : field.union;
}

function unionText(union: string | undefined): string {
  if (union === undefined) return "a plain field";
  return union === "" ? "a member of the union" : `in \`${union}\``;
}

/** Numbers of the fields that cannot be there at the same time. */
function rivals(fields: readonly FieldSchema[], field: FieldSchema, isStandalone: boolean): ReadonlySet<number> {
  const others = fields.filter(
    (other) =>
      other.number !== field.number && (isStandalone || (field.union !== undefined && other.union === field.union)),
  );
  return new Set(others.map(({ number }) => number));
}
