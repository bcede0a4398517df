/** Prints `x.codec.ts`: encoders, decoders and the numbers of enums, and each message's codec as one object. */

import type { FunctionDeclarationStructure } from "ts-morph";
import type { EnumSchema, ErrorSchema, FileSchema, Schema } from "../../schema/schema.js";
import { entryDecoders, messageDecoder, unionDecoder } from "./codec-decode.js";
import { messageEncoder, unionEncoder } from "./codec-encode.js";
import type { Traits } from "./emission-memory.js";
import { stringLiteral } from "./escape.js";
import type { Statement, TsFile } from "./print.js";
import { secretsOf } from "./secrets.js";
import { StructureKind } from "./structure-printer.js";

/** Adds the binary codecs of one `.rpc` file. */
export function addCodecs(file: TsFile, schema: Schema, source: FileSchema): void {
  for (const declared of source.enums) file.add(toNumber(file, declared), fromNumber(file, declared));
  for (const message of [...source.messages, ...source.errors]) {
    file.add(messageEncoder(file, schema, message), messageDecoder(file, schema, message));
    file.add(...entryDecoders(file, schema, message));
  }
  for (const union of source.unions) file.add(unionEncoder(file, union), unionDecoder(file, schema, union));
}

/** Adds what ties the functions of each message together, behind all of them. */
export function addCodecObjects(file: TsFile, _schema: Schema, source: FileSchema, traits: Traits): void {
  for (const message of [...source.messages, ...source.unions, ...source.errors]) {
    file.add(codecObject(file, message.fullName, traits));
  }
  for (const error of source.errors) file.add(errorCodec(file, error), errorJson(file, error, traits));
}

function toNumber(file: TsFile, declared: EnumSchema): FunctionDeclarationStructure {
  const names = file.names.enum(declared.fullName);
  const cases = declared.values.map((value) => `  case ${stringLiteral(value.name)}: return ${value.number};`);
  // What TypeScript rules out becomes NaN, which no encoder accepts.
  const other = declared.isClosed ? "NaN" : `${file.door("unknownEnumNumber")}(value)`;
  return {
    kind: StructureKind.Function,
    name: names.toNumber,
    isExported: true,
    parameters: [{ name: "value", type: file.type(names.source, "types", names.type) }],
    returnType: "number",
    statements: ["switch (value) {", ...cases, `  default: return ${other};`, "}"].join("\n"),
  };
}

function fromNumber(file: TsFile, declared: EnumSchema): FunctionDeclarationStructure {
  const names = file.names.enum(declared.fullName);
  const type = file.type(names.source, "types", names.type);
  const canonical = new Map<number, string>();
  for (const value of declared.values) if (!canonical.has(value.number)) canonical.set(value.number, value.name);
  const cases = [...canonical].map(([number, name]) => `  case ${number}: return ${stringLiteral(name)};`);
  const other = declared.isClosed ? "undefined" : "`#${number}`";
  return {
    kind: StructureKind.Function,
    name: names.fromNumber,
    isExported: true,
    parameters: [{ name: "number", type: "number" }],
    returnType: declared.isClosed ? `${type} | undefined` : type,
    statements: ["switch (number) {", ...cases, `  default: return ${other};`, "}"].join("\n"),
  };
}

function codecObject(file: TsFile, fullName: string, traits: Traits): Statement {
  const names = file.names.message(fullName);
  const type = (name: string): string => file.type(names.source, "types", name);
  return [
    `export const ${names.codec}: ${file.door("Codec")}<${type(names.type)}, ${type(names.init)}> = {`,
    `  name: ${stringLiteral(fullName)},`,
    `  encode: ${names.encode},`,
    `  decode: ${names.decode},`,
    `  toJson: ${names.toJson},`,
    `  fromJson: ${names.fromJson},`,
    ...secretsLine(file, fullName, traits),
    "};",
  ].join("\n");
}

function errorCodec(file: TsFile, error: ErrorSchema): Statement {
  const names = file.names.message(error.fullName);
  const { class: className, errorCodec, errorDecoder } = file.names.error(error.fullName);
  const Thrown = file.value(names.source, "types", className);
  const name = `  name: ${stringLiteral(error.fullName)},`;
  const decode = `  decode: (r, end, message, facts) => new ${Thrown}(${names.decode}(r, end), message, facts),`;
  return [
    `export const ${errorCodec}: ${file.door("ErrorCodec")} = {`,
    name,
    `  encode: (w, error, p) => (error instanceof ${Thrown} ? ${names.encode}(w, error.detail, p) : p),`,
    decode,
    "};",
    "",
    `/** ${className} as clients read it: a bundle of one of them carries nothing that writes it. */`,
    `export const ${errorDecoder}: ${file.door("ErrorDecoder")} = {`,
    name,
    decode,
    "};",
  ].join("\n");
}

/** What tells tools where the secrets are, in a codec that has some. */
function secretsLine(file: TsFile, fullName: string, traits: Traits): readonly string[] {
  const secrets = secretsOf(file, fullName, traits);
  return secrets === undefined ? [] : [`  secrets: ${secrets},`];
}

function errorJson(file: TsFile, error: ErrorSchema, traits: Traits): Statement {
  const names = file.names.message(error.fullName);
  const { class: className, errorJson } = file.names.error(error.fullName);
  const Thrown = file.value(names.source, "types", className);
  return [
    `export const ${errorJson}: ${file.door("ErrorJson")} = {`,
    `  name: ${stringLiteral(error.fullName)},`,
    `  toJson: (error, writer) => (error instanceof ${Thrown} ? ${names.toJson}(error.detail, writer) : {}),`,
    `  fromJson: (json, reader, message, facts) => new ${Thrown}(${names.fromJson}(json, reader), message, facts),`,
    ...secretsLine(file, error.fullName, traits),
    "};",
  ].join("\n");
}
