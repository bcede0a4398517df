/** Enums: numbers travel in bytes, names in JSON and in TypeScript. */

import type { EnumSchema, EnumValueSchema } from "../../schema/schema.js";
import type { Comparison, CompatRule } from "./comparison.js";
import type { Finding, Level } from "./finding.js";
import { makeFinding } from "./make-finding.js";
import { pairingsOf } from "./roles.js";
import type { Reading } from "./roles.js";

export const enums: CompatRule = function* (comparison) {
  for (const { old, new: now } of comparison.declarations.pairs) {
    if (old.kind !== "enum" || now.kind !== "enum") continue;
    yield* changedValues(comparison, old, now);
    yield* addedValues(comparison, old, now);
    if (old.isClosed !== now.isClosed) yield openness(comparison, old, now);
  }
};

function* changedValues(comparison: Comparison, old: EnumSchema, now: EnumSchema): Iterable<Finding> {
  const byName = new Map(now.values.map((value) => [value.name, value]));
  const namesByNumber = firstNames(now);
  const isPrinted = firstNames(old);
  const oldNumbers = new Map(old.values.map(({ name, number }) => [name, number]));
  for (const value of old.values) {
    const same = byName.get(value.name);
    const found = {
      name: `${old.name}.${value.name}`,
      subject: `${old.fullName}.${value.name}`,
      oldPlace: comparison.oldPlace(value, old.fullName),
      touched: [{ kind: "enumValue", owner: old.fullName, name: value.name } as const],
    };
    if (same !== undefined && same.number !== value.number) {
      const reading: Reading = { newReadsOld: "misread", oldReadsNew: "misread" };
      yield makeFinding("enum-value-number-changed", {
        ...found,
        was: String(value.number),
        is: String(same.number),
        levels: ["wire"],
        why: "Each build takes the number of the other for another value, or for one that it does not know.",
        breaks: pairingsOf(reading, comparison.roles(old.fullName, now.fullName)),
        newPlace: comparison.newPlace(same, now.fullName),
      });
      continue;
    }
    const printed = namesByNumber.get(value.number);
    // A second name for a number is only read; it matters when it is gone.
    const isRenamed =
      printed !== undefined &&
      printed.name !== value.name &&
      isPrinted.get(value.number) === value &&
      (oldNumbers.get(printed.name) ?? value.number) === value.number;
    if (isRenamed) yield renamedValue(comparison, old, now, value, printed, same !== undefined);
    else if (same === undefined) yield removedValue(comparison, old, now, value, printed);
  }
}

function renamedValue(
  comparison: Comparison,
  old: EnumSchema,
  now: EnumSchema,
  value: EnumValueSchema,
  printed: EnumValueSchema,
  isStillRead: boolean,
): Finding {
  const isKnownToOld = old.values.some(({ name, number }) => name === printed.name && number === printed.number);
  const reading: Reading = {
    newReadsOld: isStillRead ? "kept" : "refused",
    oldReadsNew: isKnownToOld ? "kept" : "refused",
  };
  const isJson = !isStillRead || !isKnownToOld;
  return makeFinding("enum-value-renamed", {
    name: `${old.name}.${value.name}`,
    is: printed.name,
    subject: `${old.fullName}.${value.name}`,
    levels: isJson ? ["json", "source"] : ["source"],
    why: isJson
      ? `${refusals(reading)} In TypeScript the value is another string.`
      : "Both builds read both names in JSON, but in TypeScript the value is another string.",
    breaks: pairingsOf(reading, comparison.roles(old.fullName, now.fullName)),
    newPlace: comparison.newPlace(printed, now.fullName),
    oldPlace: comparison.oldPlace(value, old.fullName),
    touched: [{ kind: "enumValue", owner: old.fullName, name: value.name }],
  });
}

function refusals({ newReadsOld, oldReadsNew }: Reading): string {
  if (newReadsOld === "kept") return "The old build refuses the new name in JSON.";
  if (oldReadsNew === "kept") return "The new build refuses the old name in JSON.";
  return "In JSON each build refuses the other's name.";
}

function removedValue(
  comparison: Comparison,
  old: EnumSchema,
  now: EnumSchema,
  value: EnumValueSchema,
  sameNumber: EnumValueSchema | undefined,
): Finding {
  const isRefused = now.isClosed && sameNumber === undefined;
  const levels: readonly Level[] = isRefused ? ["wire", "json", "source"] : ["json", "source"];
  return makeFinding("enum-value-removed", {
    name: `${old.name}.${value.name}`,
    was: String(value.number),
    subject: `${old.fullName}.${value.name}`,
    levels,
    why: isRefused
      ? "The new build refuses its number and its name, and TypeScript does not know it any more."
      : `The new build refuses its name in JSON${sameNumber === undefined ? `, reads its number as "#${value.number}"` : ""}, and TypeScript does not know it any more.`,
    breaks: pairingsOf({ newReadsOld: "refused", oldReadsNew: "kept" }, comparison.roles(old.fullName, now.fullName)),
    newPlace: comparison.newPlace(now, now.fullName),
    oldPlace: comparison.oldPlace(value, old.fullName),
    touched: [{ kind: "enumValue", owner: old.fullName, name: value.name }],
  });
}

function* addedValues(comparison: Comparison, old: EnumSchema, now: EnumSchema): Iterable<Finding> {
  const [names, numbers] = [
    new Set(old.values.map(({ name }) => name)),
    new Set(old.values.map(({ number }) => number)),
  ];
  for (const value of now.values) {
    // A number that had another name is a rename, or a name more to read it by.
    if (names.has(value.name) || numbers.has(value.number)) continue;
    yield makeFinding(old.isClosed ? "closed-enum-value-added" : "enum-value-added", {
      name: `${now.name}.${value.name}`,
      is: String(value.number),
      subject: `${now.fullName}.${value.name}`,
      levels: old.isClosed ? ["wire", "json", "source"] : ["json", "source"],
      why: old.isClosed
        ? "The old build refuses its number, and the message around it."
        : `The old build reads its number as "#${value.number}" and refuses its name in JSON; a \`switch\` over all values has to name it.`,
      breaks: pairingsOf({ newReadsOld: "kept", oldReadsNew: "refused" }, comparison.roles(old.fullName, now.fullName)),
      newPlace: comparison.newPlace(value, now.fullName),
      oldPlace: comparison.oldPlace(old, old.fullName),
      touched: [{ kind: "declaration", fullName: old.fullName }],
    });
  }
}

function openness(comparison: Comparison, old: EnumSchema, now: EnumSchema): Finding {
  const reading: Reading = { newReadsOld: now.isClosed ? "refused" : "kept", oldReadsNew: "kept" };
  return makeFinding(now.isClosed ? "enum-closed" : "enum-opened", {
    name: old.name,
    subject: old.fullName,
    levels: now.isClosed ? ["wire", "json", "source"] : ["source"],
    why: now.isClosed
      ? "The new build refuses numbers that it has no name for, which the old one keeps and hands on."
      : "Its type has an arm for unknown numbers now, which a `switch` over all values does not name.",
    breaks: pairingsOf(reading, comparison.roles(old.fullName, now.fullName)),
    newPlace: comparison.newPlace(now, now.fullName),
    oldPlace: comparison.oldPlace(old, old.fullName),
    touched: [{ kind: "declaration", fullName: old.fullName }],
  });
}

/** The first value that is written for a number: its name is the one that is printed. */
function firstNames(declared: EnumSchema): ReadonlyMap<number, EnumValueSchema> {
  const first = new Map<number, EnumValueSchema>();
  for (const value of declared.values) if (!first.has(value.number)) first.set(value.number, value);
  return first;
}
