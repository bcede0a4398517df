/** JSON Schema (2020-12) of types and fields, in the canonical JSON that generated code writes. */

import { protoNumberRanges } from "./number-ranges.js";
import type { Annotation, Described, FieldSchema, ScalarName, TypeSchema } from "../../schema/schema.js";

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Where declarations stand in the document, for instance `#/$defs/`. */
export type RefOf = (fullName: string) => string;

const decimal = "^-?(0|[1-9][0-9]*)$";
const base64 = "^[A-Za-z0-9+/_-]*={0,2}$";

export const timestampSchema: JsonObject = {
  type: "string",
  format: "date-time",
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$",
};

export const durationSchema: JsonObject = { type: "string", pattern: "^-?[0-9]+(\\.[0-9]{1,9})?s$" };

export function scalarSchema(name: ScalarName): JsonObject {
  switch (name) {
    case "bool":
      return { type: "boolean" };
    case "string":
      return { type: "string" };
    case "bytes":
      return { type: "string", contentEncoding: "base64", pattern: base64 };
    case "float":
    case "double":
      return { type: ["number", "string"], pattern: "^(NaN|-?Infinity)$", format: name };
    default: {
      const { least, most, isWide } = protoNumberRanges[name];
      if (!isWide) return { type: "integer", minimum: Number(least), maximum: Number(most) };
      // Written as strings, so that no reader rounds them; numbers are read as well.
      return { type: ["string", "integer"], pattern: least === 0n ? "^(0|[1-9][0-9]*)$" : decimal, format: wide(name) };
    }
  }
}

function wide(name: ScalarName): string {
  return name === "uint64" || name === "fixed64" ? "uint64" : "int64";
}

export function typeSchema(type: TypeSchema, refOf: RefOf): JsonObject {
  switch (type.kind) {
    case "scalar":
      return scalarSchema(type.name);
    case "builtin":
      return type.name === "timestamp" ? timestampSchema : type.name === "duration" ? durationSchema : {};
    case "enum":
    case "message":
    case "union":
      return { $ref: refOf(type.name) };
  }
}

/** A field with its constraints, its docs and what else is said about it. */
export function fieldSchema(field: FieldSchema, refOf: RefOf): JsonObject {
  const value = { ...typeSchema(field.type, refOf), ...valueConstraints(field) };
  const said = describedSchema(field, isText(field));
  const [least, most] = numbersOf(field.annotations, "items");
  const isUnique = has(field.annotations, "unique");
  if (field.cardinality === "repeated") {
    return {
      type: "array",
      items: value,
      ...(least === undefined || least === 0 ? {} : { minItems: least }),
      ...(most === undefined ? {} : { maxItems: most }),
      ...(isUnique ? { uniqueItems: true } : {}),
      ...said,
    };
  }
  if (field.mapKey !== undefined) {
    return {
      type: "object",
      ...(field.mapKey === "string" ? {} : { propertyNames: keySchema(field.mapKey) }),
      additionalProperties: value,
      ...(least === undefined || least === 0 ? {} : { minProperties: least }),
      ...(most === undefined ? {} : { maxProperties: most }),
      ...said,
    };
  }
  return { ...value, ...said };
}

function keySchema(key: ScalarName): JsonObject {
  return key === "bool" ? { enum: ["true", "false"] } : { pattern: decimal };
}

function isText({ type, cardinality }: FieldSchema): boolean {
  return cardinality === "single" && type.kind === "scalar" && type.name === "string";
}

/** Docs, examples and marks. `x-` keys say what JSON Schema has no word for. */
export function describedSchema(thing: Described, isText: boolean = false): JsonObject {
  const examples = thing.annotations
    .filter(({ name }) => name === "example")
    .flatMap(({ args: [value] }) => (value?.kind === "string" ? [exampleOf(value.value, isText)] : []));
  return {
    ...(thing.docs === "" ? {} : { description: thing.docs }),
    ...(thing.deprecated === undefined ? {} : { deprecated: true }),
    ...(thing.deprecated === undefined || thing.deprecated === "" ? {} : { "x-deprecated-reason": thing.deprecated }),
    ...(has(thing.annotations, "secret") ? { "x-secret": true } : {}),
    ...(examples.length === 0 ? {} : { examples }),
  };
}

/** An example is text; where it is JSON and no text is wanted, it is that value. */
function exampleOf(text: string, isText: boolean): Json {
  if (isText) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function valueConstraints({ type, annotations }: FieldSchema): JsonObject {
  if (type.kind !== "scalar") return {};
  const [leastLength] = numbersOf(annotations, "minLength");
  const [mostLength] = numbersOf(annotations, "maxLength");
  if (type.name === "bytes") {
    // Lengths count bytes; four characters hold three, with or without padding.
    return {
      ...(leastLength === undefined ? {} : { minLength: Math.ceil((leastLength * 4) / 3) }),
      ...(mostLength === undefined ? {} : { maxLength: Math.ceil(mostLength / 3) * 4 }),
    };
  }
  if (type.name === "string") {
    const pattern = annotations.find(({ name }) => name === "pattern")?.args[0];
    return {
      ...(leastLength === undefined ? {} : { minLength: leastLength }),
      ...(mostLength === undefined ? {} : { maxLength: mostLength }),
      ...(pattern?.kind === "string" ? { pattern: pattern.value } : {}),
    };
  }
  return { ...bound(annotations, "min", "minimum"), ...bound(annotations, "max", "maximum") };
}

/** A bound that a JSON number cannot hold exactly is told as text. */
function bound(annotations: readonly Annotation[], name: "min" | "max", keyword: string): JsonObject {
  const value = annotations.find((annotation) => annotation.name === name)?.args[0];
  if (value?.kind !== "number") return {};
  const number = Number(value.value);
  const isExact = !Number.isInteger(number) || Number.isSafeInteger(number);
  return isExact ? { [keyword]: number } : { [`x-${keyword}`]: value.value };
}

function numbersOf(annotations: readonly Annotation[], name: string): readonly (number | undefined)[] {
  const found = annotations.find((annotation) => annotation.name === name);
  return (found?.args ?? []).map((value) => (value.kind === "number" ? Number(value.value) : undefined));
}

export function has(annotations: readonly Annotation[], name: string): boolean {
  return annotations.some((annotation) => annotation.name === name);
}
