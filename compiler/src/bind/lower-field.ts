/** Lowers a field, a union member or an inline parameter. */

import { protoFieldName, lowerCamelCase } from "../schema/naming.js";
import { enumNumberRange, fieldNumberRange } from "../schema/number-range.js";
import type { Annotation, FieldSchema, Int64Form, TypeSchema } from "../schema/schema.js";
import type { FieldNode, NumberLiteral } from "../syntax/ast.js";
import type { FileContext } from "./file-context.js";
import { annotationText, annotationsOf, describe, findAnnotation, placed } from "./file-context.js";
import { mergeAnnotations } from "./type-resolver.js";
import type { ResolvedType } from "./type-resolver.js";

/** What kind of field is lowered, and where it belongs. */
export interface FieldRole {
  readonly target: "field" | "unionMember" | "parameter";
  /** Name of the inline union that it is a member of. */
  readonly union: string | undefined;
  /** For parameters, which are numbered by their place. */
  readonly number: number | undefined;
}

/** The meaning of a field; undefined (and reported, here or by the parser) where it has none. */
export function lowerField(node: FieldNode, role: FieldRole, context: FileContext): FieldSchema | undefined {
  const own = annotationsOf(context, node, role.target);
  const resolved = context.types.resolve(node.type, context.scope);
  const number = role.number ?? numberOf(node.number, "field number", context);
  if (resolved === undefined || number === undefined) return undefined;
  if (node.isOptional && !checkOptional(node, role, resolved, context)) return undefined;
  const all = mergeAnnotations(resolved.annotations, own);
  const annotations = all.map((one) => one.annotation);
  const givenName = annotationText(annotations, "name");
  const field: FieldSchema = {
    kind: "field",
    ...describe(node.name, node.docs, all),
    number,
    jsonName: givenName ?? lowerCamelCase(node.name.text),
    protoName: protoFieldName(node.name.text, givenName),
    type: resolved.type,
    cardinality: resolved.cardinality,
    mapKey: resolved.mapKey,
    presence: presenceOf(node, role, resolved),
    packed: isPacked(resolved, annotations),
    int64: int64Form(annotations),
    alias: resolved.alias,
    union: role.union,
  };
  placed(context, field, node.name, all);
  context.places.set(field, "type", node.type.span);
  if (node.number !== undefined) context.places.set(field, "number", node.number.span);
  return field;
}

/**
 * The whole number that was written. Undefined where there is none (which the parser reports) and where it is so
 * large that it would lose digits; whether it is in range is for the rules to say.
 */
export function numberOf(literal: NumberLiteral | undefined, what: string, context: FileContext): number | undefined {
  if (literal?.value === undefined) return undefined;
  const number = Number(literal.value);
  if (Number.isSafeInteger(number)) return number;
  const range = what === "enum number" ? enumNumberRange : fieldNumberRange;
  context.report.add("number-out-of-range", literal.span, { number: shortened(literal.text), what, range });
  return undefined;
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

function checkOptional(node: FieldNode, role: FieldRole, resolved: ResolvedType, context: FileContext): boolean {
  const what =
    role.target === "unionMember"
      ? "the union says which of its members is there"
      : resolved.cardinality === "repeated"
        ? "a list that is absent is empty"
        : resolved.cardinality === "map"
          ? "a map that is absent is empty"
          : undefined;
  if (what === undefined) return true;
  const { source, end } = node.name.span;
  const at = source.text.indexOf("?", end);
  // The mark stands right behind the name, but for blanks and comments; where it is hard to find, the name will do.
  const mark = at >= 0 && source.text.slice(end, at).trim() === "" ? { source, start: at, end: at + 1 } : undefined;
  context.report.add(
    "optional-not-allowed",
    mark ?? node.name.span,
    { name: node.name.text, what },
    {
      label: "remove it",
      fixes: mark === undefined ? [] : [{ message: "remove the `?`", edits: [{ span: mark, text: "" }] }],
    },
  );
  return false;
}

function presenceOf(node: FieldNode, role: FieldRole, resolved: ResolvedType): "implicit" | "explicit" {
  if (resolved.cardinality !== "single") return "implicit";
  if (node.isOptional || role.target === "unionMember") return "explicit";
  return isMessageLike(resolved.type) ? "explicit" : "implicit";
}

/** Whether a type travels as a message, so that its absence shows. */
function isMessageLike(type: TypeSchema): boolean {
  return type.kind === "message" || type.kind === "union" || type.kind === "builtin";
}

function isPacked(resolved: ResolvedType, annotations: readonly Annotation[]): boolean {
  return (
    resolved.cardinality === "repeated" &&
    isPackable(resolved.type) &&
    findAnnotation(annotations, "unpacked") === undefined
  );
}

function isPackable(type: TypeSchema): boolean {
  return type.kind === "enum" || (type.kind === "scalar" && type.name !== "string" && type.name !== "bytes");
}

function int64Form(annotations: readonly Annotation[]): Int64Form {
  const form = annotationText(annotations, "js");
  return form === "number" || form === "string" ? form : "bigint";
}
