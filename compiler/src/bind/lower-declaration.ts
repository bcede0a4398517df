/** Lowers messages, errors, unions, enums and aliases. */

import { statusNames } from "../schema/schema.js";
import type {
  AliasSchema,
  EnumSchema,
  EnumValueSchema,
  ErrorSchema,
  FieldSchema,
  InlineUnionSchema,
  MessageSchema,
  ReservedSchema,
  UnionSchema,
} from "../schema/schema.js";
import type {
  AliasNode,
  EnumNode,
  EnumValueNode,
  ErrorNode,
  FieldNode,
  Identifier,
  MessageNode,
  ReservedNode,
  TypeNode,
  UnionNode,
} from "../syntax/ast.js";
import type { FileContext } from "./file-context.js";
import { annotationText, annotationsOf, describe, placed, withoutDuplicates } from "./file-context.js";
import { lowerField, numberOf } from "./lower-field.js";
import type { DeclaredSymbol } from "./symbol-table.js";

/** Lowers a message. */
export function lowerMessage(symbol: DeclaredSymbol<MessageNode>, context: FileContext): MessageSchema {
  const annotations = annotationsOf(context, symbol.node, "message");
  const message: MessageSchema = {
    kind: "message",
    ...describe(symbol.node.name, symbol.node.docs, annotations),
    fullName: symbol.fullName,
    ...lowerMembers(symbol.node, context),
    reserved: lowerReserved(symbol.node.reserved, "field number", context),
    isSynthetic: false,
  };
  placeReserved(message.reserved, symbol.node.reserved, context);
  return placed(context, message, symbol.node.name, annotations);
}

/** Lowers an error. */
export function lowerError(symbol: DeclaredSymbol<ErrorNode>, context: FileContext): ErrorSchema {
  const annotations = annotationsOf(context, symbol.node, "error");
  const described = describe(symbol.node.name, symbol.node.docs, annotations);
  const code = annotationText(described.annotations, "code");
  const error: ErrorSchema = {
    kind: "error",
    ...described,
    fullName: symbol.fullName,
    code: statusNames.find((name) => name === code) ?? "UNKNOWN",
    ...lowerMembers(symbol.node, context),
    reserved: lowerReserved(symbol.node.reserved, "field number", context),
    isSynthetic: false,
  };
  placeReserved(error.reserved, symbol.node.reserved, context);
  return placed(context, error, symbol.node.name, annotations);
}

/** Lowers a standalone union. */
export function lowerUnion(symbol: DeclaredSymbol<UnionNode>, context: FileContext): UnionSchema {
  const annotations = annotationsOf(context, symbol.node, "union");
  const members = withoutDuplicates(symbol.node.members, "members", symbol.name, context);
  const union: UnionSchema = {
    kind: "union",
    ...describe(symbol.node.name, symbol.node.docs, annotations),
    fullName: symbol.fullName,
    fields: byNumber(lowerUnionMembers(members, undefined, context)),
    reserved: lowerReserved(symbol.node.reserved, "member number", context),
  };
  placeReserved(union.reserved, symbol.node.reserved, context);
  if (symbol.node.isBroken || union.fields.length < symbol.node.members.length) context.places.setIncomplete(union);
  return placed(context, union, symbol.node.name, annotations);
}

/** Lowers an enum. */
export function lowerEnum(symbol: DeclaredSymbol<EnumNode>, context: FileContext): EnumSchema {
  const annotations = annotationsOf(context, symbol.node, "enum");
  const values = withoutDuplicates(symbol.node.values, "values", symbol.name, context);
  const schema: EnumSchema = {
    kind: "enum",
    ...describe(symbol.node.name, symbol.node.docs, annotations),
    fullName: symbol.fullName,
    isClosed: symbol.node.isClosed,
    values: values.map((value) => lowerEnumValue(value, context)).filter((value) => value !== undefined),
    reserved: lowerReserved(symbol.node.reserved, "enum number", context),
  };
  placeReserved(schema.reserved, symbol.node.reserved, context);
  if (symbol.node.isBroken || schema.values.length < symbol.node.values.length) context.places.setIncomplete(schema);
  return placed(context, schema, symbol.node.name, annotations);
}

/** Lowers an alias and makes it known to the types that follow; undefined where it means nothing. */
export function lowerAlias(symbol: DeclaredSymbol<AliasNode>, context: FileContext): AliasSchema | undefined {
  const annotations = annotationsOf(context, symbol.node, "alias");
  const resolved = context.types.addAlias(symbol, context.scope, annotations);
  if (resolved === undefined) return undefined;
  const alias: AliasSchema = {
    kind: "alias",
    ...describe(symbol.node.name, symbol.node.docs, annotations),
    fullName: symbol.fullName,
    type: resolved.type,
    cardinality: resolved.cardinality,
    mapKey: resolved.mapKey,
  };
  context.places.set(alias, "type", symbol.node.type.span);
  return placed(context, alias, symbol.node.name, annotations);
}

function lowerEnumValue(node: EnumValueNode, context: FileContext): EnumValueSchema | undefined {
  const annotations = annotationsOf(context, node, "enumValue");
  const number = numberOf(node.number, "enum number", context);
  if (number === undefined) return undefined;
  const value: EnumValueSchema = { kind: "enumValue", ...describe(node.name, node.docs, annotations), number };
  if (node.number !== undefined) context.places.set(value, "number", node.number.span);
  return placed(context, value, node.name, annotations);
}

function lowerMembers(
  node: MessageNode | ErrorNode,
  context: FileContext,
): { readonly members: readonly (FieldSchema | InlineUnionSchema)[]; readonly fields: readonly FieldSchema[] } {
  const members: (FieldSchema | InlineUnionSchema)[] = [];
  // One set of names for fields, inline unions and their members: they are siblings in JSON and in `.proto`.
  const taken = new Map<string, Identifier>();
  for (const field of withoutDuplicates(node.fields, "fields", node.name.text, context, taken)) {
    const { type } = field;
    const member =
      type.kind === "union"
        ? lowerInlineUnion(field, type, node.name.text, taken, context)
        : lowerField(field, { target: "field", union: undefined, number: undefined }, context);
    if (member !== undefined) members.push(member);
  }
  const fields = members.flatMap((member) => (member.kind === "field" ? [member] : member.members));
  return { members, fields: byNumber(fields) };
}

function lowerInlineUnion(
  node: FieldNode,
  type: Extract<TypeNode, { kind: "union" }>,
  owner: string,
  taken: Map<string, Identifier>,
  context: FileContext,
): InlineUnionSchema {
  const annotations = annotationsOf(context, node, "inlineUnion");
  const members = withoutDuplicates(type.members, "fields", owner, context, taken, [
    "the members of an inline union share names and numbers with the fields of their message",
  ]);
  const union: InlineUnionSchema = {
    kind: "inlineUnion",
    ...describe(node.name, node.docs, annotations),
    members: lowerUnionMembers(members, node.name.text, context),
  };
  if (union.members.length < type.members.length) context.places.setIncomplete(union);
  return placed(context, union, node.name, annotations);
}

function lowerUnionMembers(
  nodes: readonly FieldNode[],
  union: string | undefined,
  context: FileContext,
): readonly FieldSchema[] {
  const members: FieldSchema[] = [];
  for (const node of nodes) {
    const member = lowerField(node, { target: "unionMember", union, number: undefined }, context);
    if (member === undefined) continue;
    if (member.cardinality === "single") members.push(member);
    else {
      context.report.add("type-not-allowed", node.type.span, {
        type: node.type.span.source.text.slice(node.type.span.start, node.type.span.end),
        where: "in a union: wrap it in a message",
      });
    }
  }
  return members;
}

function byNumber(fields: readonly FieldSchema[]): readonly FieldSchema[] {
  return [...fields].sort((a, b) => a.number - b.number);
}

function lowerReserved(nodes: readonly ReservedNode[], what: string, context: FileContext): ReservedSchema {
  const ranges: { from: number; to: number }[] = [];
  for (const range of nodes.flatMap((node) => node.ranges)) {
    const from = numberOf(range.from, what, context);
    const to = range.to === undefined ? from : numberOf(range.to, what, context);
    if (from === undefined || to === undefined) continue;
    const schema = { from, to };
    context.places.set(schema, "name", range.span);
    ranges.push(schema);
  }
  return { ranges, names: nodes.flatMap((node) => node.names.map((name) => name.value)) };
}

function placeReserved(reserved: ReservedSchema, nodes: readonly ReservedNode[], context: FileContext): void {
  for (const [index, name] of nodes.flatMap((node) => node.names).entries()) {
    context.places.setItem(reserved, "reservedName", index, name.span);
  }
}
