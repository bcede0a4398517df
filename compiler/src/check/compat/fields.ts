/** Which field is which: fields that are gone, new, renamed, numbered anew, or whose number was given to another. */

import type { FieldSchema } from "../../schema/schema.js";
import { fieldLabel } from "./comparison.js";
import type { Comparison, CompatRule, OwnerPair } from "./comparison.js";
import { compareField } from "./field-content.js";
import { common, matchFields, memberOf, methodOf, packageOf, rolesOfPair } from "./field-pair.js";
import type { FieldPair } from "./field-pair.js";
import type { Finding, Level } from "./finding.js";
import { makeFinding } from "./make-finding.js";
import { pairingsOf, readingSentence } from "./roles.js";
import type { Reading } from "./roles.js";
import { typeText } from "./type-text.js";

export const fields: CompatRule = function* (comparison) {
  for (const pair of comparison.owners) yield* compareFields(comparison, pair);
};

function* compareFields(comparison: Comparison, owner: OwnerPair): Iterable<Finding> {
  const { same, removed, added } = matchFields(owner);
  for (const pair of same) {
    if (pair.old.number !== pair.new.number) yield renumbered(comparison, pair);
    else if (isReuse(comparison, pair)) {
      yield reused(comparison, pair);
      continue;
    } else yield* renamed(comparison, pair);
    yield* compareField(comparison, pair);
  }
  for (const field of removed) yield removedField(comparison, owner, field);
  for (const field of added) yield addedField(comparison, owner, field);
}

/** Another name, and values that neither build understands of the other: that is another field. */
function isReuse(comparison: Comparison, { old, new: now }: FieldPair): boolean {
  if (old.name === now.name) return false;
  const { newReadsOld, oldReadsNew } = comparison.wireReading(old, now);
  return isGrave(newReadsOld) && isGrave(oldReadsNew);
}

function isGrave(fate: Reading["newReadsOld"]): boolean {
  return fate !== "kept" && fate !== "some";
}

function reused(comparison: Comparison, pair: FieldPair): Finding {
  const { owner, old, new: now } = pair;
  const reading = comparison.wireReading(old, now);
  return makeFinding("number-reused", {
    ...common(comparison, pair),
    name: `${old.number} of \`${fieldLabel(owner, old, packageOf(comparison, owner)).replace(/[.(].*$/, "")}\``,
    was: `${old.name}: ${typeText(old)}`,
    is: `${now.name}: ${typeText(now)}`,
    levels: ["wire", "json", "source"],
    why: readingSentence(reading, "bytes"),
    breaks: pairingsOf(reading, rolesOfPair(comparison, owner)),
  });
}

function renumbered(comparison: Comparison, pair: FieldPair): Finding {
  const { owner, old, new: now } = pair;
  const taker = owner.new.fields.find(({ number }) => number === old.number);
  const reading: Reading = { newReadsOld: "lost", oldReadsNew: "lost" };
  const isPositional = owner.noun === "parameter";
  const levels: readonly Level[] = isPositional ? ["wire", "source"] : ["wire"];
  const place = isPositional ? " Calls and handlers take it in another place." : "";
  const fate =
    taker === undefined
      ? "Each build keeps the other's field as an unknown one and reads its own as absent."
      : `Each build reads one field's bytes as the other: number ${old.number} is \`${taker.name}\` now.`;
  return makeFinding("field-number-changed", {
    ...common(comparison, pair),
    was: String(old.number),
    is: String(now.number),
    levels,
    why: fate + place,
    breaks: pairingsOf(reading, rolesOfPair(comparison, owner)),
    newPlace: comparison.newPlace(now, owner.new.fullName, "number"),
    oldPlace: comparison.oldPlace(old, owner.old.fullName, "number"),
    touched: isPositional ? [methodOf(owner)] : [],
  });
}

function* renamed(comparison: Comparison, pair: FieldPair): Iterable<Finding> {
  const { owner, old, new: now } = pair;
  const isJsonRenamed = old.jsonName !== now.jsonName;
  const reading: Reading = {
    newReadsOld: isJsonRenamed && now.protoName !== old.jsonName ? "refused" : "kept",
    oldReadsNew: isJsonRenamed && old.protoName !== now.jsonName ? "refused" : "kept",
  };
  const breaks = pairingsOf(reading, rolesOfPair(comparison, owner));
  const isJson = breaks.length > 0 || isGrave(reading.newReadsOld) || isGrave(reading.oldReadsNew);
  const inJson = isJson
    ? `In JSON, \`${old.jsonName}\` is \`${now.jsonName}\` now, which readers of the other build refuse.`
    : "";
  if (old.name !== now.name && owner.noun !== "result") {
    // Parameters are passed by position, so that their names are only in JSON and in the message itself.
    const inSource =
      owner.noun === "parameter"
        ? "The message that carries the parameters has another property."
        : isMember(owner, now)
          ? "In TypeScript its `kind` is another string."
          : "In TypeScript the property has another name.";
    yield makeFinding("field-renamed", {
      ...common(comparison, pair),
      is: now.name,
      levels: isJson ? ["json", "source"] : ["source"],
      why: isJson ? `${inJson} ${inSource}` : inSource,
      breaks,
    });
  } else if (isJson) {
    const found = { ...common(comparison, pair), was: old.jsonName, is: now.jsonName };
    yield makeFinding("json-name-changed", { ...found, levels: ["json"], why: inJson, breaks });
  }
  if (!isJson && old.protoName !== now.protoName && !readsBoth(old, now)) yield protoRenamed(comparison, pair);
}

/** Whether whatever was read by the old names is read by the new ones. */
function readsBoth(old: FieldSchema, now: FieldSchema): boolean {
  return [now.jsonName, now.protoName].includes(old.protoName);
}

function protoRenamed(comparison: Comparison, pair: FieldPair): Finding {
  const { old, new: now, owner } = pair;
  return makeFinding("proto-name-changed", {
    ...common(comparison, pair),
    was: old.protoName,
    is: now.protoName,
    levels: ["json"],
    why: "The new build refuses JSON by the old name of the `.proto`, which the old one read.",
    breaks: pairingsOf({ newReadsOld: "refused", oldReadsNew: "kept" }, rolesOfPair(comparison, owner)),
  });
}

function removedField(comparison: Comparison, owner: OwnerPair, field: FieldSchema): Finding {
  const where =
    owner.noun === "parameter" ? "Calls and handlers have one argument less" : "TypeScript does not know it any more";
  return makeFinding("field-removed", {
    name: fieldLabel(owner, field, packageOf(comparison, owner)),
    subject: `${owner.fullName}.${field.name}`,
    levels: ["json", "source"],
    why: `The new build keeps its bytes without reading them, and refuses its name in JSON. ${where}.`,
    breaks: pairingsOf({ newReadsOld: "refused", oldReadsNew: "kept" }, rolesOfPair(comparison, owner)),
    newPlace: comparison.newPlace(owner.new, owner.new.fullName),
    oldPlace: comparison.oldPlace(field, owner.old.fullName),
    touched: [owner.noun === "parameter" ? methodOf(owner) : memberOf(owner, field)],
  });
}

function addedField(comparison: Comparison, owner: OwnerPair, field: FieldSchema): Finding {
  const rule =
    owner.noun === "parameter" ? "parameter-added" : isMember(owner, field) ? "union-member-added" : "field-added";
  const why = {
    "parameter-added":
      "Calls and handlers take one argument more, in front of their options; the old build refuses its name in JSON.",
    "union-member-added": `The old build gets it as a member that it does not know, and refuses its name in JSON; a \`switch\` over all members has to name it.`,
    "field-added":
      "The old build keeps its bytes and refuses its name in JSON; code that makes complete messages by hand has to fill it.",
  }[rule];
  return makeFinding(rule, {
    name: fieldLabel(
      { ...owner, fullName: owner.newFullName },
      field,
      comparison.newFile(owner.new.fullName)?.package ?? "",
    ),
    subject: `${owner.newFullName}.${field.name}`,
    levels: ["json", "source"],
    why,
    breaks: pairingsOf({ newReadsOld: "kept", oldReadsNew: "refused" }, rolesOfPair(comparison, owner)),
    newPlace: comparison.newPlace(field, owner.new.fullName),
    oldPlace: comparison.oldPlace(owner.old, owner.old.fullName),
    touched: [owner.noun === "parameter" ? methodOf(owner) : { kind: "declaration", fullName: owner.old.fullName }],
  });
}

function isMember(owner: OwnerPair, field: FieldSchema): boolean {
  return owner.new.kind === "union" || field.union !== undefined;
}
