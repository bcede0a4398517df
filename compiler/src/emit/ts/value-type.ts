/** How the types of the IDL show in TypeScript and on the wire. */

import type { EnumSchema, FieldSchema, Int64Form, ScalarName, Schema, TypeSchema } from "../../schema/schema.js";
import { stringLiteral } from "./escape.js";
import type { TsFile } from "./print.js";

/** "received": what is received, complete. "passed": what is passed in, where implicit fields may be left out. */
export type Side = "received" | "passed";

const wireTypes: Readonly<Record<ScalarName, 0 | 1 | 2 | 5>> = {
  bool: 0,
  int32: 0,
  int64: 0,
  uint32: 0,
  uint64: 0,
  sint32: 0,
  sint64: 0,
  fixed32: 5,
  sfixed32: 5,
  float: 5,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
  string: 2,
  bytes: 2,
};

/** The wire type of one value of this type: 2 for everything that has a length. */
export function wireType(type: TypeSchema): 0 | 1 | 2 | 5 {
  if (type.kind === "scalar") return wireTypes[type.name];
  return type.kind === "enum" ? 0 : 2;
}

/** A field's tag: its number and wire type as one integer. */
export function tagOf(number: number, wire: number): number {
  return ((number << 3) | wire) >>> 0;
}

/** Whether lists of this type can be packed. */
export function isPackable(type: TypeSchema): boolean {
  return wireType(type) !== 2;
}

export function is64Bit(name: ScalarName): boolean {
  return name.endsWith("64");
}

/** The TypeScript type of a scalar. */
function scalarType(name: ScalarName, int64: Int64Form): string {
  if (is64Bit(name)) return int64;
  if (name === "bool") return "boolean";
  if (name === "bytes") return "Uint8Array";
  return name === "string" ? "string" : "number";
}

/** The TypeScript type of one value, imported into `file` where it needs to be. */
export function valueType(file: TsFile, type: TypeSchema, int64: Int64Form, side: Side): string {
  switch (type.kind) {
    case "scalar":
      return scalarType(type.name, int64);
    case "builtin":
      return type.name === "json" ? file.door("JsonValue") : type.name === "timestamp" ? "Date" : "number";
    case "enum": {
      const names = file.names.enum(type.name);
      return file.type(names.source, "types", names.type);
    }
    case "message":
    case "union": {
      const names = file.names.message(type.name);
      return file.type(names.source, "types", side === "received" ? names.type : names.init);
    }
  }
}

/** The TypeScript type of a field's value when it is present. */
export function fieldType(file: TsFile, field: FieldSchema, side: Side, mapSide: Side = side): string {
  const value = valueType(file, field.type, field.int64, side);
  if (field.cardinality === "repeated") return `readonly ${value}[]`;
  if (field.cardinality === "single") return value;
  const map = `ReadonlyMap<${keyType(field)}, ${value}>`;
  return mapSide === "passed" && field.mapKey === "string" ? `${map} | Readonly<Record<string, ${value}>>` : map;
}

/** The TypeScript type of a map's keys; 64-bit keys follow the field's form. */
export function keyType(field: FieldSchema): string {
  return scalarType(field.mapKey ?? "string", field.int64);
}

/** The literal that an implicit field has when it is absent from the wire. */
export function zeroLiteral(schema: Schema, type: TypeSchema, int64: Int64Form): string {
  if (type.kind === "enum") return stringLiteral(zeroValue(enumOf(schema, type.name)));
  if (type.kind !== "scalar") throw new Error(`a ${type.kind} has no zero`);
  if (is64Bit(type.name)) return { bigint: "0n", number: "0", string: '"0"' }[int64];
  if (type.name === "bool") return "false";
  if (type.name === "bytes") return "new Uint8Array(0)";
  return type.name === "string" ? '""' : "0";
}

export function enumOf(schema: Schema, fullName: string): EnumSchema {
  const declaration = schema.declarations.get(fullName);
  if (declaration?.kind !== "enum") throw new Error(`${fullName} is no enum`);
  return declaration;
}

/** The name of an enum's value 0, its default. */
function zeroValue(declared: EnumSchema): string {
  return (declared.values.find((value) => value.number === 0) ?? declared.values[0])?.name ?? "#0";
}

/** Whether a field is always there on what is received. */
export function isComplete(field: FieldSchema): boolean {
  return field.cardinality !== "single" || field.presence === "implicit";
}
