/** Prints the decoders of `x.codec.ts`: locals, a switch on the tag with one line for each field, one literal. */

import type { FunctionDeclarationStructure, OptionalKind, ParameterDeclarationStructure } from "ts-morph";
import type {
  ErrorSchema,
  FieldSchema,
  InlineUnionSchema,
  Int64Form,
  MessageSchema,
  Schema,
  TypeSchema,
  UnionSchema,
} from "../../schema/schema.js";
import { localNames, propertyName } from "../names.js";
import { propertyKey, stringLiteral } from "./escape.js";
import type { TsFile } from "./print.js";
import { enumOf, is64Bit, isPackable, keyType, tagOf, valueType, wireType, zeroLiteral } from "./value-type.js";
import { StructureKind } from "./structure-printer.js";

/** A member of a message with the local variable that it is read into. */
interface Slot {
  readonly member: FieldSchema | InlineUnionSchema;
  readonly property: string;
  readonly local: string;
}

const taken = ["r", "end", "into", "tag", "m", "stop", "unknown"];

/** The decoder of a message or of an error's detail. */
export function messageDecoder(
  file: TsFile,
  schema: Schema,
  message: MessageSchema | ErrorSchema,
): FunctionDeclarationStructure {
  const locals = localNames(
    message.members.map((member) => propertyName(member.name)),
    taken,
  );
  const slots = message.members.map((member, i): Slot => {
    return { member, property: propertyName(member.name), local: locals[i] ?? member.name };
  });
  const type = messageType(file, message.fullName);
  const literal = slots.map(({ member, property, local }) => {
    if (isLateEmpty(member)) return `${property}: ${local} ?? new Uint8Array(0)`;
    return property === local ? local : `${property}: ${local}`;
  });
  const cases = message.fields.flatMap((field) => {
    const slot = slots.find(({ member }) => member === field || member.name === field.union);
    if (slot === undefined) throw new Error(`${message.fullName} has no member for ${field.name}`);
    return fieldCases(file, schema, message, field, slot.local);
  });
  return decoder(file, message.fullName, [
    ...slots.map((slot) => declaration(file, schema, message, slot)),
    `let unknown: ${file.door("UnknownRanges")} | undefined;`,
    ...continuation(file, slots),
    ...loop([...cases, "default: unknown = r.unknown(tag, unknown);"]),
    "r.leave(end);",
    `const m: ${type} = ${literal.length === 0 ? "{}" : `{ ${literal.join(", ")} }`};`,
    `return unknown === undefined && into === undefined ? m : ${file.door("withUnknown")}(r, m, unknown, into);`,
  ]);
}

/** The decoder of a standalone union: the last member on the wire is the value. */
export function unionDecoder(file: TsFile, schema: Schema, union: UnionSchema): FunctionDeclarationStructure {
  const cases = union.fields.map(
    (member) => `case ${tagOf(member.number, wireType(member.type))}: ${memberRead(file, schema, member, "m")} break;`,
  );
  return decoder(file, union.fullName, [
    `let m: ${messageType(file, union.fullName)} = into ?? ${file.door("noMember")};`,
    ...loop([...cases, `default: m = ${file.door("unknownMember")}(r, tag, m);`]),
    "r.leave(end);",
    "return m;",
  ]);
}

/** The decoders of a message's map entries. */
export function entryDecoders(
  file: TsFile,
  schema: Schema,
  message: MessageSchema | ErrorSchema,
): FunctionDeclarationStructure[] {
  return message.fields
    .filter((field) => field.cardinality === "map")
    .map((field) => entryDecoder(file, schema, message, field));
}

function entryDecoder(
  file: TsFile,
  schema: Schema,
  message: MessageSchema | ErrorSchema,
  field: FieldSchema,
): FunctionDeclarationStructure {
  const { type, int64 } = field;
  const key: TypeSchema = { kind: "scalar", name: field.mapKey ?? "string" };
  const valueText = valueType(file, type, int64, "received");
  const empty = isBytes(type) ? undefined : emptyValue(schema, type, int64);
  // Reading a message from no bytes at all gives the empty one.
  const late = isBytes(type) ? "new Uint8Array(0)" : readValue(file, schema, type, int64, undefined, "r.position");
  const orEmpty = empty === undefined ? ` ?? ${late}` : "";
  return {
    kind: StructureKind.Function,
    name: file.names.entryDecoder(message.fullName, field.name),
    parameters: [...readerAndEnd(file), { name: "map", type: `Map<${keyType(field)}, ${valueText}>` }],
    returnType: "void",
    statements: [
      `r.enter(${stringLiteral(`${message.fullName}.${field.name}`)});`,
      `let key = ${zeroLiteral(schema, key, int64)};`,
      empty === undefined ? `let value: ${valueText} | undefined;` : `let value: ${valueText} = ${empty};`,
      ...loop([
        `case ${tagOf(1, wireType(key))}: key = ${readValue(file, schema, key, int64, undefined)}; break;`,
        `case ${tagOf(2, wireType(type))}: value = ${readValue(file, schema, type, int64, "value")}; break;`,
        "default: r.skip(tag);",
      ]),
      "r.leave(end);",
      `map.set(key, value${orEmpty});`,
    ].join("\n"),
  };
}

/** What a map entry without a value holds; undefined for messages, whose empty form is read instead. */
function emptyValue(schema: Schema, type: TypeSchema, int64: Int64Form): string | undefined {
  if (type.kind === "scalar" || type.kind === "enum") return zeroLiteral(schema, type, int64);
  return type.kind === "builtin" ? { timestamp: "new Date(0)", duration: "0", json: "null" }[type.name] : undefined;
}

function decoder(file: TsFile, fullName: string, body: readonly string[]): FunctionDeclarationStructure {
  const names = file.names.message(fullName);
  const type = messageType(file, fullName);
  return {
    kind: StructureKind.Function,
    name: names.decode,
    isExported: true,
    parameters: [...readerAndEnd(file), { name: "into", type, hasQuestionToken: true }],
    returnType: type,
    statements: [`r.enter(${stringLiteral(fullName)});`, ...body].join("\n"),
  };
}

function readerAndEnd(file: TsFile): OptionalKind<ParameterDeclarationStructure>[] {
  return [
    { name: "r", type: file.door("Reader") },
    { name: "end", type: "number" },
  ];
}

function loop(cases: readonly string[]): string[] {
  return [
    "while (r.position < end) {",
    "  const tag = r.tag();",
    "  switch (tag) {",
    ...cases.map((line) => `    ${line}`),
    "  }",
    "}",
  ];
}

function messageType(file: TsFile, fullName: string): string {
  const names = file.names.message(fullName);
  return file.type(names.source, "types", names.type);
}

function declaration(file: TsFile, schema: Schema, message: MessageSchema | ErrorSchema, slot: Slot): string {
  const { member, local } = slot;
  if (member.kind === "inlineUnion") {
    const type = file.type(file.source, "types", file.names.inlineUnion(message.fullName, member.name));
    return `let ${local}: ${type} | undefined;`;
  }
  const value = valueType(file, member.type, member.int64, "received");
  if (member.cardinality === "repeated") return `let ${local}: ${value}[] = [];`;
  if (member.cardinality === "map") return `let ${local} = new Map<${keyType(member)}, ${value}>();`;
  if (member.presence === "explicit" || isLateEmpty(member)) return `let ${local}: ${value} | undefined;`;
  return `let ${local}${member.type.kind === "enum" ? `: ${value}` : ""} = ${zeroLiteral(schema, member.type, member.int64)};`;
}

/** Whether the empty value waits until it is known to be needed: making empty bytes takes longer than most fields. */
function isLateEmpty(member: FieldSchema | InlineUnionSchema): boolean {
  if (member.kind === "inlineUnion" || member.cardinality !== "single" || member.presence === "explicit") return false;
  return isBytes(member.type);
}

function isBytes(type: TypeSchema): boolean {
  return type.kind === "scalar" && type.name === "bytes";
}

/** Goes on where an earlier part of the same message ended. */
function continuation(file: TsFile, slots: readonly Slot[]): string[] {
  const isCollection = ({ member }: Slot): boolean => member.kind === "field" && member.cardinality !== "single";
  const singles = slots.filter((slot) => !isCollection(slot));
  const lines = slots.filter(isCollection).map(({ member, property, local }) => {
    const reopen = member.kind === "field" && member.cardinality === "map" ? "reopenMap" : "reopenList";
    return `  ${local} = ${file.door(reopen)}(into.${property});`;
  });
  if (singles.length > 0) {
    const pattern = singles.map(({ property, local }) =>
      property === local ? local : `${propertyKey(property)}: ${local}`,
    );
    lines.unshift(`  ({ ${pattern.join(", ")} } = into);`);
  }
  if (lines.length === 1) return [`if (into !== undefined) ${lines.join("").trim()}`];
  return lines.length === 0 ? [] : ["if (into !== undefined) {", ...lines, "}"];
}

function fieldCases(
  file: TsFile,
  schema: Schema,
  message: MessageSchema | ErrorSchema,
  field: FieldSchema,
  local: string,
): string[] {
  const tag = tagOf(field.number, wireType(field.type));
  if (field.union !== undefined) return [`case ${tag}: ${memberRead(file, schema, field, local)} break;`];
  if (field.cardinality === "map") {
    const decode = file.names.entryDecoder(message.fullName, field.name);
    return [`case ${tagOf(field.number, 2)}: ${decode}(r, r.open(), ${local}); break;`];
  }
  if (field.cardinality === "single") {
    const before = field.type.kind === "scalar" || field.type.kind === "enum" ? undefined : local;
    return [`case ${tag}: ${local} = ${readValue(file, schema, field.type, field.int64, before)}; break;`];
  }
  const push = `${local}.push(${readValue(file, schema, field.type, field.int64, undefined)});`;
  if (!isPackable(field.type)) return [`case ${tag}: ${push} break;`];
  const packedTag = tagOf(field.number, 2);
  const { type } = field;
  const isBulk = type.kind === "scalar" && ["int32", "uint32", "float", "double"].includes(type.name);
  const packed = isBulk
    ? `case ${packedTag}: ${local} = r.${type.name}s(r.open(), ${local}); break;`
    : `case ${packedTag}: for (const stop = r.open(); r.more(stop); ) ${push} break;`;
  const single = `case ${tag}: ${push} break;`;
  return field.packed ? [packed, single] : [single, packed];
}

/** The statement that reads a union's member into `local`; the same member again is continued, another replaced. */
function memberRead(file: TsFile, schema: Schema, member: FieldSchema, local: string): string {
  const kind = stringLiteral(member.name);
  const isMerged = member.type.kind !== "scalar" && member.type.kind !== "enum";
  const dot = member.union === undefined ? "." : "?.";
  const before = isMerged ? `${local}${dot}kind === ${kind} ? ${local}.value : undefined` : undefined;
  return `${local} = { kind: ${kind}, value: ${readValue(file, schema, member.type, member.int64, before)} };`;
}

/** The expression that reads one value; messages end at `end` and go on with `before`, where it is given. */
function readValue(
  file: TsFile,
  schema: Schema,
  type: TypeSchema,
  int64: Int64Form,
  before: string | undefined,
  end: string = "r.open()",
): string {
  const into = before === undefined ? "" : `, ${before}`;
  switch (type.kind) {
    case "scalar": {
      if (!is64Bit(type.name) || int64 === "bigint") return `r.${type.name}()`;
      return int64 === "number" ? `r.${type.name}Number()` : `String(r.${type.name}())`;
    }
    case "enum": {
      const names = file.names.enum(type.name);
      const value = `${file.value(names.source, "codec", names.fromNumber)}(r.int32())`;
      return enumOf(schema, type.name).isClosed ? `r.known(${value})` : value;
    }
    case "builtin": {
      const decode = ({ timestamp: "decodeTimestamp", duration: "decodeDuration", json: "decodeJson" } as const)[
        type.name
      ];
      return `${file.door(decode)}(r, ${end}${into})`;
    }
    case "message":
    case "union": {
      const names = file.names.message(type.name);
      return `${file.value(names.source, "codec", names.decode)}(r, ${end}${into})`;
    }
  }
}
