/** Makes an example of every message, union and field from the schema alone: bounded, and the same every time. */

import type {
  EnumSchema,
  ErrorSchema,
  FieldSchema,
  MessageSchema,
  Schema,
  TypeSchema,
  UnionSchema,
} from "../../../schema/schema.js";
import { propertyName } from "../../names.js";
import { Constraints } from "./constraint.js";
import type { Sample, SampleProperty } from "./sample.js";
import { durationSample, enumSample, jsonSample, keySample, scalarSample, timestampSample } from "./sample-scalar.js";
import { standardSample } from "./sample-standard.js";

/** How many fields one example shows, and how deep it goes. */
const fieldCountMax = 60;
const depthMax = 4;

export class SampleMaker {
  readonly #schema: Schema;
  /** The messages around the one in the making. */
  #open: string[] = [];
  #left = fieldCountMax;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** A message, an error's detail or a union, by its full name. */
  of(fullName: string): Sample {
    this.#open = [];
    this.#left = fieldCountMax;
    return this.#named(fullName) ?? { kind: "object", properties: [] };
  }

  /** One value of a field; undefined where it is left out. */
  ofField(field: FieldSchema): Sample | undefined {
    this.#open = [];
    this.#left = fieldCountMax;
    return this.#field(field);
  }

  #named(fullName: string): Sample | undefined {
    const declared = this.#schema.declarations.get(fullName);
    if (
      declared === undefined ||
      declared.kind === "enum" ||
      declared.kind === "alias" ||
      declared.kind === "service"
    ) {
      return undefined;
    }
    const standard = standardSample(declared);
    if (standard !== undefined) return standard;
    if (this.#open.includes(fullName) || this.#open.length >= depthMax) return undefined;
    this.#open.push(fullName);
    const sample = declared.kind === "union" ? this.#union(declared) : this.#message(declared);
    this.#open.pop();
    return sample;
  }

  #message(declared: MessageSchema | ErrorSchema): Sample {
    const properties: SampleProperty[] = [];
    for (const member of declared.members) {
      if (this.#left <= 0) break;
      if (member.deprecated !== undefined) continue;
      const name = propertyName(member.name);
      if (member.kind === "inlineUnion") {
        const held = this.#firstOf(member.members);
        if (held !== undefined) {
          properties.push({ name, member: held.field.name, jsonName: held.field.jsonName, value: held.value });
        }
        continue;
      }
      const value = this.#field(member);
      if (value !== undefined) properties.push({ name, member: undefined, jsonName: member.jsonName, value });
    }
    return { kind: "object", properties };
  }

  #union(declared: UnionSchema): Sample | undefined {
    const held = this.#firstOf(declared.fields);
    if (held === undefined) return undefined;
    return { kind: "choice", member: held.field.name, jsonName: held.field.jsonName, value: held.value };
  }

  #firstOf(fields: readonly FieldSchema[]): { readonly field: FieldSchema; readonly value: Sample } | undefined {
    for (const field of fields) {
      const value = field.deprecated === undefined ? this.#field(field) : undefined;
      if (value !== undefined) return { field, value };
    }
    return undefined;
  }

  #field(field: FieldSchema): Sample | undefined {
    this.#left -= 1;
    const asked = new Constraints(field.annotations);
    const [first, ...more] = asked.examples;
    if (field.cardinality === "single") return this.#value(field, field.type, asked, first);
    const value = this.#value(field, field.type, asked, first);
    if (field.cardinality === "map") {
      const key = keySample(field);
      return value === undefined
        ? undefined
        : { kind: "map", entries: [{ key, value }], isRecord: field.mapKey === "string" };
    }
    if (value === undefined) return undefined;
    const others = more.flatMap((example) => this.#value(field, field.type, asked, example) ?? []);
    const wanted = Math.min(Number(asked.number("items") ?? 1), 3);
    const repeated = asked.has("unique") ? [] : Array.from({ length: wanted - 1 - others.length }, () => value);
    return { kind: "list", items: [value, ...others, ...repeated] };
  }

  #value(field: FieldSchema, type: TypeSchema, asked: Constraints, example: string | undefined): Sample | undefined {
    switch (type.kind) {
      case "scalar":
        return scalarSample(type.name, field.name, field.int64, asked, example);
      case "builtin":
        if (type.name === "duration") return durationSample;
        return type.name === "timestamp" ? timestampSample : jsonSample;
      case "enum":
        return enumSample(this.#enum(type.name), example);
      case "message":
      case "union":
        return this.#named(type.name);
    }
  }

  #enum(fullName: string): EnumSchema {
    const declared = this.#schema.declarations.get(fullName);
    if (declared?.kind !== "enum") throw new Error(`${fullName} is no enum`);
    return declared;
  }
}
