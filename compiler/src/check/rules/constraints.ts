/** Annotations that say something about values: they fit the type, and no value would be refused for nothing. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import type { AliasSchema, Annotation, FieldSchema, Int64Form, ScalarName } from "../../schema/schema.js";
import { fieldOwners } from "../../schema/field-owner.js";
import type { Rule } from "../rule.js";

type Constrained = FieldSchema | AliasSchema;

export const constraints: Rule = (schema, places, report) => {
  for (const alias of schema.files.flatMap((file) => file.aliases)) checkOne(alias, places, report);
  for (const owner of fieldOwners(schema)) {
    for (const field of owner.fields) if (field.annotations.length > 0) checkOne(field, places, report);
  }
};

/** Which values an annotation is for, in words, and whether a thing has such values. */
interface Fit {
  readonly wanted: string;
  readonly advice?: string;
  readonly fits: (thing: Constrained) => boolean;
}

const lengths: Fit = { wanted: "`string` and `bytes`", fits: (thing) => isScalar(thing, ["string", "bytes"]) };
const numbers: Fit = {
  wanted: "numbers",
  fits: (thing) => isScalar(thing, [...integerRanges.keys(), "float", "double"]),
};
const wide: readonly ScalarName[] = ["int64", "uint64", "sint64", "fixed64", "sfixed64"];
const packable: Fit = {
  wanted: "lists of numbers, bools and enums",
  fits: (thing) =>
    thing.cardinality === "repeated" &&
    (thing.type.kind === "enum" || (thing.type.kind === "scalar" && !isScalar(thing, ["string", "bytes"]))),
};

const fitByName: ReadonlyMap<string, Fit> = new Map<string, Fit>([
  ["min", numbers],
  ["max", numbers],
  ["minLength", lengths],
  ["maxLength", lengths],
  ["pattern", { wanted: "`string`", fits: (thing) => isScalar(thing, ["string"]) }],
  ["items", { wanted: "lists and maps", fits: (thing) => thing.cardinality !== "single" }],
  [
    "unique",
    {
      wanted: "lists of scalars and enums",
      fits: (thing) => thing.cardinality === "repeated" && (thing.type.kind === "scalar" || thing.type.kind === "enum"),
    },
  ],
  [
    "js",
    {
      wanted: "64-bit integers",
      // In a map it is about both, keys and values.
      fits: (thing) => isScalar(thing, wide) || wide.some((name) => name === thing.mapKey),
    },
  ],
  ["packed", packable],
  ["unpacked", packable],
  [
    "required",
    {
      wanted: "fields that can be absent",
      advice: "write `?` behind the name, or constrain the value",
      fits: (thing) => thing.kind === "field" && thing.presence === "explicit",
    },
  ],
]);

function checkOne(thing: Constrained, places: Places, report: Report): void {
  for (const [index, annotation] of thing.annotations.entries()) {
    const fit = fitByName.get(annotation.name);
    if (fit === undefined) continue;
    const span = places.item(thing, "annotation", index);
    if (!fit.fits(thing)) {
      report.add(
        "constraint-type",
        span,
        { name: annotation.name, wanted: fit.wanted, type: typeText(thing) },
        {
          label: fit.advice,
        },
      );
      continue;
    }
    const reason = valueProblem(thing, annotation);
    if (reason !== undefined) {
      report.add("annotation-argument", places.item(thing, "argument", index), { name: annotation.name, reason });
    }
  }
}

function isScalar(thing: Constrained, names: readonly ScalarName[]): boolean {
  return thing.type.kind === "scalar" && names.includes(thing.type.name);
}

function typeText(thing: Constrained): string {
  const name = thing.type.name;
  if (thing.cardinality === "repeated") return `${name}[]`;
  return thing.cardinality === "map" ? `map<${thing.mapKey ?? ""}, ${name}>` : name;
}

const integerRanges: ReadonlyMap<ScalarName, readonly [bigint, bigint]> = new Map<
  ScalarName,
  readonly [bigint, bigint]
>([
  ...(["int32", "sint32", "sfixed32"] as const).map((name) => [name, [-(2n ** 31n), 2n ** 31n - 1n]] as const),
  ...(["uint32", "fixed32"] as const).map((name) => [name, [0n, 2n ** 32n - 1n]] as const),
  ...(["int64", "sint64", "sfixed64"] as const).map((name) => [name, [-(2n ** 63n), 2n ** 63n - 1n]] as const),
  ...(["uint64", "fixed64"] as const).map((name) => [name, [0n, 2n ** 64n - 1n]] as const),
]);

/** What is wrong with the argument of an annotation that fits the type. */
function valueProblem(thing: Constrained, annotation: Annotation): string | undefined {
  switch (annotation.name) {
    case "min":
      return numberProblem(thing, numberText(annotation));
    case "max":
      return numberProblem(thing, numberText(annotation)) ?? emptyRange(thing, "min", "max");
    case "maxLength":
      return emptyRange(thing, "minLength", "maxLength");
    case "items": {
      const [least, most] = annotation.args.map((arg) => (arg.kind === "number" ? Number(arg.value) : 0));
      return (least ?? 0) > (most ?? 0)
        ? "asks for more items than it allows: the smaller number stands first"
        : undefined;
    }
    case "pattern":
      return patternProblem(annotation);
    default:
      return undefined;
  }
}

function numberProblem(thing: Constrained, text: string): string | undefined {
  const range = thing.type.kind === "scalar" ? integerRanges.get(thing.type.name) : undefined;
  if (range === undefined) return undefined;
  const type = thing.type.name;
  if (!/^-?\d+$/.test(text)) return `takes a whole number for \`${type}\`, not \`${text}\``;
  const value = BigInt(text);
  const [least, most] = safeRange(range, int64Form(thing));
  if (value >= least && value <= most) return undefined;
  return `takes a number from ${least} to ${most} for \`${type}\`${int64Form(thing) === "number" ? " as a `number`" : ""}, not \`${text}\``;
}

function int64Form(thing: Constrained): Int64Form {
  if (thing.kind === "field") return thing.int64;
  const form = thing.annotations.find((annotation) => annotation.name === "js")?.args[0];
  return form?.kind === "name" && form.value === "number" ? "number" : "bigint";
}

/** Under `@js(number)` only integers that a double holds exactly can occur. */
function safeRange([least, most]: readonly [bigint, bigint], form: Int64Form): readonly [bigint, bigint] {
  if (form !== "number") return [least, most];
  const safe = BigInt(Number.MAX_SAFE_INTEGER);
  return [least < -safe ? -safe : least, most > safe ? safe : most];
}

function emptyRange(thing: Constrained, leastName: string, mostName: string): string | undefined {
  const least = thing.annotations.find((annotation) => annotation.name === leastName);
  const most = thing.annotations.find((annotation) => annotation.name === mostName);
  if (least === undefined || most === undefined) return undefined;
  const [a, b] = [numberText(least), numberText(most)];
  const isEmpty = /^-?\d+$/.test(a) && /^-?\d+$/.test(b) ? BigInt(a) > BigInt(b) : Number(a) > Number(b);
  return isEmpty ? `is below \`@${leastName}(${a})\`, so that no value is right` : undefined;
}

function numberText(annotation: Annotation): string {
  const first = annotation.args[0];
  return first?.kind === "number" ? first.value : "0";
}

function patternProblem(annotation: Annotation): string | undefined {
  const first = annotation.args[0];
  if (first?.kind !== "string") return undefined;
  try {
    new RegExp(first.value, "u");
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return `takes a regular expression: ${text.slice(text.lastIndexOf(": ") + 2).toLowerCase()}`;
  }
}
