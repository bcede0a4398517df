/** Prints the encoders of `x.codec.ts`: one line for each field, by ascending number. */

import type { FunctionDeclarationStructure } from "ts-morph";
import type {
  ErrorSchema,
  FieldSchema,
  InlineUnionSchema,
  MessageSchema,
  Schema,
  TypeSchema,
  UnionSchema,
} from "../../schema/schema.js";
import { propertyName } from "../names.js";
import { stringLiteral } from "./escape.js";
import type { TsFile } from "./print.js";
import { enumOf, isPackable, tagOf, wireType, zeroLiteral } from "./value-type.js";
import { StructureKind } from "./structure-printer.js";

/** The encoder of a message or of an error's detail. */
export function messageEncoder(
  file: TsFile,
  schema: Schema,
  message: MessageSchema | ErrorSchema,
): FunctionDeclarationStructure {
  const done = new Set<string>();
  const lines = message.fields.flatMap((field) => {
    if (field.union === undefined) return fieldLines(file, schema, field);
    const union = message.members.find((member) => member.kind === "inlineUnion" && member.name === field.union);
    if (union?.kind !== "inlineUnion") throw new Error(`${message.fullName} has no union ${field.union}`);
    const isFirst = !done.has(union.name);
    done.add(union.name);
    return memberLines(file, message, union, field, isFirst);
  });
  return encoder(file, message.fullName, [
    ...lines,
    "if (m.$unknown !== undefined) p = w.raw(p, m.$unknown);",
    "return p;",
  ]);
}

/** The encoder of a standalone union. */
export function unionEncoder(file: TsFile, union: UnionSchema): FunctionDeclarationStructure {
  const cases = union.fields.map((member) => {
    const put = putValue(file, member.type, "p", tagOf(member.number, wireType(member.type)), "m.value");
    return `  case ${stringLiteral(member.name)}: return ${put};`;
  });
  const other = `  default: return ${file.door("encodeUnknownMember")}(w, m, p);`;
  return encoder(file, union.fullName, ["switch (m.kind) {", ...cases, other, "}"]);
}

function encoder(file: TsFile, fullName: string, body: readonly string[]): FunctionDeclarationStructure {
  const names = file.names.message(fullName);
  return {
    kind: StructureKind.Function,
    name: names.encode,
    isExported: true,
    parameters: [
      { name: "w", type: file.door("Writer") },
      { name: "m", type: file.type(names.source, "types", names.init) },
      { name: "p", type: "number" },
    ],
    returnType: "number",
    statements: [`w.enter(${stringLiteral(fullName)}, m);`, ...body].join("\n"),
  };
}

function fieldLines(file: TsFile, schema: Schema, field: FieldSchema): string[] {
  const value = `m.${propertyName(field.name)}`;
  const isGiven = `${value} !== undefined`;
  if (field.cardinality === "repeated") return listLines(file, field, value);
  if (field.cardinality === "map") return [mapLine(file, field, value)];
  const put = putValue(file, field.type, "p", tagOf(field.number, wireType(field.type)), value);
  if (field.presence === "explicit") return [`if (${isGiven}) p = ${put};`];
  return [`if (${isGiven} && ${isNotZero(schema, field, value)}) p = ${put};`];
}

function isNotZero(schema: Schema, field: FieldSchema, value: string): string {
  const { type } = field;
  if (type.kind === "scalar") {
    // Minus zero has bits that are not zero: it is a value like any other.
    if (type.name === "double" || type.name === "float") return `(${value} !== 0 || Object.is(${value}, -0))`;
    if (type.name === "bool") return value;
    if (type.name === "bytes") return `${value}.length !== 0`;
  }
  if (type.kind !== "enum") return `${value} !== ${zeroLiteral(schema, type, field.int64)}`;
  const zeros = enumOf(schema, type.name).values.filter((candidate) => candidate.number === 0);
  return zeros.map((zero) => `${value} !== ${stringLiteral(zero.name)}`).join(" && ");
}

function listLines(file: TsFile, field: FieldSchema, value: string): string[] {
  const isPacked = field.packed && isPackable(field.type);
  const tag = tagOf(field.number, isPacked ? 2 : wireType(field.type));
  const bulk = bulkPut(field, isPacked);
  if (bulk !== undefined) return [`if (${value} !== undefined) p = w.${bulk}(p, ${tag}, ${value});`];
  const items = `w.list(${tag}, ${value})`;
  if (!isPacked) {
    const put = putValue(file, field.type, "p", tag, "item");
    return [`if (${value} !== undefined) for (const item of ${items}) p = ${put};`];
  }
  return [
    `if (${value} !== undefined && ${items}.length !== 0) {`,
    `  p = w.openUnnamed(p, ${tag});`,
    `  for (const item of ${value}) p = ${putValue(file, field.type, "p", 0, "item")};`,
    "  p = w.close(p);",
    "}",
  ];
}

/** The writer's method for lists of this kind as a whole, where it has one. */
function bulkPut({ type }: FieldSchema, isPacked: boolean): string | undefined {
  if (type.kind !== "scalar") return undefined;
  const names: readonly string[] = isPacked ? ["int32", "uint32", "sint32", "float", "double"] : ["string"];
  return names.includes(type.name) ? `${type.name}s` : undefined;
}

function mapLine(file: TsFile, field: FieldSchema, value: string): string {
  const tag = tagOf(field.number, 2);
  const keyType: TypeSchema = { kind: "scalar", name: field.mapKey ?? "string" };
  const key = putValue(file, keyType, `w.openUnnamed(p, ${tag})`, tagOf(1, wireType(keyType)), "key");
  const entry = putValue(file, field.type, key, tagOf(2, wireType(field.type)), "item");
  const entries = field.mapKey === "string" ? "entries" : "map";
  return `if (${value} !== undefined) for (const [key, item] of w.${entries}(${tag}, ${value})) p = w.close(${entry});`;
}

/** Members stand where their numbers do, which need not be side by side; the first one also checks the kind. */
function memberLines(
  file: TsFile,
  message: MessageSchema | ErrorSchema,
  union: InlineUnionSchema,
  member: FieldSchema,
  isFirst: boolean,
): string[] {
  const value = `m.${propertyName(union.name)}`;
  const tag = (of: FieldSchema): number => tagOf(of.number, wireType(of.type));
  const put = (of: FieldSchema): string => `p = ${putValue(file, of.type, "p", tag(of), `${value}.value`)};`;
  const members = [...union.members].sort((a, b) => a.number - b.number);
  const first = members[0] ?? member;
  const wrong = `  default: w.fail(${tag(first)}, "wants a member of its union as \`kind\`");`;
  const start = message.fields.indexOf(first);
  if (members.every((other, i) => message.fields[start + i] === other)) {
    if (!isFirst) return [];
    const cases = members.map((of) => `  case ${stringLiteral(of.name)}: ${put(of)} break;`);
    return [`if (${value} !== undefined) switch (${value}.kind) {`, ...cases, wrong, "}"];
  }
  const line = `if (${value}?.kind === ${stringLiteral(member.name)}) ${put(member)}`;
  if (!isFirst) return [line];
  const kinds = members.map((of) => `case ${stringLiteral(of.name)}:`).join(" ");
  return [`if (${value} !== undefined) switch (${value}.kind) {`, `  ${kinds} break;`, wrong, "}", line];
}

/** The expression that writes one value behind position `p`; tag 0 leaves the tag out, for packed items. */
function putValue(file: TsFile, type: TypeSchema, p: string, tag: number, value: string): string {
  switch (type.kind) {
    case "scalar":
      return `w.${type.name}(${p}, ${tag}, ${value})`;
    case "enum": {
      const names = file.names.enum(type.name);
      return `w.enum(${p}, ${tag}, ${file.value(names.source, "codec", names.toNumber)}(${value}))`;
    }
    case "builtin": {
      const encode = ({ timestamp: "encodeTimestamp", duration: "encodeDuration", json: "encodeJson" } as const)[
        type.name
      ];
      return `w.close(${file.door(encode)}(w, ${value}, w.open(${p}, ${tag})))`;
    }
    case "message":
    case "union": {
      const names = file.names.message(type.name);
      return `w.close(${file.value(names.source, "codec", names.encode)}(w, ${value}, w.open(${p}, ${tag})))`;
    }
  }
}
