/** Emits `orderToJson` and `orderFromJson`: canonical JSON, one line for each field, in the file of codecs. */

import type {
  EnumSchema,
  ErrorSchema,
  FieldSchema,
  FileSchema,
  InlineUnionSchema,
  MessageSchema,
  ScalarName,
  Schema,
  TypeSchema,
  UnionSchema,
} from "../../schema/schema.js";
import { isSecret } from "../../schema/secret-messages.js";
import { propertyName } from "../names.js";
import { stringLiteral } from "./escape.js";
import { type SpecialForm, specialEnumForm, specialForm } from "./json-special.js";
import type { TsFile } from "./print.js";
import { zeroLiteral } from "./value-type.js";

/** What the emitter of one file needs to know. */
interface Context {
  readonly file: TsFile;
  readonly schema: Schema;
}

/** Adds the functions for JSON of one `.rpc` file. */
export function addJson(file: TsFile, schema: Schema, source: FileSchema): void {
  const context = { file, schema };
  for (const declared of source.enums) addEnumJson(file, declared);
  for (const message of [...source.messages, ...source.errors]) addMessageJson(context, message);
  for (const union of source.unions) addUnionJson(context, union);
}

/** Of a message, or of the detail of an error. */
function addMessageJson(context: Context, message: MessageSchema | ErrorSchema): void {
  const { file } = context;
  const special = specialForm(file, message);
  const form = special ?? {
    toJson: messageToJson(context, message),
    fromJson: messageFromJson(context, message),
  };
  addFunctions(file, message.fullName, form, special === undefined);
}

function addUnionJson(context: Context, union: UnionSchema): void {
  const form = { toJson: unionToJson(context, union), fromJson: unionFromJson(context, union) };
  addFunctions(context.file, union.fullName, form, true);
}

function addEnumJson(file: TsFile, declared: EnumSchema): void {
  const names = file.names.enum(declared.fullName);
  const special = specialEnumForm(declared);
  const type = file.type(names.source, "types", names.type);
  const input = special === undefined ? "value" : "_value";
  const writer = special === undefined ? "writer" : "_writer";
  file.add(
    functionText(
      `${names.toJson}(${input}: ${type}, ${defaulted(file, writer, "JsonWriter")}): ${file.door("JsonValue")}`,
      special?.toJson ?? [`return writer.enum(value, ${names.toNumber}(value));`],
    ),
    functionText(
      `${names.fromJson}(json: ${file.door("JsonInput")}, ${defaulted(file, "reader", "JsonReader")}): ${type}`,
      special?.fromJson ?? enumFromJson(file, declared),
    ),
  );
}

function addFunctions(file: TsFile, fullName: string, form: SpecialForm, isObject: boolean): void {
  const names = file.names.message(fullName);
  const type = file.type(names.source, "types", names.type);
  const init = file.type(names.source, "types", names.init);
  const json = file.door(isObject ? "JsonObject" : "JsonValue");
  // An empty message has nothing to read from its value.
  const input = form.toJson.some((line) => /\bvalue\b/.test(line)) ? "value" : "_value";
  file.add(
    functionText(
      `${names.toJson}(${input}: ${init}, ${defaulted(file, "writer", "JsonWriter")}): ${json}`,
      form.toJson,
    ),
    functionText(
      `${names.fromJson}(json: ${file.door("JsonInput")}, ${defaulted(file, "reader", "JsonReader")}): ${type}`,
      form.fromJson,
    ),
  );
}

function functionText(head: string, lines: readonly string[]): string {
  return [`export function ${head} {`, ...lines.map((line) => `  ${line}`), "}"].join("\n");
}

/** `writer: JsonWriter = new JsonWriter()`: whoever has options or stands inside a message passes one. */
function defaulted(file: TsFile, name: string, type: "JsonReader" | "JsonWriter"): string {
  const local = file.door(type);
  return `${name}: ${local} = new ${local}()`;
}

function messageToJson(context: Context, message: MessageSchema | ErrorSchema): string[] {
  const lines = message.members.flatMap((member) =>
    member.kind === "field" ? [fieldToJson(context, member)] : inlineUnionToJson(context, member),
  );
  return objectLines(context, lines);
}

function objectLines({ file }: Context, lines: readonly string[]): string[] {
  return [`const object = new ${file.door("JsonObjectWriter")}(writer, value);`, ...lines, "return object.close();"];
}

function fieldToJson(context: Context, field: FieldSchema): string {
  const name = stringLiteral(field.jsonName);
  const value = `value.${propertyName(field.name)}`;
  const write = writerOf(context, field.type);
  if (field.cardinality === "repeated") return `object.list(${name}, ${value}, ${write});`;
  if (field.mapKey !== undefined) {
    const method = field.mapKey === "string" ? "stringMap" : "map";
    return `object.${method}(${name}, ${value}, ${context.file.door(scalarWriters[field.mapKey])}, ${write});`;
  }
  if (field.presence === "explicit") return `object.explicit(${name}, ${value}, ${write});`;
  if (field.type.kind === "scalar" && field.type.name === "bytes") {
    return `object.implicitBytes(${name}, ${value}, ${write});`;
  }
  return `object.implicit(${name}, ${value}, ${zeroLiteral(context.schema, field.type, field.int64)}, ${write});`;
}

function inlineUnionToJson(context: Context, union: InlineUnionSchema): string[] {
  const property = propertyName(union.name);
  const cases = memberCases(context, union.members, `value.${property}.value`);
  const kinds = union.members.map((member) => member.name).join(", ");
  return [
    `switch (value.${property}?.kind) {`,
    "  case undefined:",
    "    break;",
    ...cases,
    "  default:",
    `    writer.fail(${stringLiteral(`${union.name} wants one of its members as kind: ${kinds}`)});`,
    "}",
  ];
}

function unionToJson(context: Context, union: UnionSchema): string[] {
  const cases = memberCases(context, union.fields, "value.value");
  // A member that only a newer peer knows has no name here, and so no JSON.
  return objectLines(context, cases.length === 0 ? [] : ["switch (value.kind) {", ...cases, "}"]);
}

function memberCases(context: Context, members: readonly FieldSchema[], value: string): string[] {
  return members.flatMap((member) => {
    const write = writerOf(context, member.type);
    return [
      `  case ${stringLiteral(member.name)}:`,
      `    object.explicit(${stringLiteral(member.jsonName)}, ${value}, ${write});`,
      "    break;",
    ];
  });
}

function messageFromJson(context: Context, message: MessageSchema | ErrorSchema): string[] {
  const { file } = context;
  const names = file.names.message(message.fullName);
  const type = file.type(names.source, "types", names.type);
  const lines = message.members.flatMap((member) =>
    member.kind === "field"
      ? [`  ${propertyName(member.name)}: ${fieldFromJson(context, member)},`]
      : [
          `  ${propertyName(member.name)}: fields.union(`,
          ...member.members.map((each) => `    ${memberFromJson(context, each)},`),
          "  ),",
        ],
  );
  const literal = lines.length === 0 ? [`const value: ${type} = {};`] : [`const value: ${type} = {`, ...lines, "};"];
  return [
    `const fields = new ${file.door("JsonFields")}(json, reader);`,
    ...literal,
    "fields.close();",
    "return value;",
  ];
}

function fieldFromJson(context: Context, field: FieldSchema): string {
  const names = jsonNames(field);
  const read = readerOf(context, field.type, field);
  if (field.cardinality === "repeated") return call("fields.list", names.json, read, names.proto);
  if (field.mapKey !== undefined) {
    return call("fields.map", names.json, context.file.door(keyReader(field.mapKey, field)), read, names.proto);
  }
  const value = call(takesNull(field.type) ? "fields.readNullable" : "fields.read", names.json, read, names.proto);
  return field.presence === "explicit" ? value : `${value} ?? ${zeroLiteral(context.schema, field.type, field.int64)}`;
}

function unionFromJson(context: Context, union: UnionSchema): string[] {
  const { file } = context;
  return [
    `const fields = new ${file.door("JsonFields")}(json, reader);`,
    "const member = fields.union(",
    ...union.fields.map((field) => `  ${memberFromJson(context, field)},`),
    ");",
    "fields.close();",
    `return member ?? ${file.door("noMember")};`,
  ];
}

function memberFromJson(context: Context, field: FieldSchema): string {
  const names = jsonNames(field);
  const method = takesNull(field.type) ? "fields.memberNullable" : "fields.member";
  return call(method, stringLiteral(field.name), names.json, readerOf(context, field.type, field), names.proto);
}

function enumFromJson(file: TsFile, declared: EnumSchema): string[] {
  const names = file.names.enum(declared.fullName);
  const canonical = new Map<number, string>();
  for (const value of declared.values) if (!canonical.has(value.number)) canonical.set(value.number, value.name);
  const cases = declared.values.flatMap((value) => [
    `  case ${stringLiteral(value.name)}:`,
    `    return ${stringLiteral(canonical.get(value.number) ?? value.name)};`,
  ]);
  const value = `${names.fromNumber}(${file.door("readEnumNumber")}(json, reader, ${stringLiteral(declared.fullName)}))`;
  const problem = stringLiteral(`expected a value of ${declared.fullName}, got a number that it does not have`);
  return [
    "switch (json) {",
    ...cases,
    "}",
    declared.isClosed ? `return ${value} ?? reader.fail(${problem});` : `return ${value};`,
  ];
}

function call(callee: string, ...args: readonly (string | undefined)[]): string {
  return `${callee}(${args.filter((arg) => arg !== undefined).join(", ")})`;
}

function jsonNames(field: FieldSchema): { readonly json: string; readonly proto: string | undefined } {
  const json = stringLiteral(field.jsonName);
  return { json, proto: field.protoName === field.jsonName ? undefined : stringLiteral(field.protoName) };
}

/** Types for which null is a value and not the absence of one. */
function takesNull(type: TypeSchema): boolean {
  if (type.kind === "builtin") return type.name === "json";
  return type.name === "google.protobuf.Value" || type.name === "google.protobuf.NullValue";
}

function readerOf({ file }: Context, type: TypeSchema, field: FieldSchema): string {
  switch (type.kind) {
    case "scalar":
      return file.door(scalarReader(type.name, field));
    case "builtin":
      return file.door(builtinReaders[type.name]);
    case "enum": {
      const names = file.names.enum(type.name);
      return file.value(names.source, "codec", names.fromJson);
    }
    default: {
      const names = file.names.message(type.name);
      const read = file.value(names.source, "codec", names.fromJson);
      return isSecret(field) ? `${file.door("readSecret")}(${read})` : read;
    }
  }
}

function writerOf({ file }: Context, type: TypeSchema): string {
  switch (type.kind) {
    case "scalar":
      return file.door(scalarWriters[type.name]);
    case "builtin":
      return file.door(builtinWriters[type.name]);
    case "enum": {
      const names = file.names.enum(type.name);
      return file.value(names.source, "codec", names.toJson);
    }
    default: {
      const names = file.names.message(type.name);
      return file.value(names.source, "codec", names.toJson);
    }
  }
}

/** Map keys are strings in JSON, which the readers of numbers accept anyway. */
function keyReader(key: ScalarName, field: FieldSchema): string {
  return key === "bool" ? "readBoolKey" : scalarReader(key, field);
}

function scalarReader(name: ScalarName, field: FieldSchema): string {
  const reader = scalarReaders[name];
  if (field.int64 === "bigint" || (reader !== "readInt64" && reader !== "readUint64")) return reader;
  return field.int64 === "number" ? `${reader}Number` : `${reader}String`;
}

const scalarReaders = {
  bool: "readBool",
  int32: "readInt32",
  int64: "readInt64",
  uint32: "readUint32",
  uint64: "readUint64",
  sint32: "readInt32",
  sint64: "readInt64",
  fixed32: "readUint32",
  fixed64: "readUint64",
  sfixed32: "readInt32",
  sfixed64: "readInt64",
  float: "readFloat",
  double: "readDouble",
  string: "readString",
  bytes: "readBytes",
} as const;

const scalarWriters = {
  bool: "writeBool",
  int32: "writeInt32",
  int64: "writeInt64",
  uint32: "writeUint32",
  uint64: "writeUint64",
  sint32: "writeInt32",
  sint64: "writeInt64",
  fixed32: "writeUint32",
  fixed64: "writeUint64",
  sfixed32: "writeInt32",
  sfixed64: "writeInt64",
  float: "writeFloat",
  double: "writeDouble",
  string: "writeString",
  bytes: "writeBytes",
} as const;

const builtinReaders = { timestamp: "readTimestamp", duration: "readDuration", json: "readJson" } as const;
const builtinWriters = { timestamp: "writeTimestamp", duration: "writeDuration", json: "writeJson" } as const;
