/** What types are in TypeScript and on the wire, in words for people. */

import type { BuiltinName, FieldSchema, ScalarName, Schema, TypeSchema } from "../../schema/schema.js";

interface TypeWords {
  readonly typeScript: string;
  readonly wire: string;
}

const varint = "varint";
const bytes4 = "4 bytes";
const bytes8 = "8 bytes";

const scalars: Readonly<Record<ScalarName, TypeWords>> = {
  bool: { typeScript: "boolean", wire: varint },
  int32: { typeScript: "number", wire: `${varint}; negative numbers take ten bytes` },
  int64: { typeScript: "bigint", wire: `${varint}; negative numbers take ten bytes` },
  uint32: { typeScript: "number", wire: varint },
  uint64: { typeScript: "bigint", wire: varint },
  sint32: { typeScript: "number", wire: "zigzag varint" },
  sint64: { typeScript: "bigint", wire: "zigzag varint" },
  fixed32: { typeScript: "number", wire: `${bytes4}, unsigned` },
  fixed64: { typeScript: "bigint", wire: `${bytes8}, unsigned` },
  sfixed32: { typeScript: "number", wire: `${bytes4}, signed` },
  sfixed64: { typeScript: "bigint", wire: `${bytes8}, signed` },
  float: { typeScript: "number", wire: bytes4 },
  double: { typeScript: "number", wire: bytes8 },
  string: { typeScript: "string", wire: "UTF-8 with its length" },
  bytes: { typeScript: "Uint8Array", wire: "bytes with their length" },
};

const builtins: Readonly<Record<BuiltinName, TypeWords>> = {
  timestamp: { typeScript: "Date", wire: "google.protobuf.Timestamp" },
  duration: { typeScript: "number", wire: "google.protobuf.Duration; milliseconds in TypeScript" },
  json: { typeScript: "JsonValue", wire: "google.protobuf.Value" },
};

/** Of a type that needs no declaration; undefined for any other name. */
export function builtinWords(name: string): TypeWords | undefined {
  if (name === "void") return { typeScript: "void", wire: "an empty message; only as a method's result" };
  if (name === "map") return { typeScript: "ReadonlyMap<K, V>", wire: "a repeated entry of key (1) and value (2)" };
  if (isIn(scalars, name)) return scalars[name];
  return isIn(builtins, name) ? builtins[name] : undefined;
}

/** The TypeScript type of what is received in a field. */
export function fieldTypeScript(schema: Schema, field: FieldSchema): string {
  const value = valueTypeScript(schema, field.type, field.int64);
  const whole =
    field.cardinality === "repeated"
      ? `readonly ${value.includes(" ") ? `(${value})` : value}[]`
      : field.cardinality === "map"
        ? `ReadonlyMap<${keyTypeScript(field)}, ${value}>`
        : value;
  return field.presence === "explicit" && field.cardinality === "single" ? `${whole} | undefined` : whole;
}

/** How a field travels. */
export function fieldWire({ type, cardinality, packed }: FieldSchema): string {
  const one = valueWire(type);
  if (cardinality === "map") return `one entry of key and value each time; value: ${one}`;
  if (cardinality === "repeated") return packed ? `packed, each: ${one}` : `repeated, each: ${one}`;
  return one;
}

function keyTypeScript(field: FieldSchema): string {
  const name = field.mapKey ?? "string";
  return name.endsWith("64") ? field.int64 : scalars[name].typeScript;
}

function valueTypeScript(schema: Schema, type: TypeSchema, int64: string): string {
  if (type.kind === "scalar") return type.name.endsWith("64") ? int64 : scalars[type.name].typeScript;
  if (type.kind === "builtin") return builtins[type.name].typeScript;
  return schema.declarations.get(type.name)?.name ?? type.name;
}

function valueWire(type: TypeSchema): string {
  if (type.kind === "scalar") return scalars[type.name].wire;
  if (type.kind === "builtin") return builtins[type.name].wire;
  return type.kind === "enum" ? varint : "a message with its length";
}

function isIn<K extends string>(table: Readonly<Record<K, TypeWords>>, name: string): name is K {
  return Object.hasOwn(table, name);
}
