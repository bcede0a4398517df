/** Values without the names and forms of one build, so that those of two builds can be compared. */

import { Buffer } from "node:buffer";
import type { FieldSchema, Schema, TypeSchema } from "../../src/schema/schema.js";

/** A value as text: equal texts are equal values. Bytes and messages may stand for each other. */
export type View = string;

/** What values are compared by: bytes carry the numbers of enums, JSON their names. */
export interface Viewing {
  readonly schema: Schema;
  readonly enums: "number" | "name";
}

/** All values of one field; one that is implicit and zero is none. `message` is the field's message. */
export function viewOf(viewing: Viewing, field: FieldSchema, message: object): readonly View[] {
  const value = valueOf(field, message);
  if (field.cardinality === "map") {
    const entries = value instanceof Map ? [...(value as Map<unknown, unknown>)] : [];
    const key: TypeSchema = { kind: "scalar", name: field.mapKey ?? "string" };
    return entries.map(([k, v]) => `${view(viewing, key, k)}=>${view(viewing, field.type, v)}`).sort();
  }
  if (field.cardinality === "repeated")
    return (value as readonly unknown[]).map((item) => view(viewing, field.type, item));
  if (value === undefined) return [];
  const own = view(viewing, field.type, value);
  return field.presence === "implicit" && zeros.has(own) ? [] : [own];
}

function valueOf({ name, union }: FieldSchema, message: object): unknown {
  if (union === undefined) return Reflect.get(message, name);
  const held: unknown = Reflect.get(message, union);
  if (typeof held !== "object" || held === null || Reflect.get(held, "kind") !== name) return undefined;
  return Reflect.get(held, "value");
}

/** Views of an implicit field that is absent. */
export const zeros: ReadonlySet<View> = new Set(["0", "", "x", "s"]);

function view(viewing: Viewing, type: TypeSchema, value: unknown): View {
  switch (type.kind) {
    case "enum": {
      if (viewing.enums === "name") return String(value);
      const declared = viewing.schema.declarations.get(type.name);
      const known = declared?.kind === "enum" ? declared.values.find(({ name }) => name === value) : undefined;
      return known === undefined ? String(value).replace("#", "") : String(known.number);
    }
    case "message":
    case "union":
      return messageView(viewing, type.name, value as object);
    case "builtin":
      return builtinView(type.name, value);
    case "scalar":
      if (type.name === "string") return `s${Buffer.from(String(value), "utf8").toString("hex")}`;
      if (type.name === "bytes") return `x${Buffer.from(value as Uint8Array).toString("hex")}`;
      if (type.name === "float" || type.name === "double") return Object.is(value, -0) ? "-0" : `${String(value)}`;
      return typeof value === "boolean" ? String(Number(value)) : String(value);
  }
}

function messageView(viewing: Viewing, name: string, value: object): View {
  const declared = viewing.schema.declarations.get(name);
  if (declared === undefined || !("fields" in declared)) throw new Error(`${name} has no fields`);
  if (declared.kind === "union") {
    const member = declared.fields.find((field) => field.name === Reflect.get(value, "kind"));
    return member === undefined
      ? "{}"
      : `{${member.number}:${view(viewing, member.type, Reflect.get(value, "value"))}}`;
  }
  const parts = declared.fields.map((field) => [field.number, viewOf(viewing, field, value)] as const);
  return `{${parts
    .filter(([, views]) => views.length > 0)
    .map(([number, views]) => `${number}:${views.join(",")}`)
    .join(",")}}`;
}

function builtinView(name: "timestamp" | "duration" | "json", value: unknown): View {
  if (name === "json") return `json ${JSON.stringify(value)}`;
  const ms = value instanceof Date ? value.getTime() : Number(value);
  // A point in time before 1970 counts its nanoseconds upwards, a negative duration downwards.
  const seconds = name === "timestamp" ? Math.floor(ms / 1000) : Math.trunc(ms / 1000);
  const nanos = Math.round((ms - seconds * 1000) * 1e6);
  const shown = [seconds === 0 ? [] : [`1:${seconds}`], nanos === 0 ? [] : [`2:${nanos}`]].flat();
  return `{${shown.join(",")}}`;
}
