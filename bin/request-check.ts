/** Looks for fields in a JSON request that its message does not have: servers pass over them, since a newer peer may mean them. */

import { didYouMean } from "../compiler/src/report/did-you-mean.js";
import { printable } from "../compiler/src/report/printable.js";
import type { FieldSchema, Schema } from "../compiler/src/schema/schema.js";
import { UsageError } from "./exit-code.js";
import type { Found } from "./target.js";

/** The text as it is; throws a UsageError that names the field and its path. Says nothing of a method that only the server knows. */
export function checkedRequest(text: string, { known }: Pick<Found, "known">): string {
  if (known !== undefined) checkMessage(JSON.parse(text), known.method.input, known.schema, "");
  return text;
}

function checkMessage(value: unknown, fullName: string, schema: Schema, path: string): void {
  const message = schema.declarations.get(fullName);
  if (message === undefined || !("fields" in message) || !isObject(value)) return;
  // Messages of Protobuf's own have JSON of their own.
  if (fullName.startsWith("google.protobuf.")) return;
  for (const [name, inner] of Object.entries(value)) {
    const field = message.fields.find(({ jsonName, protoName }) => name === jsonName || name === protoName);
    if (field === undefined) throw unknownField(name, message.fields, path);
    checkField(inner, field, schema, path === "" ? field.jsonName : `${path}.${field.jsonName}`);
  }
}

function checkField(value: unknown, { type, cardinality }: FieldSchema, schema: Schema, path: string): void {
  if (type.kind !== "message" && type.kind !== "union") return;
  if (cardinality === "single") checkMessage(value, type.name, schema, path);
  else if (cardinality === "repeated" && Array.isArray(value)) {
    value.forEach((item, index) => checkMessage(item, type.name, schema, `${path}[${index}]`));
  } else if (cardinality === "map" && isObject(value)) {
    // Keys are content.
    Object.values(value).forEach((item, index) => checkMessage(item, type.name, schema, `${path}[${index}]`));
  }
}

function unknownField(name: string, fields: readonly FieldSchema[], path: string): UsageError {
  const shown = /^[A-Za-z_$][\w$]{0,63}$/.test(name) ? `\`${name}\`` : "of that name (it is no identifier)";
  const where = path === "" ? "the request" : `\`${path}\` of the request`;
  const names = fields.map(({ jsonName }) => jsonName);
  const meant = didYouMean(name, names);
  const there = names.length === 0 ? "it has no fields" : `there are ${names.slice(0, 20).join(", ")}`;
  return new UsageError(
    printable(`${where} has no field ${shown}`),
    meant === undefined ? there : `did you mean ${meant}?`,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
