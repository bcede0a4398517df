/** Builds types of the AST, and recognises how other languages write them. */

import type { CstNode, IToken } from "chevrotain";
import { Report } from "../report/report.js";
import type { Span } from "../source/source-file.js";
import type { QualifiedName, TypeNode } from "./ast.js";
import { nestingDepthMax } from "./balance.js";
import { buildQualifiedName } from "./build-literal.js";
import { nodeOf, nodesOf, quote, spanOf, startOf, tokenOf, tokensOf } from "./cst.js";
import type { Building } from "./cst.js";
import { foreignScalar, genericMeaning } from "./foreign-type.js";
import { reportStrays } from "./build-member.js";

/** A type, and what was written around it that belongs to its surroundings. */
export interface BuiltType {
  readonly type: TypeNode;
  /** The `?` behind it, or `optional<...>` around it. */
  readonly optional: Span | undefined;
  /** The `stream` in front of it. */
  readonly stream: Span | undefined;
}

/** Builds one type. What stands wrong inside it is reported; `?` and `stream` are left to the caller. */
export function buildType(building: Building, node: CstNode): BuiltType {
  const inner = nodeOf(node, "type");
  const streamToken = tokenOf(node, "Stream");
  if (inner !== undefined && streamToken !== undefined) {
    const built = buildType(building, inner);
    if (built.stream !== undefined) reportTwice(building, streamToken);
    return { ...built, stream: spanOf(building, streamToken) };
  }
  const body = nodeOf(node, "fieldsBody");
  const nameNode = nodeOf(node, "qualifiedName");
  if (body !== undefined) {
    const members = building.buildUnionMembers(body);
    return withSuffixes(building, node, { kind: "union", members, span: spanOf(building, node) });
  }
  const declared = tokenOf(node, "declared");
  if (declared !== undefined) {
    const span = spanOf(building, declared, nodeOf(node, "group") ?? declared);
    const wanted = `declare the ${declared.image} outside, and name it here`;
    building.report.add("unexpected-text", span, { found: quote(span), wanted });
  }
  if (nameNode === undefined) return withSuffixes(building, node, { kind: "missing", span: spanOf(building, node) });
  const typeArguments = nodeOf(node, "typeArguments");
  if (typeArguments !== undefined) {
    const generic = buildGeneric(building, nameNode, typeArguments);
    const suffixed = withSuffixes(building, node, generic.type);
    return { ...suffixed, optional: suffixed.optional ?? generic.optional, stream: generic.stream };
  }
  return withSuffixes(building, node, buildNamed(building, nameNode));
}

/** Reports a word that says what the same word behind it says. */
export function reportTwice(building: Building, token: IToken): void {
  const span = spanOf(building, token);
  const fixes = [{ message: "remove it", edits: [{ span, text: "" }] }];
  building.report.add("unexpected-text", span, { found: token.image, wanted: "it stands here twice" }, { fixes });
}

/** The type as it is written here: what other languages call otherwise was replaced. */
export function typeTextOf(type: TypeNode): string {
  switch (type.kind) {
    case "named":
      return type.name.text;
    case "list":
      return `${typeTextOf(type.element)}[]`;
    case "map":
      return `map<${typeTextOf(type.key)}, ${typeTextOf(type.value)}>`;
    case "union":
    case "missing":
      return quote(type.span);
  }
}

/** Reports a `stream` where none can stand. */
export function refuseStream(building: Building, built: BuiltType): TypeNode {
  if (built.stream !== undefined) building.report.add("stream-misplaced", built.stream, {});
  return built.type;
}

function buildNamed(building: Building, node: CstNode): TypeNode {
  const name = buildQualifiedName(building, node);
  const { span } = name;
  if (name.text === "map") {
    building.report.add("map-arguments", span, {}, { label: "both types are missing" });
    return { kind: "missing", span };
  }
  const meant = building.declaredNames.has(name.text) ? undefined : foreignScalar(name.text);
  if (meant === undefined) return { kind: "named", name, span };
  const fixes = [{ message: `write \`${meant}\``, edits: [{ span, text: meant }] }];
  building.report.add("foreign-type", span, { found: name.text, instead: meant }, { fixes });
  return { kind: "named", name: renamed(name, meant), span };
}

function renamed(name: QualifiedName, text: string): QualifiedName {
  return { ...name, text, parts: [{ kind: "identifier", text, span: name.span }] };
}

function buildGeneric(building: Building, nameNode: CstNode, argumentsNode: CstNode): BuiltType {
  const span = spanOf(building, nameNode, argumentsNode);
  const name = buildQualifiedName(building, nameNode);
  const nodes = nodesOf(argumentsNode, "type");
  const meaning = genericMeaning(name.text);
  // Anything but a map is reported as a whole, with what is inside it mended too.
  const inner = meaning === "map" || meaning === undefined ? building : { ...building, report: new Report() };
  const args = nodes.map((node) => buildPlain(inner, node));
  const strays = nodesOf(argumentsNode, "stray");
  if (strays.length > 0) reportStrays(building, strays, "types in `<>` are separated by commas");
  const [first, second] = args;
  const none = { optional: undefined, stream: undefined };
  const text = first === undefined ? "T" : typeTextOf(first);
  if (meaning === "map") {
    if (first === undefined || second === undefined || args.length > 2) {
      const count = first === undefined ? "both types are missing" : "the second type is missing";
      const label = args.length > 2 ? `these are ${args.length} types` : count;
      building.report.add("map-arguments", span, {}, { label });
      return { ...none, type: { kind: "missing", span } };
    }
    if (name.text !== "map") reportForeign(building, name.span, name.span, quote(name.span), "map");
    return { ...none, type: { kind: "map", key: first, value: second, span } };
  }
  if (first === undefined || args.length > 1 || meaning === undefined) {
    building.report.add("unexpected-text", spanOf(building, argumentsNode), {
      found: quote(spanOf(building, argumentsNode)),
      wanted: `only \`map\` has types in \`<>\``,
    });
    return { ...none, type: { kind: "named", name, span } };
  }
  if (meaning === "list") {
    reportForeign(building, span, span, quote(span), `${text}[]`);
    return { ...none, type: { kind: "list", element: first, span } };
  }
  if (meaning === "optional") return { type: first, optional: name.span, stream: undefined };
  reportForeign(building, span, span, quote(span), meaning === "stream" ? `stream ${text}` : text);
  // `Stream<T>` was reported; where it stands decides no more.
  return { ...none, type: first };
}

function reportForeign(building: Building, span: Span, edited: Span, found: string, instead: string): void {
  const fixes = [{ message: `write \`${instead}\``, edits: [{ span: edited, text: instead }] }];
  building.report.add("foreign-type", span, { found, instead }, { fixes });
}

/** A type inside another one, where neither `?` nor `stream` can stand. */
function buildPlain(building: Building, node: CstNode): TypeNode {
  const built = buildType(building, node);
  if (built.optional !== undefined) refuseOptional(building, built.optional);
  return refuseStream(building, built);
}

function refuseOptional(building: Building, span: Span): void {
  building.report.add("unexpected-text", span, {
    found: quote(span),
    wanted: "what a list or a map holds is always there",
  });
}

/** `string | null` and `A | B`. Returns the place of the first when all of them say that the value may be absent. */
function readAlternatives(building: Building, node: CstNode): Span | undefined {
  const alternatives = nodesOf(node, "alternative");
  const bars = tokensOf(node, "Odd");
  if (alternatives.length === 0) return undefined;
  const span = spanOf(building, bars[0], alternatives.at(-1));
  const isAbsence = alternatives.every((type) => ["null", "undefined"].includes(quote(spanOf(building, type))));
  if (isAbsence) return span;
  const wanted = "a choice between types is a `union`, whose members have numbers and names";
  building.report.add("unexpected-text", span, { found: quote(span), wanted });
  return undefined;
}

function withSuffixes(building: Building, node: CstNode, base: TypeNode): BuiltType {
  const lists = nodesOf(node, "listMark");
  const questions = tokensOf(node, "Question");
  const { start } = base.span;
  let type = base;
  for (const [index, mark] of lists.entries()) {
    const end = startOf(mark) + 2;
    if (index === nestingDepthMax) {
      building.report.add("nesting-too-deep", spanOf(building, mark), { depthMax: nestingDepthMax });
      break;
    }
    type = { kind: "list", element: type, span: { source: building.source, start, end } };
  }
  const lastList = lists.at(-1);
  const inner: IToken | undefined = lastList && questions.find((question) => question.startOffset < startOf(lastList));
  if (inner !== undefined) refuseOptional(building, spanOf(building, inner));
  const outer = questions.find((question) => question !== inner);
  const absence = readAlternatives(building, node);
  return { type, optional: outer === undefined ? absence : spanOf(building, outer), stream: undefined };
}
