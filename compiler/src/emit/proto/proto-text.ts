/** The words of `.proto` for what a schema holds: types, strings, comments. */

import type { FieldSchema, TypeSchema } from "../../schema/schema.js";

const builtinTypes = {
  timestamp: { name: "google.protobuf.Timestamp", path: "google/protobuf/timestamp.proto" },
  duration: { name: "google.protobuf.Duration", path: "google/protobuf/duration.proto" },
  json: { name: "google.protobuf.Value", path: "google/protobuf/struct.proto" },
} as const;

/** A type as `.proto` writes it; names of other declarations are absolute, so that no scope can capture them. */
function protoType(type: TypeSchema): string {
  switch (type.kind) {
    case "scalar":
      return type.name;
    case "builtin":
      return `.${builtinTypes[type.name].name}`;
    case "enum":
    case "message":
    case "union":
      return `.${type.name}`;
  }
}

/** The type of a field with its label, such as `repeated int32`, `map<string, .shop.Order>` or `optional string`. */
export function labelledType(field: FieldSchema): string {
  const type = protoType(field.type);
  if (field.cardinality === "map") return `map<${field.mapKey ?? "string"}, ${type}>`;
  if (field.cardinality === "repeated") return `repeated ${type}`;
  // Messages have presence anyway, and members of a oneof take no label.
  const isScalar = field.type.kind === "scalar" || field.type.kind === "enum";
  return isScalar && field.presence === "explicit" && field.union === undefined ? `optional ${type}` : type;
}

/** The file with a built-in's message, undefined for other types. */
export function builtinImport(type: TypeSchema): string | undefined {
  return type.kind === "builtin" ? builtinTypes[type.name].path : undefined;
}

/** A string literal: printable ASCII as it is, everything else as octal escapes of its UTF-8 bytes. */
export function protoString(text: string): string {
  let literal = "";
  for (const byte of new TextEncoder().encode(text)) {
    if (byte === 34 || byte === 92) literal += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 32 && byte < 127) literal += String.fromCharCode(byte);
    else literal += `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return `"${literal}"`;
}

/** Markdown as `//` comments. Every character that some parser takes for a line break ends a line here too. */
export function commentLines(docs: string, indent: string): readonly string[] {
  if (docs === "") return [];
  return docs
    .split(/\r\n|[\n\r\u000b\u000c\u0085\u2028\u2029]/)
    .map((line) => `${indent}//${line === "" ? "" : ` ${line}`}`);
}
