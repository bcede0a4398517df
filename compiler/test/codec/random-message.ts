/** Random values of a message's type, made from its schema. */

import fc from "fast-check";
import type { FieldSchema, MessageSchema, ScalarName, Schema, TypeSchema } from "../../src/schema/schema.js";

/** Values as they are passed in to an encoder; nesting ends after `depth` levels. */
export function messageOf(schema: Schema, fullName: string, depth: number = 3): fc.Arbitrary<object> {
  const declared = schema.declarations.get(fullName);
  if (declared?.kind === "union") return unionOf(schema, declared.fields, depth);
  if (declared?.kind !== "message") throw new Error(`${fullName} is no message`);
  const members = declared.members.filter((member) => depth > 0 || member.kind === "inlineUnion" || isFlat(member));
  const shape = Object.fromEntries(members.map((member) => [member.name, memberOf(schema, member, depth)]));
  return fc.record(shape, { requiredKeys: [] });
}

function memberOf(schema: Schema, member: MessageSchema["members"][number], depth: number): fc.Arbitrary<unknown> {
  if (member.kind === "inlineUnion") return unionOf(schema, member.members, depth);
  const value = valueOf(schema, member.type, member.int64, depth);
  if (member.cardinality === "repeated") return fc.array(value, { maxLength: 4 });
  if (member.cardinality === "single") return value;
  // One entry: protobufjs keeps maps in objects, which put number-like keys in an order of their own.
  const key = scalarOf(member.mapKey ?? "string", member.int64);
  return fc.array(fc.tuple(key, value), { maxLength: 1 }).map((entries) => new Map(entries));
}

function unionOf(schema: Schema, members: readonly FieldSchema[], depth: number): fc.Arbitrary<object> {
  const arms = members
    .filter((member) => depth > 0 || isFlat(member))
    .map((member) => valueOf(schema, member.type, member.int64, depth).map((value) => ({ kind: member.name, value })));
  return fc.oneof(...arms);
}

function isFlat(field: FieldSchema): boolean {
  return field.type.kind !== "message" && field.type.kind !== "union";
}

function valueOf(schema: Schema, type: TypeSchema, int64: string, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "scalar":
      return scalarOf(type.name, int64);
    case "enum": {
      const declared = schema.declarations.get(type.name);
      if (declared?.kind !== "enum") throw new Error(`${type.name} is no enum`);
      const known = fc.constantFrom(...declared.values.map((value) => value.name));
      return declared.isClosed
        ? known
        : fc.oneof(
            known,
            fc.integer({ min: 1000 }).map((number) => `#${number}`),
          );
    }
    case "builtin":
      if (type.name === "timestamp") return fc.integer({ min: -1e12, max: 4e12 }).map((time) => new Date(time));
      if (type.name === "duration") return fc.integer({ min: -1e9, max: 1e9 });
      return fc.oneof(
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true }),
        text,
        fc.array(text),
        fc.dictionary(text, text, { maxKeys: 1 }),
      );
    default:
      return messageOf(schema, type.name, depth - 1);
  }
}

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme-ascii", minLength: 20, maxLength: 140 }),
);

function scalarOf(name: ScalarName, int64: string): fc.Arbitrary<unknown> {
  switch (name) {
    case "bool":
      return fc.boolean();
    case "string":
      return text;
    case "bytes":
      return fc.uint8Array({ maxLength: 200 });
    case "double":
      return fc.double();
    case "float":
      return fc.float();
    case "int32":
    case "sint32":
    case "sfixed32":
      return fc.oneof(fc.integer(), fc.integer({ min: -70, max: 70 }));
    case "uint32":
    case "fixed32":
      return fc.oneof(fc.nat(), fc.integer({ min: 0, max: 4294967295 }));
    default:
      return wide(name.startsWith("u") || name === "fixed64", int64);
  }
}

function wide(isUnsigned: boolean, int64: string): fc.Arbitrary<unknown> {
  const min = isUnsigned ? 0n : -(2n ** 63n);
  const max = isUnsigned ? 2n ** 64n - 1n : 2n ** 63n - 1n;
  if (int64 === "number") return fc.maxSafeInteger().map((value) => (isUnsigned ? Math.abs(value) : value));
  const value = fc.oneof(fc.bigInt({ min, max }), fc.bigInt({ min: isUnsigned ? 0n : -300n, max: 300n }));
  return int64 === "string" ? value.map(String) : value;
}
