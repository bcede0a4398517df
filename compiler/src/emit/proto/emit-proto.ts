/** Prints a schema as `.proto` files (proto3) with the same bytes on the wire, one for each source file. */

import { protocJsonName, snakeCase } from "../../schema/naming.js";
import type {
  EnumSchema,
  FieldSchema,
  FileSchema,
  InlineUnionSchema,
  MethodSchema,
  ReservedSchema,
  Schema,
  ServiceSchema,
} from "../../schema/schema.js";
import type { FieldOwner } from "../../schema/field-owner.js";
import { EnumValueNames } from "./enum-value-names.js";
import { builtinImport, commentLines, labelledType, protoString } from "./proto-text.js";

/** Text by path: `shop/orders.proto` for `shop/orders.rpc`. Files of the standard library are Protobuf's own and left out. */
export function emitProto(schema: Schema): ReadonlyMap<string, string> {
  const valueNames = new EnumValueNames(schema);
  const texts = new Map<string, string>();
  for (const file of schema.files) {
    if (!file.isStandard) texts.set(protoPath(file.path), new ProtoFile(schema, file, valueNames).print());
  }
  return texts;
}

function protoPath(path: string): string {
  return path.replace(/\.rpc$/, ".proto");
}

class ProtoFile {
  readonly #schema: Schema;
  readonly #file: FileSchema;
  readonly #valueNames: EnumValueNames;

  constructor(schema: Schema, file: FileSchema, valueNames: EnumValueNames) {
    this.#schema = schema;
    this.#file = file;
    this.#valueNames = valueNames;
  }

  print(): string {
    const file = this.#file;
    const blocks: (readonly string[])[] = [
      [`// Printed by rpcgen from ${file.path}. Edit that file instead.`],
      [...commentLines(file.docs, ""), 'syntax = "proto3";'],
    ];
    if (file.package !== "") blocks.push([`package ${file.package};`]);
    const imports = this.#imports();
    if (imports.length > 0) blocks.push(imports.map((path) => `import ${protoString(path)};`));
    for (const declaration of file.enums) blocks.push(this.#enum(declaration));
    for (const declaration of [...file.unions, ...file.messages, ...file.errors])
      blocks.push(this.#message(declaration));
    for (const service of file.services) blocks.push(this.#service(service));
    return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
  }

  /** What is used decides, since aliases and inherited methods name things of files that are not imported directly. */
  #imports(): readonly string[] {
    const file = this.#file;
    const paths = new Set<string>();
    const need = (fullName: string): void => {
      const home = this.#homes().get(fullName);
      if (home !== undefined && home !== file.path) paths.add(protoPath(home));
    };
    for (const owner of [...file.unions, ...file.messages, ...file.errors]) {
      for (const { type } of owner.fields) {
        const builtin = builtinImport(type);
        if (builtin !== undefined) paths.add(builtin);
        else if (type.kind !== "scalar") need(type.name);
      }
    }
    for (const method of file.services.flatMap((service) => service.methods)) {
      need(method.input);
      need(method.output);
    }
    return [...paths].sort();
  }

  #homes(): ReadonlyMap<string, string> {
    const known = homesBySchema.get(this.#schema);
    if (known !== undefined) return known;
    const homes = new Map<string, string>();
    for (const file of this.#schema.files) {
      for (const list of [file.messages, file.enums, file.unions, file.errors]) {
        for (const { fullName } of list) homes.set(fullName, file.path);
      }
    }
    homesBySchema.set(this.#schema, homes);
    return homes;
  }

  #enum(declaration: EnumSchema): readonly string[] {
    const numbers = new Set(declaration.values.map((value) => value.number));
    // proto3 wants the value with number 0 first; the order of the others stays.
    const zero = declaration.values.findIndex((value) => value.number === 0);
    const values = [
      ...declaration.values.slice(zero, zero + 1),
      ...declaration.values.filter((_, index) => index !== zero),
    ];
    return [
      ...commentLines(declaration.docs, ""),
      ...(declaration.isClosed ? ["// Closed: numbers that are not listed here are refused."] : []),
      `enum ${declaration.name} {`,
      ...(numbers.size < declaration.values.length ? ["  option allow_alias = true;"] : []),
      ...deprecatedOption(declaration.deprecated),
      ...values.flatMap((value) => [
        ...commentLines(value.docs, "  "),
        `  ${this.#valueNames.nameOf(declaration, value.name)} = ${value.number}${options(value.deprecated, [])};`,
      ]),
      ...reservedLines(declaration.reserved, (name) => name),
      "}",
    ];
  }

  #message(owner: FieldOwner): readonly string[] {
    const body =
      owner.kind === "union"
        ? oneofLines("value", "", owner.fields)
        : owner.members.flatMap((member) =>
            member.kind === "field" ? fieldLines(member, "  ") : inlineUnionLines(member),
          );
    return [
      ...commentLines(owner.docs, ""),
      ...(owner.kind === "error" ? [`// A declared error, sent with status ${owner.code}.`] : []),
      `message ${owner.name} {`,
      ...deprecatedOption(owner.deprecated),
      ...body,
      ...reservedLines(owner.reserved, snakeCase),
      "}",
    ];
  }

  #service(service: ServiceSchema): readonly string[] {
    return [
      ...commentLines(service.docs, ""),
      `service ${service.name} {`,
      ...deprecatedOption(service.deprecated),
      ...service.methods.flatMap(methodLines),
      "}",
    ];
  }
}

/** Where declarations live, worked out once for a schema and not once for each of its files. */
const homesBySchema = new WeakMap<Schema, ReadonlyMap<string, string>>();

function methodLines(method: MethodSchema): readonly string[] {
  const takesStream = method.shape === "clientStream" || method.shape === "bidiStream";
  const givesStream = method.shape === "serverStream" || method.shape === "bidiStream";
  const signature =
    `  rpc ${method.wireName}(${takesStream ? "stream " : ""}.${method.input})` +
    ` returns (${givesStream ? "stream " : ""}.${method.output})`;
  const lines = [
    ...(method.deprecated === undefined ? [] : ["    option deprecated = true;"]),
    ...(method.isIdempotent ? ["    option idempotency_level = IDEMPOTENT;"] : []),
  ];
  return [
    ...commentLines(method.docs, "  "),
    ...(method.throws.length > 0 ? [`  // Throws ${method.throws.join(", ")}.`] : []),
    ...(method.shape === "oneway" ? ["  // One way: the answer is not waited for."] : []),
    ...(lines.length === 0 ? [`${signature};`] : [`${signature} {`, ...lines, "  }"]),
  ];
}

function inlineUnionLines(union: InlineUnionSchema): readonly string[] {
  return oneofLines(snakeCase(union.name), union.docs, union.members);
}

function oneofLines(name: string, docs: string, members: readonly FieldSchema[]): readonly string[] {
  // The oneof shares its namespace with the fields; its name is in no byte, so it is the one to give way.
  const taken = new Set(members.map((member) => member.protoName));
  let free = name;
  while (taken.has(free)) free += "_";
  return [
    ...commentLines(docs, "  "),
    `  oneof ${free} {`,
    ...members.flatMap((member) => fieldLines(member, "    ")),
    "  }",
  ];
}

function fieldLines(field: FieldSchema, indent: string): readonly string[] {
  const extra: string[] = [];
  if (protocJsonName(field.protoName) !== field.jsonName) extra.push(`json_name = ${protoString(field.jsonName)}`);
  // Packed is what proto3 does unless told otherwise.
  if (field.cardinality === "repeated" && !field.packed && isPackable(field)) extra.push("packed = false");
  // In a standalone union every member is explicit by itself; a oneof takes no label.
  const type = indent === "  " ? labelledType(field) : labelledType({ ...field, presence: "implicit" });
  return [
    ...commentLines(field.docs, indent),
    `${indent}${type} ${field.protoName} = ${field.number}${options(field.deprecated, extra)};`,
  ];
}

function isPackable(field: FieldSchema): boolean {
  const { type } = field;
  return type.kind === "enum" || (type.kind === "scalar" && type.name !== "string" && type.name !== "bytes");
}

function options(deprecated: string | undefined, extra: readonly string[]): string {
  const all = [...extra, ...(deprecated === undefined ? [] : ["deprecated = true"])];
  return all.length === 0 ? "" : ` [${all.join(", ")}]`;
}

function deprecatedOption(deprecated: string | undefined): readonly string[] {
  return deprecated === undefined ? [] : ["  option deprecated = true;"];
}

function reservedLines(reserved: ReservedSchema, nameOf: (name: string) => string): readonly string[] {
  const ranges = reserved.ranges.map(({ from, to }) => (from === to ? String(from) : `${from} to ${to}`));
  return [
    ...(ranges.length === 0 ? [] : [`  reserved ${ranges.join(", ")};`]),
    ...(reserved.names.length === 0
      ? []
      : [`  reserved ${reserved.names.map((name) => protoString(nameOf(name))).join(", ")};`]),
  ];
}
