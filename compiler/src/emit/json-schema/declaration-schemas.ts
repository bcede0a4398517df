/** JSON Schema of declarations: messages, errors, unions and enums, and of the standard messages with forms of their own. */

import type { FieldOwner } from "../../schema/field-owner.js";
import type { EnumSchema, FieldSchema, Schema } from "../../schema/schema.js";
import { describedSchema, durationSchema, fieldSchema, has, scalarSchema, timestampSchema } from "./type-schema.js";
import type { JsonObject, RefOf } from "./type-schema.js";

/** Every declaration that has a form in JSON, by full name, sorted. */
export function declarationSchemas(schema: Schema, refOf: RefOf): JsonObject {
  const schemas: Record<string, JsonObject> = {};
  const names = [...schema.declarations.keys()].sort();
  for (const name of names) {
    const declaration = schema.declarations.get(name);
    if (declaration === undefined || declaration.kind === "alias" || declaration.kind === "service") continue;
    schemas[name] =
      standardSchema(name) ?? (declaration.kind === "enum" ? enumSchema(declaration) : ownerSchema(declaration, refOf));
  }
  return schemas;
}

const wrapped = {
  BoolValue: "bool",
  BytesValue: "bytes",
  DoubleValue: "double",
  FloatValue: "float",
  Int32Value: "int32",
  Int64Value: "int64",
  StringValue: "string",
  UInt32Value: "uint32",
  UInt64Value: "uint64",
} as const;

function isWrapper(name: string): name is keyof typeof wrapped {
  return Object.hasOwn(wrapped, name);
}

/** The canonical JSON of the standard library; undefined for everything else. */
function standardSchema(fullName: string): JsonObject | undefined {
  if (!fullName.startsWith("google.protobuf.")) return undefined;
  const name = fullName.slice("google.protobuf.".length);
  if (isWrapper(name)) return scalarSchema(wrapped[name]);
  switch (name) {
    case "Timestamp":
      return timestampSchema;
    case "Duration":
      return durationSchema;
    case "Any":
      return { type: "object", properties: { "@type": { type: "string" } } };
    case "FieldMask":
      return { type: "string" };
    case "Struct":
      return { type: "object" };
    case "ListValue":
      return { type: "array" };
    case "Value":
      return {};
    case "NullValue":
      return { type: "null" };
    default:
      return undefined;
  }
}

/** Numbers stand for values that only a newer peer knows, and may be written for any. */
function enumSchema(declaration: EnumSchema): JsonObject {
  const names = declaration.values.map(({ name }) => name);
  const said = describedSchema(declaration);
  const docs = declaration.values.filter((value) => value.docs !== "" || value.deprecated !== undefined);
  const values = Object.fromEntries(
    docs.map((value) => [value.name, value.deprecated === undefined ? value.docs : `Deprecated. ${value.docs}`.trim()]),
  );
  const notes = docs.length === 0 ? {} : { "x-enum-descriptions": values };
  if (declaration.isClosed) {
    const numbers = [...new Set(declaration.values.map(({ number }) => number))];
    return { enum: [...names, ...numbers], ...said, ...notes };
  }
  const number = { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
  return { anyOf: [{ type: "string", enum: names }, number], ...said, ...notes };
}

function ownerSchema(owner: FieldOwner, refOf: RefOf): JsonObject {
  const properties = Object.fromEntries(owner.fields.map((field) => [field.jsonName, fieldSchema(field, refOf)]));
  const said = describedSchema(owner);
  if (owner.kind === "union") return { ...unionSchema(owner.fields, properties), ...said };
  const required = owner.fields.filter((field) => has(field.annotations, "required")).map(({ jsonName }) => jsonName);
  const unions = owner.members.flatMap((member) =>
    member.kind === "inlineUnion" ? [exclusive(member.members, has(member.annotations, "required"))] : [],
  );
  return {
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
    ...(unions.length === 0 ? {} : { allOf: unions }),
    ...(owner.kind === "error" ? { "x-code": owner.code } : {}),
    ...said,
  };
}

/** One of its members, or nothing where it holds one that only a newer peer knows. */
function unionSchema(fields: readonly FieldSchema[], properties: JsonObject): JsonObject {
  const arms = fields.map(({ jsonName }) => ({
    title: jsonName,
    properties: { [jsonName]: properties[jsonName] ?? {} },
    required: [jsonName],
    additionalProperties: false,
  }));
  return { type: "object", oneOf: [...arms, { title: "none", maxProperties: 0 }] };
}

/** Of the members of an inline union one is there, at most or exactly. */
function exclusive(members: readonly FieldSchema[], isRequired: boolean): JsonObject {
  const present = members.map(({ jsonName }) => ({ required: [jsonName] }));
  return { oneOf: isRequired ? present : [...present, { not: { anyOf: present } }] };
}
