/** What `.proto` has no words for, as options of `rpcgen/options.proto`; left out where an import finds it by itself. */

import { lowerCamelCase, methodNameOf, protocJsonName, snakeCase } from "../../schema/naming.js";
import type {
  AliasSchema,
  Annotation,
  EnumSchema,
  EnumValueSchema,
  FieldSchema,
  FileSchema,
  InlineUnionSchema,
  MethodSchema,
  Schema,
  ServiceSchema,
} from "../../schema/schema.js";
import type { FieldOwner } from "../../schema/field-owner.js";
import { optionsProtoPath } from "./options-proto.js";
import { protoString } from "./proto-text.js";

/** Fields in text format, such as `name: "id"`. */
export type ExtraFields = readonly string[];

/** The options of one schema. */
export class Extras {
  readonly #schema: Schema;
  /** How the package of the options is written, so that no scope captures it. */
  readonly #package: string;

  constructor(schema: Schema) {
    this.#schema = schema;
    const words = schema.files.flatMap((file) => file.package.split("."));
    const isTaken = words.includes("rpcgen") || [...schema.declarations.values()].some(({ name }) => name === "rpcgen");
    this.#package = isTaken ? ".rpcgen" : "rpcgen";
  }

  readonly importPath: string = optionsProtoPath;

  /** As a statement: nothing where there is nothing to say. */
  statement(name: string, fields: ExtraFields, indent: string): readonly string[] {
    if (fields.length === 0) return [];
    const head = `${indent}option (${this.#package}.${name}) =`;
    const short = `${head} { ${fields.join(" ")} };`;
    if (short.length <= 100) return [short];
    return [`${head} {`, ...fields.map((field) => `${indent}  ${field}`), `${indent}};`];
  }

  /** Between brackets: nothing where there is nothing to say. */
  inBrackets(name: string, fields: ExtraFields): readonly string[] {
    return fields.length === 0 ? [] : [`(${this.#package}.${name}) = { ${fields.join(" ")} }`];
  }

  file(file: FileSchema): ExtraFields {
    return [
      `path: ${protoString(file.path)}`,
      ...file.imports.map((path) => `imports: ${protoString(path)}`),
      ...file.aliases.map((alias) => `aliases { ${aliasFields(alias).join(" ")} }`),
    ];
  }

  message(owner: FieldOwner): ExtraFields {
    const isWrapper = owner.kind === "message" && owner.isSynthetic;
    return [
      ...(owner.kind === "union" ? ["kind: UNION"] : []),
      ...(owner.kind === "error" ? [`kind: ERROR`, `code: ${protoString(owner.code)}`] : []),
      ...(isWrapper ? ["kind: WRAPPER"] : []),
      ...annotationFields(owner.annotations),
      ...owner.reserved.names.map((name) => `reserved_names: ${protoString(name)}`),
    ];
  }

  field(field: FieldSchema): ExtraFields {
    const wellKnown = ["google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.Value"];
    const rest = [
      ...annotationFields(field.annotations),
      ...(field.alias === undefined ? [] : [`alias: ${protoString(`.${field.alias}`)}`]),
      ...(field.type.kind === "message" && wellKnown.includes(field.type.name) ? ["is_message: true"] : []),
    ];
    const isFound =
      lowerCamelCase(field.protoName) === field.name &&
      field.jsonName === field.name &&
      protocJsonName(field.protoName) === field.jsonName;
    return rest.length === 0 && isFound ? [] : [`name: ${protoString(field.name)}`, ...rest];
  }

  oneof(union: InlineUnionSchema, protoName: string): ExtraFields {
    const rest = annotationFields(union.annotations);
    const isFound = protoName === snakeCase(union.name) && lowerCamelCase(protoName) === union.name;
    return rest.length === 0 && isFound ? [] : [`name: ${protoString(union.name)}`, ...rest];
  }

  enum(declaration: EnumSchema): ExtraFields {
    const zeroIndex = declaration.values.findIndex(({ number }) => number === 0);
    return [
      ...(declaration.isClosed ? ["is_closed: true"] : []),
      ...(zeroIndex > 0 ? [`zero_index: ${zeroIndex}`] : []),
      ...annotationFields(declaration.annotations),
    ];
  }

  enumValue(value: EnumValueSchema, protoName: string): ExtraFields {
    const rest = annotationFields(value.annotations);
    return rest.length === 0 && protoName === value.name ? [] : [`name: ${protoString(value.name)}`, ...rest];
  }

  service(service: ServiceSchema): ExtraFields {
    return [
      ...(service.extends === undefined ? [] : [`extends: ${protoString(`.${service.extends}`)}`]),
      ...annotationFields(service.annotations),
    ];
  }

  method(method: MethodSchema, service: ServiceSchema): ExtraFields {
    const base = service.extends === undefined ? undefined : this.#schema.declarations.get(service.extends);
    // What is inherited is written where it was declared, but a single file has to be enough for other languages.
    if (base?.kind === "service" && method.index < base.methods.length) return ["is_inherited: true"];
    const rest = [
      ...(method.hasInlineInput ? ["has_parameters: true"] : []),
      ...(method.shape === "oneway" ? ["is_oneway: true"] : []),
      ...(method.outputForm === "value" ? ["result: VALUE"] : []),
      ...(method.outputForm === "void" ? ["result: NOTHING"] : []),
      ...method.throws.map((name) => `throws: ${protoString(`.${name}`)}`),
      ...annotationFields(method.annotations),
    ];
    const isFound = methodNameOf(method.wireName) === method.name;
    return rest.length === 0 && isFound ? [] : [`name: ${protoString(method.name)}`, ...rest];
  }
}

function aliasFields(alias: AliasSchema): ExtraFields {
  const isNamed = alias.type.kind !== "scalar" && alias.type.kind !== "builtin";
  return [
    `name: ${protoString(alias.name)}`,
    `type: ${protoString(isNamed ? `.${alias.type.name}` : alias.type.name)}`,
    ...(alias.cardinality === "repeated" ? ["is_list: true"] : []),
    ...(alias.mapKey === undefined ? [] : [`map_key: ${protoString(alias.mapKey)}`]),
    ...(alias.docs === "" ? [] : [`docs: ${protoString(alias.docs)}`]),
    ...annotationFields(alias.annotations),
  ];
}

function annotationFields(annotations: readonly Annotation[]): ExtraFields {
  return annotations.map(({ name, args }) => {
    const written = args.map((argument) => `args { ${argumentField(argument)} }`);
    return `annotations { ${[`name: ${protoString(name)}`, ...written].join(" ")} }`;
  });
}

function argumentField(argument: Annotation["args"][number]): string {
  switch (argument.kind) {
    case "string":
      return `text: ${protoString(argument.value)}`;
    case "number":
      return `number: ${protoString(argument.value)}`;
    case "boolean":
      return `flag: ${argument.value}`;
    case "duration":
      return `milliseconds: ${argument.milliseconds}`;
    case "name":
      return `word: ${protoString(argument.value)}`;
  }
}
