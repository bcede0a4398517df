/** Prints `x.types.ts`: what application code imports. Interfaces, string unions, and the classes of errors. */

import type { InterfaceDeclarationStructure, PropertySignatureStructure } from "ts-morph";
import type {
  EnumSchema,
  ErrorSchema,
  FieldSchema,
  FileSchema,
  InlineUnionSchema,
  MessageSchema,
  Schema,
  UnionSchema,
} from "../../schema/schema.js";
import { propertyName } from "../names.js";
import type { Traits } from "./emission-memory.js";
import { docText, stringLiteral } from "./escape.js";
import type { Statement, TsFile } from "./print.js";
import { secretsOf } from "./secrets.js";
import { fieldType, isComplete, type Side, valueType, zeroLiteral } from "./value-type.js";
import { StructureKind } from "./structure-printer.js";

/** Adds the types of one `.rpc` file, declarations in the order in which people look for them. */
export function addTypes(file: TsFile, schema: Schema, source: FileSchema, traits: Traits): void {
  for (const declared of source.enums) file.add(enumType(file, declared));
  for (const message of source.messages) file.add(...messageTypes(file, message));
  for (const union of source.unions) file.add(...unionTypes(file, union));
  for (const error of source.errors) file.add(...errorTypes(file, schema, error, traits));
}

function enumType(file: TsFile, declared: EnumSchema): Statement {
  const arms = declared.values.map((value): Arm => {
    return { type: stringLiteral(value.name), docs: docText(value.docs, value.deprecated) };
  });
  if (!declared.isClosed) arms.push({ type: file.door("UnknownEnumValue"), docs: undefined });
  return unionAlias(file.names.enum(declared.fullName).type, arms, docText(declared.docs, declared.deprecated));
}

function messageTypes(file: TsFile, message: MessageSchema): Statement[] {
  const names = file.names.message(message.fullName);
  const docs = docText(message.docs, message.deprecated);
  const passedIn = `What is passed in as {@link ${names.type}}: what is left out is empty.`;
  return [
    messageInterface(file, message, names.type, "received", docs),
    messageInterface(file, message, names.init, "passed", passedIn),
    ...inlineUnions(message).flatMap((union) => [
      inlineUnionType(file, message, union, "received"),
      inlineUnionType(file, message, union, "passed"),
    ]),
  ];
}

function messageInterface(
  file: TsFile,
  message: MessageSchema | ErrorSchema,
  name: string,
  side: Side,
  docs: string | undefined,
): InterfaceDeclarationStructure {
  const properties = message.members.map((member) => {
    return member.kind === "field" ? fieldProperty(file, member, side) : unionProperty(file, message, member, side);
  });
  return {
    kind: StructureKind.Interface,
    name,
    isExported: true,
    extends: [file.door("UnknownFields")],
    properties,
    ...docsOf(docs),
  };
}

function fieldProperty(file: TsFile, field: FieldSchema, side: Side): PropertySignatureStructure {
  const docs = docText(field.docs, field.deprecated);
  return property(
    propertyName(field.name),
    fieldType(file, field, side),
    side === "received" && isComplete(field),
    docs,
  );
}

function unionProperty(
  file: TsFile,
  message: MessageSchema | ErrorSchema,
  union: InlineUnionSchema,
  side: Side,
): PropertySignatureStructure {
  const type = inlineUnionName(file, message, union, side);
  return property(propertyName(union.name), type, false, docText(union.docs, union.deprecated));
}

function property(
  name: string,
  type: string,
  isRequired: boolean,
  docs: string | undefined,
): PropertySignatureStructure {
  return {
    kind: StructureKind.PropertySignature,
    name,
    isReadonly: true,
    hasQuestionToken: !isRequired,
    type: isRequired ? type : `${type} | undefined`,
    ...docsOf(docs),
  };
}

function inlineUnionType(
  file: TsFile,
  message: MessageSchema | ErrorSchema,
  union: InlineUnionSchema,
  side: Side,
): Statement {
  const name = inlineUnionName(file, message, union, side);
  const docs = side === "received" ? docText(union.docs, union.deprecated) : undefined;
  return unionAlias(
    name,
    union.members.map((member) => memberArm(file, member, side)),
    docs,
  );
}

function inlineUnionName(
  file: TsFile,
  message: MessageSchema | ErrorSchema,
  union: InlineUnionSchema,
  side: Side,
): string {
  const name = file.names.inlineUnion(message.fullName, union.name);
  return side === "received" ? name : `${name}Init`;
}

function unionTypes(file: TsFile, union: UnionSchema): Statement[] {
  const names = file.names.message(union.fullName);
  const arms = (side: Side): Arm[] => [
    ...union.fields.map((member) => memberArm(file, member, side)),
    { type: file.door("UnknownMember"), docs: undefined },
  ];
  return [
    unionAlias(names.type, arms("received"), docText(union.docs, union.deprecated)),
    unionAlias(names.init, arms("passed"), `What is passed in as {@link ${names.type}}.`),
  ];
}

function memberArm(file: TsFile, member: FieldSchema, side: Side): Arm {
  const value = valueType(file, member.type, member.int64, side);
  const type = `{ readonly kind: ${stringLiteral(member.name)}; readonly value: ${value} }`;
  return { type, docs: docText(member.docs, member.deprecated) };
}

/** The detail as an interface, and the class that is thrown and caught. */
function errorTypes(file: TsFile, schema: Schema, error: ErrorSchema, traits: Traits): Statement[] {
  const secrets = secretsOf(file, error.fullName, traits);
  const detail = file.names.message(error.fullName);
  const { class: name } = file.names.error(error.fullName);
  const completed = error.fields.filter((field) => field.union === undefined && isComplete(field));
  const completion = completed.map((field) => {
    const key = propertyName(field.name);
    return `${key}: detail.${key} ?? ${emptyLiteral(schema, field)}`;
  });
  const whole = completion.length === 0 ? "detail" : `{ ...detail, ${completion.join(", ")} }`;
  return [
    {
      kind: StructureKind.Class,
      name,
      isExported: true,
      extends: `${file.door("DeclaredError")}<${detail.type}>`,
      properties: [
        { name: "name", hasOverrideKeyword: true, isReadonly: true, initializer: stringLiteral(error.name) },
        { name: "typeName", hasOverrideKeyword: true, isReadonly: true, initializer: stringLiteral(error.fullName) },
      ],
      ctors: [
        {
          parameters: [
            { name: "detail", type: detail.init },
            { name: "message", initializer: stringLiteral(inWords(error.name)) },
            { name: "facts", type: file.door("RpcErrorFacts"), hasQuestionToken: true },
          ],
          statements: [
            `super(${stringLiteral(statusWord(error.code))}, ${whole}, message, facts${secrets === undefined ? "" : `, ${file.door("hideDetail")}(${secrets})`});`,
          ],
        },
      ],
      ...docsOf(docText(error.docs, error.deprecated)),
    },
    messageInterface(file, error, detail.type, "received", `What {@link ${name}} carries.`),
    errorInitInterface(file, error, detail.init, name),
    ...inlineUnions(error).map((union) => inlineUnionType(file, error, union, "received")),
  ];
}

// The instance holds what it was given, so messages in it must be complete; only its own implicit fields are filled in.
function errorInitInterface(file: TsFile, error: ErrorSchema, name: string, className: string): Statement {
  const properties = error.members.map((member) => {
    if (member.kind !== "field") return unionProperty(file, error, member, "received");
    return property(
      propertyName(member.name),
      fieldType(file, member, "received"),
      false,
      docText(member.docs, member.deprecated),
    );
  });
  const docs = `What a {@link ${className}} is made from: what is left out is empty.`;
  return {
    kind: StructureKind.Interface,
    name,
    isExported: true,
    extends: [file.door("UnknownFields")],
    properties,
    ...docsOf(docs),
  };
}

function emptyLiteral(schema: Schema, field: FieldSchema): string {
  if (field.cardinality === "repeated") return "[]";
  return field.cardinality === "map" ? "new Map()" : zeroLiteral(schema, field.type, field.int64);
}

interface Arm {
  readonly type: string;
  readonly docs: string | undefined;
}

const lineLength = 120;

function unionAlias(name: string, arms: readonly Arm[], docs: string | undefined): string {
  const head = `${comment(docs, "")}export type ${name} =`;
  const line = `${head} ${arms.map((arm) => arm.type).join(" | ")};`;
  const isShort = line.length - head.length + name.length + 14 <= lineLength;
  if (isShort && arms.every((arm) => arm.docs === undefined && !arm.type.startsWith("{"))) return line;
  return `${head}\n${arms.map((arm) => `${comment(arm.docs, "  ")}  | ${arm.type}`).join("\n")};`;
}

function comment(docs: string | undefined, indent: string): string {
  if (docs === undefined) return "";
  if (!docs.includes("\n")) return `${indent}/** ${docs} */\n`;
  const lines = docs.split("\n").map((line) => `${indent} * ${line}`.trimEnd());
  return `${indent}/**\n${lines.join("\n")}\n${indent} */\n`;
}

function docsOf(docs: string | undefined): { docs?: string[] } {
  return docs === undefined ? {} : { docs: [docs] };
}

function inlineUnions(message: MessageSchema | ErrorSchema): InlineUnionSchema[] {
  return message.members.filter((member) => member.kind === "inlineUnion");
}

/** `out of stock` for `OutOfStock`: the message of an error that was given none. */
function inWords(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
}

function statusWord(code: string): string {
  return code.toLowerCase().replaceAll("_", "-");
}
