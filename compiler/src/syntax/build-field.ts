/** Builds fields, members and parameters of the AST, and recognises how Protobuf, Thrift and others write them. */

import type { CstNode, IToken } from "chevrotain";
import type { FixIt } from "../report/diagnostic.js";
import { removal } from "../report/removal.js";
import { Report } from "../report/report.js";
import type { Span } from "../source/source-file.js";
import type { Decorated, FieldNode, Identifier, NumberLiteral, TypeNode } from "./ast.js";
import { behind, buildIdentifier, buildInteger, missingIdentifier } from "./build-literal.js";
import { buildType, refuseStream, typeTextOf } from "./build-type.js";
import { reportNoType } from "./no-type.js";
import { reportOption } from "./foreign-option.js";
import { nodeOf, nodesOf, quote, spanOf, startOf, tokenOf } from "./cst.js";
import type { Building } from "./cst.js";

/** Words that other languages put in front of a field, and what is said here instead. */
const modifierAdvice: ReadonlyMap<string, string> = new Map([
  ["optional", "presence is a `?` after the name"],
  ["required", "no field is required, so that every field can be retired one day"],
  ["repeated", "a list is a type with `[]` behind it"],
  ["singular", "a field holds one value unless its type says otherwise"],
  ["readonly", "everything that is received is readonly"],
  ["const", "everything that is received is readonly"],
  ["public", "everything in a message is public"],
  ["private", "everything in a message is public"],
  ["var", "a field is a number, a name, a colon and a type"],
  ["let", "a field is a number, a name, a colon and a type"],
]);

const scalarNames: ReadonlySet<string> = new Set(
  "bool int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 float double string bytes timestamp duration json".split(
    " ",
  ),
);

/** The pieces of a field as they were written, in whatever order. */
interface Pieces {
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly isOptional: boolean;
  /** True where the whole line was reported with its repair, so that no detail is reported once more. */
  readonly isReported: boolean;
}

/** Where a field stands decides whether it has a number. */
export type FieldPlace = "member" | "parameter";

/** Builds one field; its name is missing where nothing but a number could be read. */
export function buildField(building: Building, node: CstNode, decorated: Decorated, place: FieldPlace): FieldNode {
  const numberToken = tokenOf(node, "Number");
  const head = nodeOf(node, "fieldHead");
  const span = spanOf(building, node);
  if (head === undefined) {
    const after = numberToken === undefined ? "the number" : `\`${quote(spanOf(building, numberToken))}\``;
    const label = "a field is written `1 name: type`";
    building.report.add("missing-part", behind(building, numberToken ?? node), { part: "a name", after }, { label });
    return {
      kind: "field",
      ...decorated,
      number: undefined,
      name: missingIdentifier(span),
      isOptional: false,
      type: missingType({ ...span, start: span.end }),
      span,
    };
  }
  const pieces = nodesOf(head, "part").length > 0 ? readParts(building, node, head, place) : readNamed(building, head);
  let number = numberToken && buildInteger(building, numberToken, "field number");
  if (!pieces.isReported) {
    reportNumberMark(building, node, head);
    const moved = readValue(building, node, numberToken, pieces, place);
    number ??= moved;
  }
  number ??= numberBehind(building, node, numberToken);
  reportBrackets(building, node, pieces);
  const field: FieldNode = {
    kind: "field",
    ...decorated,
    number,
    name: pieces.name,
    isOptional: pieces.isOptional,
    type: pieces.type,
    span,
  };
  if (number === undefined && (numberToken !== undefined || pieces.isReported)) building.misnumbered.add(field);
  return field;
}

/** `name?: type` */
function readNamed(building: Building, head: CstNode): Pieces {
  const word = tokenOf(head, "Word");
  const name = word === undefined ? missingIdentifier(spanOf(building, head)) : buildIdentifier(building, word);
  const hasMark = tokenOf(head, "Question") !== undefined;
  const typeNode = nodeOf(head, "type");
  if (typeNode === undefined) {
    const place = behind(building, tokenOf(head, "Colon") ?? head);
    reportNoType(building, nodesOf(head, "stray"), place, name.text);
    return { name, type: missingType(place), isOptional: hasMark, isReported: false };
  }
  const built = buildType(building, typeNode);
  if (built.optional !== undefined) reportOptionalType(building, name, built.optional, hasMark);
  const type = refuseStream(building, built);
  return { name, type, isOptional: hasMark || built.optional !== undefined, isReported: false };
}

function reportOptionalType(building: Building, name: Identifier, mark: Span, hasMark: boolean): void {
  const isSign = mark.start > name.span.end && !/^[A-Za-z]/.test(quote(mark));
  const edits = isSign ? [{ span: mark, text: "" }] : [];
  if (isSign && !hasMark) edits.push({ span: { ...name.span, start: name.span.end }, text: "?" });
  const fixes: FixIt[] = edits.length > 0 ? [{ message: `write \`${name.text}?\``, edits }] : [];
  building.report.add("optional-type", mark, { name: name.text }, { fixes });
}

/** A row of words and types: modifiers, a name and a type in some order, perhaps with a colon behind the last one. */
function readParts(building: Building, node: CstNode, head: CstNode, place: FieldPlace): Pieces {
  const parts = nodesOf(head, "part");
  const modifiers: CstNode[] = [];
  while (parts.length > 1 && parts[0] !== undefined && modifierAdvice.has(textOf(building, parts[0]))) {
    modifiers.push(...parts.splice(0, 1));
  }
  const words = new Set(modifiers.map((part) => textOf(building, part)));
  const row = readRow(building, node, head, parts);
  const isOptional = row.isOptional || words.has("optional");
  const needsList = words.has("repeated") && row.type.kind !== "list";
  const type: TypeNode = needsList ? { kind: "list", element: row.type, span: row.type.span } : row.type;
  const pieces = { name: row.name, type, isOptional, isReported: true };
  const numberSpan = writtenNumber(building, node);
  const typeText = typeTextOf(type);
  const number = numberSpan === undefined || place === "parameter" ? "" : `${quote(numberSpan)} `;
  const line = `${number}${row.name.text}${isOptional ? "?" : ""}: ${typeText}`;
  const span = spanOf(building, node);
  const isWhole = row.name.text !== "" && row.type.kind !== "missing";
  const fixes: FixIt[] = isWhole ? [{ message: `write \`${line}\``, edits: [{ span, text: line }] }] : [];
  const details = { label: isWhole ? `write \`${line}\`` : undefined, fixes };
  const { report } = building;
  const name = row.name.text;
  const modifier = modifiers[0];
  if (tokenOf(node, "Equals") !== undefined && tokenOf(node, "Number") === undefined && place === "member") {
    report.add("number-last", span, { name }, details);
  } else if (modifier !== undefined) {
    const word = textOf(building, modifier);
    report.add(
      "foreign-modifier",
      spanOf(building, modifier),
      { word, advice: modifierAdvice.get(word) ?? "" },
      details,
    );
  } else if (row.problem === "type-first") {
    report.add("type-first", row.type.span, { name, type: quote(row.type.span) }, details);
  } else if (row.problem === "missing-colon") {
    report.add("missing-colon", row.name.span, { name }, details);
  } else if (row.problem === "missing-type") {
    const example = `${number}${name}: string`;
    report.add("missing-type", row.name.span, { name }, { label: `for instance \`${example}\`` });
  } else {
    return { ...pieces, isReported: row.problem === "reported" };
  }
  return pieces;
}

interface Row {
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly isOptional: boolean;
  readonly problem: "type-first" | "missing-colon" | "missing-type" | "reported" | undefined;
}

/** Tells name from type in what is left of a row without its modifiers. */
function readRow(building: Building, node: CstNode, head: CstNode, parts: readonly CstNode[]): Row {
  const [first, second] = parts;
  const typeNode = nodeOf(head, "type");
  const colon = tokenOf(head, "Colon");
  const last = parts.at(-1);
  if (colon !== undefined && last !== undefined) {
    const named = nameOf(building, last);
    const extra = parts.slice(0, -1);
    if (extra.length > 0) reportExtra(building, extra, "only a number stands in front of a name");
    const built = typeNode && buildType(building, typeNode);
    if (built === undefined) building.report.add("missing-type", behind(building, colon), { name: named.name.text });
    const type = built === undefined ? missingType(behind(building, colon)) : refuseStream(building, built);
    const isOptional = named.isOptional || built?.optional !== undefined;
    return {
      name: named.name,
      type,
      isOptional,
      problem: extra.length > 0 || built === undefined ? "reported" : undefined,
    };
  }
  if (first !== undefined && second === undefined && nodeOf(first, "fieldsBody") !== undefined) {
    return readNameless(building, first);
  }
  if (first === undefined || second === undefined) {
    const named = first === undefined ? undefined : nameOf(building, first);
    const place = behind(building, first ?? head);
    return {
      name: named?.name ?? missingIdentifier(place),
      type: missingType(place),
      isOptional: named?.isOptional ?? false,
      problem: "missing-type",
    };
  }
  if (parts.length > 2) reportExtra(building, parts.slice(2), "a field is written `1 name: type`");
  // As Protobuf and Thrift have it, unless the words themselves say otherwise: `1: sku string`.
  const isForeign = tokenOf(node, "Equals") !== undefined || tokenOf(node, "mark") !== undefined;
  const isTypeFirst = isForeign ? !isNameFirst(building, first, second) : looksLikeType(building, first, second);
  const named = nameOf(building, isTypeFirst ? second : first);
  // The line is reported with its repair, in which the type is mended too.
  const built = buildType({ ...building, report: new Report() }, isTypeFirst ? first : second);
  return {
    name: named.name,
    type: refuseStream(building, built),
    isOptional: named.isOptional || built.optional !== undefined,
    problem: isTypeFirst ? "type-first" : "missing-colon",
  };
}

/** An inline union without a name in front of it. */
function readNameless(building: Building, part: CstNode): Row {
  const keyword = spanOf(building, tokenOf(part, "Union"));
  const wanted = "a name and a colon stand in front of it, such as `payment?: union { … }`";
  building.report.add("unexpected-text", keyword, { found: "union", wanted });
  const built = buildType(building, part);
  const isOptional = built.optional !== undefined;
  return { name: missingIdentifier(keyword), type: refuseStream(building, built), isOptional, problem: "reported" };
}

function reportExtra(building: Building, parts: readonly CstNode[], wanted: string): void {
  const span = spanOf(building, parts[0], parts.at(-1));
  building.report.add("unexpected-text", span, { found: quote(span), wanted });
}

/** Whether the first of two parts is the type: it has brackets or dots, is a scalar, or begins like a type where the second does not. */
function looksLikeType(building: Building, first: CstNode, second: CstNode): boolean {
  const [a, b] = [textOf(building, first), textOf(building, second)];
  if (/[^A-Za-z0-9_?]/.test(a)) return true;
  if (scalarNames.has(a) && !scalarNames.has(b)) return true;
  return /^[A-Z]/.test(a) && /^[a-z_]/.test(b) && !scalarNames.has(b);
}

/** Whether only the second of two parts can be meant as the type. */
function isNameFirst(building: Building, first: CstNode, second: CstNode): boolean {
  return /^[a-z_]/.test(textOf(building, first)) && looksLikeType(building, second, first);
}

/** A part read as a name, with the `?` that may stand behind it. */
function nameOf(building: Building, part: CstNode): { readonly name: Identifier; readonly isOptional: boolean } {
  const isOptional = tokenOf(part, "Question") !== undefined;
  const nameNode = nodeOf(part, "qualifiedName");
  const word = tokenOf(nameNode, "Word") ?? tokenOf(nodeOf(nodeOf(part, "type"), "qualifiedName"), "Word");
  const span = spanOf(building, part);
  if (word === undefined) return { name: missingIdentifier(span), isOptional };
  const stream = tokenOf(part, "Stream");
  if (stream !== undefined) {
    building.report.add(
      "stream-misplaced",
      spanOf(building, stream),
      {},
      { label: "a stream has a message, and no name" },
    );
    return { name: buildIdentifier(building, word), isOptional };
  }
  const text = quote(span).replace(/\?+$/, "");
  if (text !== word.image) building.report.add("malformed-name", span, { name: text });
  return { name: buildIdentifier(building, word), isOptional };
}

function textOf(building: Building, part: CstNode): string {
  return quote(spanOf(building, part));
}

function missingType(span: Span): TypeNode {
  return { kind: "missing", span };
}

/** `1: name: type` or `1. name: type` */
function reportNumberMark(building: Building, node: CstNode, head: CstNode): void {
  const colon = tokenOf(node, "mark");
  if (colon === undefined) return;
  const span = spanOf(building, colon);
  const fixes = [
    { message: "remove it", edits: [{ span: { ...span, end: Math.max(span.end, startOf(head)) }, text: " " }] },
  ];
  building.report.add(
    "unexpected-text",
    span,
    { found: colon.image, wanted: "the name follows the number with a blank" },
    { fixes },
  );
}

/** `name: type = 1` is a number in the wrong place; any other value is a default. */
function readValue(
  building: Building,
  node: CstNode,
  numberToken: IToken | undefined,
  { name, type }: Pieces,
  place: FieldPlace,
): NumberLiteral | undefined {
  const equals = tokenOf(node, "Equals");
  if (equals === undefined) return undefined;
  const literal = nodeOf(node, "literal");
  const span = spanOf(building, equals, literal ?? equals);
  const valueToken = tokenOf(literal, "Number");
  if (numberToken !== undefined || valueToken === undefined || place === "parameter") {
    const fixes = [{ message: "remove it", edits: [removal(span)] }];
    building.report.add("default-value", span, { name: name.text }, { fixes });
    return undefined;
  }
  const number = buildInteger(building, valueToken, "field number");
  // An inline union has no number anywhere, which is said of it once its message is known.
  if (type.kind === "union") return number;
  const start = { ...spanOf(building, node), end: startOf(node) };
  const edits = [
    { span: start, text: `${valueToken.image} ` },
    { span: { ...span, start: endOfBlank(span) }, text: "" },
  ];
  const label = `write \`${valueToken.image} ${name.text}: …\``;
  const fixes = [{ message: "move it to the front", edits }];
  building.report.add("number-last", span, { name: name.text }, { label, fixes });
  return number;
}

/** Where the blanks in front of a place begin. */
function endOfBlank(span: Span): number {
  let start = span.start;
  while (start > 0 && span.source.text.charAt(start - 1) === " ") start -= 1;
  return start;
}

/** The number of a line that was already reported as a whole. */
function numberBehind(building: Building, node: CstNode, numberToken: IToken | undefined): NumberLiteral | undefined {
  const token = tokenOf(nodeOf(node, "literal"), "Number");
  if (numberToken !== undefined || token === undefined || !/^[0-9]{1,20}$/.test(token.image)) return undefined;
  return { kind: "number", text: token.image, value: BigInt(token.image), span: spanOf(building, token) };
}

function writtenNumber(building: Building, node: CstNode): Span | undefined {
  const token = tokenOf(node, "Number") ?? tokenOf(nodeOf(node, "literal"), "Number");
  return token && spanOf(building, token);
}

/** `[deprecated = true]` behind a field, or `int32[3]`. */
function reportBrackets(building: Building, node: CstNode, pieces: Pieces): void {
  const group = nodeOf(node, "group");
  if (group === undefined) return;
  const span = spanOf(building, group);
  const found = quote(span);
  if (/^\[[0-9]*\]$/.test(found)) {
    const instead = `${quote(pieces.type.span)}[]`;
    const fixes = [{ message: `write \`${instead}\``, edits: [{ span, text: "[]" }] }];
    building.report.add("foreign-type", span, { found: `${quote(pieces.type.span)}${found}`, instead }, { fixes });
  } else {
    reportOption(building, span, startOf(node));
  }
}
