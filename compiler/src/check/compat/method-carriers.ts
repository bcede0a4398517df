/** The messages that a method's request and answer travel as, and how callers see them. */

import type { MethodSchema, Schema } from "../../schema/schema.js";
import type { Comparison, ServicePair } from "./comparison.js";
import type { Finding, Level } from "./finding.js";
import type { Found } from "./make-finding.js";
import { joinPairings, makeFinding } from "./make-finding.js";
import type { MethodPair } from "./pair-methods.js";
import { pairingsOf, readingSentence } from "./roles.js";
import type { Reading, Role } from "./roles.js";
import { simpleName, typeText } from "./type-text.js";
import type { Slot } from "./wire-slot.js";

type About = Pick<Found, "name" | "subject" | "newPlace" | "oldPlace" | "touched">;

export function* compareCarriers(
  comparison: Comparison,
  service: ServicePair,
  { old, new: now }: MethodPair,
  about: About,
): Iterable<Finding> {
  const isInline = old.hasInlineInput;
  if (isInline !== now.hasInlineInput || (!isInline && comparison.newName(old.input) !== now.input)) {
    yield makeFinding(isInline === now.hasInlineInput ? "method-request-changed" : "parameters-form-changed", {
      ...about,
      was: requestText(old),
      is: requestText(now),
      ...carried(comparison, old.input, now.input, "request"),
      newPlace: comparison.newPlace(now, service.new.fullName, "parameters"),
      oldPlace: comparison.oldPlace(old, service.old.fullName, "parameters"),
    });
  }
  const isMessage = old.outputForm === "message";
  if (old.outputForm !== now.outputForm || (isMessage && comparison.newName(old.output) !== now.output)) {
    // What a oneway method answers is nothing in any form, and that its shape changed is told already.
    if (old.shape === "oneway" || now.shape === "oneway") return;
    yield makeFinding("method-answer-changed", {
      ...about,
      was: answerText(comparison.old.schema, old),
      is: answerText(comparison.new.schema, now),
      ...carried(comparison, old.output, now.output, "answer"),
      newPlace: comparison.newPlace(now, service.new.fullName, "result"),
      oldPlace: comparison.oldPlace(old, service.old.fullName, "result"),
    });
  }
}

/** What becomes of one message that is read as another. */
function carried(
  comparison: Comparison,
  old: string,
  now: string,
  role: Role,
): Pick<Found, "levels" | "why" | "breaks"> {
  const [from, to] = [slotOf(comparison.old.schema, old), slotOf(comparison.new.schema, now)];
  const empty = emptySide(comparison, old, now);
  const wire = withEmptiness(empty, comparison.wireReading(from, to));
  const json = withEmptiness(empty, comparison.jsonReading(from, to));
  const levels: readonly Level[] = [
    ...(isKept(wire) ? [] : ["wire" as const]),
    ...(isKept(json) ? [] : ["json" as const]),
    "source",
  ];
  const roles = new Set([role]);
  const onWire =
    empty === undefined
      ? readingSentence(wire, "bytes")
      : `The ${empty} build writes nothing there, which the other one reads as zero.`;
  return {
    levels,
    why: `${isKept(wire) ? "The bytes are the same." : onWire} Stubs and handlers have another type.`,
    breaks: joinPairings(pairingsOf(wire, roles), pairingsOf(json, roles)).filter(
      (pairing) => pairing !== "storedData",
    ),
  };
}

/** Which of the two messages has no fields at all, if one of them has some. */
function emptySide({ old, new: now }: Comparison, from: string, to: string): "old" | "new" | undefined {
  const [before, after] = [fieldCount(old.schema, from), fieldCount(now.schema, to)];
  if (before === 0 && after > 0) return "old";
  return after === 0 && before > 0 ? "new" : undefined;
}

/** Nothing is read from anything without a complaint, but whoever waits for a value reads one that nobody wrote. */
function withEmptiness(empty: "old" | "new" | undefined, reading: Reading): Reading {
  if (empty === "old") return { ...reading, newReadsOld: "lost" };
  return empty === "new" ? { ...reading, oldReadsNew: "lost" } : reading;
}

function fieldCount(schema: Schema, name: string): number {
  const declared = schema.declarations.get(name);
  return declared !== undefined && "fields" in declared ? declared.fields.length : 0;
}

function slotOf(schema: Schema, name: string): Slot {
  const kind = schema.declarations.get(name)?.kind === "union" ? "union" : "message";
  return { type: { kind, name }, cardinality: "single", mapKey: undefined, packed: false, int64: "bigint" };
}

function isKept({ newReadsOld, oldReadsNew }: Reading): boolean {
  return newReadsOld === "kept" && oldReadsNew === "kept";
}

function requestText(method: MethodSchema): string {
  return method.hasInlineInput ? "inline parameters" : simpleName(method.input);
}

function answerText(schema: Schema, method: MethodSchema): string {
  if (method.outputForm !== "value") return method.outputForm === "void" ? "void" : simpleName(method.output);
  const declared = schema.declarations.get(method.output);
  const value = declared?.kind === "message" ? declared.fields[0] : undefined;
  return value === undefined ? method.output : typeText(value);
}
