/** Builds services and methods of the AST, and recognises how Protobuf, Thrift and others write them. */

import type { CstNode, IToken } from "chevrotain";
import type { FixIt } from "../report/diagnostic.js";
import { Report } from "../report/report.js";
import type { Span } from "../source/source-file.js";
import type { Decorated, FieldNode, Identifier, MethodNode, ParametersNode, QualifiedName } from "./ast.js";
import { buildField } from "./build-field.js";
import { behind, buildIdentifier, buildQualifiedName, missingIdentifier } from "./build-literal.js";
import { decorate, walkMembers } from "./build-member.js";
import type { Front } from "./build-member.js";
import { buildType, reportTwice, typeTextOf } from "./build-type.js";
import type { BuiltType } from "./build-type.js";
import { reportNoType } from "./no-type.js";
import { nodeOf, nodesInOrder, nodesOf, quote, spanOf, tokenOf } from "./cst.js";
import type { Building } from "./cst.js";

const methodForm = "a method is written `name(Parameters): Result`";

/** Builds one method; whatever is wrong with it is reported. */
export function buildMethod(building: Building, node: CstNode, decorated: Decorated): MethodNode {
  const head = readHead(building, node);
  // What is written wrong inside a method that was reported as a whole is mended by the same repair.
  const inner = head.isReported ? muted(building) : building;
  const parameters = buildParameters(inner, node, head.name, head.streamsParameters);
  const isOneway = tokenOf(node, "Oneway") !== undefined || head.isOneway;
  const result = buildResult(building, node, head, isOneway);
  const throws = buildThrows(building, node, head.name, isOneway);
  const group = nodeOf(node, "group");
  if (group !== undefined && nodesOf(nodeOf(node, "result"), "stray").length === 0) {
    const span = spanOf(building, group);
    const advice = "it has no body, and what Protobuf says there is said with annotations in front";
    if (!head.isReported) building.report.add("foreign-method", span, { advice });
  }
  return {
    kind: "method",
    ...decorated,
    name: head.name,
    isOneway,
    parameters,
    result: isOneway ? undefined : result,
    throws,
    span: spanOf(building, node),
  };
}

interface Head {
  readonly name: Identifier;
  readonly isOneway: boolean;
  /** A type in front of the name, as Thrift and Java have it. */
  readonly typeInFront: BuiltType | undefined;
  /** Whether words in front of the name say that the parameters, or the result, are a stream. */
  readonly streamsParameters: boolean;
  readonly streamsResult: boolean;
  /** True where the whole method was reported with its repair. */
  readonly isReported: boolean;
}

function readHead(building: Building, node: CstNode): Head {
  const word = tokenOf(node, "Word");
  const plain = {
    isOneway: false,
    typeInFront: undefined,
    streamsParameters: false,
    streamsResult: false,
    isReported: false,
  };
  if (word !== undefined) return { ...plain, name: buildIdentifier(building, word) };
  const row = rowOf(nodesOf(node, "part"));
  const last = row.at(-1);
  if (last === undefined) return { ...plain, name: missingIdentifier(spanOf(building, node)) };
  const lastSpan = spanOf(building, last);
  const lastWord = "image" in last ? last : tokenOf(nodeOf(last, "qualifiedName"), "Word");
  let name = lastWord === undefined ? missingIdentifier(lastSpan) : buildIdentifier(building, lastWord);
  if (lastWord !== undefined && lastWord.image !== quote(lastSpan)) {
    building.report.add("malformed-name", lastSpan, { name: quote(lastSpan) });
  }
  const inFront = row.slice(0, -1);
  if (inFront.length === 0) return { ...plain, name };
  const words = inFront.map((part) => quote(spanOf(building, part)));
  if (words.includes("rpc")) name = { ...name, text: name.text.charAt(0).toLowerCase() + name.text.slice(1) };
  const typePart = inFront.find((part): part is CstNode => "children" in part && !isModifier(building, part));
  // What other languages call otherwise in it is mended by the repair of the whole.
  const typeInFront = typePart === undefined ? undefined : buildType(muted(building), typePart);
  const front: Head = {
    name,
    isOneway: words.includes("oneway") || tokenOf(node, "Oneway") !== undefined,
    typeInFront,
    ...streamsOf(words),
    isReported: true,
  };
  // A row of words without parentheses may be anything; that they are missing is said of all of it.
  if (nodeOf(node, "parameters") === undefined) return { ...front, isReported: false };
  const line = rewrite(building, node, front);
  const isStream = !front.isOneway && (front.streamsResult || front.streamsParameters);
  const advice =
    typePart !== undefined
      ? "what it returns stands behind it"
      : isStream
        ? "`stream` stands in front of the message that is streamed"
        : `\`${words[0] ?? ""}\` does not stand in front`;
  const fixes: FixIt[] = [{ message: `write \`${line}\``, edits: [{ span: spanOf(building, node), text: line }] }];
  const place = spanOf(building, inFront[0], inFront.at(-1));
  building.report.add("foreign-method", place, { advice }, { label: `write \`${line}\``, fixes });
  return front;
}

/** Words of other languages in front of a method that are no type. */
const modifiers: ReadonlySet<string> = new Set(
  "rpc oneway async function func fn def fun method public sub stream streaming server client bidi bidirectional duplex".split(
    " ",
  ),
);

function isModifier(building: Building, part: CstNode): boolean {
  return modifiers.has(quote(spanOf(building, part)));
}

/** The words and types of a row: the grammar reads `stream` and what follows it as one type. */
function rowOf(parts: readonly CstNode[]): readonly (CstNode | IToken)[] {
  return parts.flatMap((part): readonly (CstNode | IToken)[] => {
    const stream = tokenOf(part, "Stream");
    const inner = nodeOf(part, "type");
    return stream === undefined || inner === undefined ? [part] : [stream, ...rowOf([inner])];
  });
}

/** Which direction `stream`, `server stream`, `client stream` and `bidi stream` in front of a method mean. */
function streamsOf(words: readonly string[]): Pick<Head, "streamsParameters" | "streamsResult"> {
  const isStream = words.includes("stream") || words.includes("streaming");
  const isBoth = words.some((word) => ["bidi", "bidirectional", "duplex"].includes(word));
  const isClient = words.includes("client");
  return {
    streamsParameters: isStream && (isClient || isBoth),
    streamsResult: isStream && (!isClient || isBoth || words.includes("server")),
  };
}

/** The whole method as it would be written here, from the texts of its pieces. */
function rewrite(building: Building, node: CstNode, head: Head): string {
  const parameters = nodeOf(node, "parameters");
  const result = nodeOf(node, "result");
  const inner = nodeOf(result, "parameters");
  const texts = nodesOf(parameters, "field").map((field) => parameterText(building, field));
  const type = nodeOf(result, "type");
  const written = inner === undefined ? "" : quote(spanOf(building, inner)).replace(/^\(\s*|\s*\)$/g, "");
  const resultText =
    inner !== undefined
      ? written
      : type !== undefined
        ? typeText(building, type)
        : head.typeInFront === undefined
          ? ""
          : typeTextOf(head.typeInFront.type);
  const isStream = head.streamsResult || tokenOf(result, "Stream") !== undefined;
  const answer = resultText === "" ? "void" : withStream(resultText, isStream);
  const thrown = buildThrownTexts(building, node);
  const throwsText = thrown.length > 0 ? ` throws ${thrown.join(", ")}` : "";
  const isMessage = texts.length === 1 && !texts[0]?.includes(":");
  const given = texts.map((text) => withStream(text, head.streamsParameters && isMessage)).join(", ");
  const call = `${head.name.text}(${given})`;
  return head.isOneway ? `oneway ${call}` : `${call}: ${answer}${throwsText}`;
}

function withStream(type: string, isStream: boolean): string {
  return isStream && !type.startsWith("stream ") ? `stream ${type}` : type;
}

function parameterText(building: Building, field: CstNode): string {
  const parts = nodesOf(nodeOf(field, "fieldHead"), "part").filter(
    (part) => !["required", "optional"].includes(quote(spanOf(building, part))),
  );
  const [type, name] = parts;
  if (type === undefined || name === undefined || tokenOf(nodeOf(field, "fieldHead"), "Colon") !== undefined) {
    return quote(spanOf(building, field));
  }
  return `${quote(spanOf(building, name))}: ${typeText(building, type)}`;
}

/** A type as it is written here. */
function typeText(building: Building, node: CstNode): string {
  const { type, optional, stream } = buildType(muted(building), node);
  return `${stream === undefined ? "" : "stream "}${typeTextOf(type)}${optional === undefined ? "" : "?"}`;
}

/** For what is reported, and mended, as a part of something larger. */
function muted(building: Building): Building {
  return { ...building, report: new Report() };
}

function buildThrownTexts(building: Building, node: CstNode): string[] {
  const throwsNode = nodeOf(node, "throws");
  const inParentheses = nodesOf(nodeOf(throwsNode, "parameters"), "field").flatMap((field) => {
    const part = nodesOf(nodeOf(field, "fieldHead"), "part")[0];
    return part === undefined ? [] : [quote(spanOf(building, part))];
  });
  return [...nodesOf(throwsNode, "qualifiedName").map((name) => quote(spanOf(building, name))), ...inParentheses];
}

function buildParameters(building: Building, node: CstNode, name: Identifier, streams: boolean): ParametersNode {
  const body = nodeOf(node, "parameters");
  if (body === undefined) {
    const label = `for instance \`${name.text}()\``;
    const stray = nodesOf(nodeOf(node, "result"), "stray").at(-1);
    const start = nodesOf(node, "part").length > 1 ? spanOf(building, node).start : name.span.start;
    const place = { ...name.span, start, end: stray === undefined ? name.span.end : spanOf(building, stray).end };
    building.report.add("missing-parameters", place, { name: name.text }, { label });
    return { kind: "inline", fields: [], span: behindSpan(name.span) };
  }
  const span = spanOf(building, body);
  const fields: FieldNode[] = [];
  const unnamed: { readonly built: BuiltType; readonly span: Span }[] = [];
  walkMembers(building, body, "parameters are written `name: type`", (member, front) => {
    const part = unnamedPart(member);
    if (part === undefined) {
      fields.push(buildParameter(building, member, decorate(building, front)));
      return;
    }
    decorateNothing(building, front);
    unnamed.push({ built: buildType(building, part), span: spanOf(building, member) });
  });
  const [only] = unnamed;
  if (only !== undefined && unnamed.length === 1 && fields.length === 0) {
    const { type, stream, optional } = only.built;
    if (optional !== undefined) {
      building.report.add("unexpected-text", optional, {
        found: quote(optional),
        wanted: "the message is always there",
      });
    }
    return { kind: "message", isStream: streams || stream !== undefined, type, span };
  }
  for (const { span: place } of unnamed) {
    const text = quote(place).replace(/^stream /, "");
    building.report.add("parameter-unnamed", place, {}, { label: `for instance \`${parameterName(text)}: ${text}\`` });
  }
  return { kind: "inline", fields, span };
}

/** `Order` in `(Order)`: a type alone, without a name. */
function unnamedPart(member: CstNode): CstNode | undefined {
  const head = nodeOf(member, "fieldHead");
  const parts = nodesOf(head, "part");
  const isAlone = parts.length === 1 && tokenOf(head, "Colon") === undefined && tokenOf(member, "Equals") === undefined;
  return isAlone && tokenOf(member, "Number") === undefined ? parts[0] : undefined;
}

function parameterName(type: string): string {
  const word = /([A-Za-z_][A-Za-z0-9_]*)\W*$/.exec(type)?.[1] ?? "value";
  return /^[a-z]/.test(word) ? "value" : word.charAt(0).toLowerCase() + word.slice(1);
}

function buildParameter(building: Building, member: CstNode, decorated: Decorated): FieldNode {
  const field = buildField(building, member, decorated, "parameter");
  const number = tokenOf(member, "Number");
  // A row in the wrong order was reported with its number left out already.
  if (number !== undefined && field.name.text !== "" && nodesOf(nodeOf(member, "fieldHead"), "part").length === 0) {
    const span = spanOf(building, number);
    const fixes = [{ message: "remove it", edits: [{ span: { ...span, end: field.name.span.start }, text: "" }] }];
    building.report.add("parameter-number", span, { name: field.name.text }, { fixes });
  }
  return { ...field, number: undefined };
}

/** A lone message carries neither docs nor annotations. */
function decorateNothing(building: Building, front: Front): void {
  for (const annotation of decorate(building, front).annotations) {
    const reason = "cannot stand on a message that is passed as it is: put it on the method or the message";
    building.report.add("misplaced-annotation", annotation.span, { name: annotation.name.text, reason });
  }
}

function buildResult(building: Building, node: CstNode, head: Head, isOneway: boolean): MethodNode["result"] {
  const { report } = building;
  const result = nodeOf(node, "result");
  const { name } = head;
  if (result === undefined) {
    if (isOneway) return undefined;
    if (head.typeInFront !== undefined) {
      const front = asResult(head.typeInFront);
      return { ...front, isStream: front.isStream || head.streamsResult };
    }
    const place = nodeOf(node, "parameters") ?? node;
    const span = behind(building, place);
    const closer = tokenOf(nodeOf(node, "parameters"), "CloseParen");
    // Where the parenthesis was forgotten, nobody knows where the parameters end.
    if (closer !== undefined && closer.image !== "" && !head.isReported) {
      const edits = [{ span, text: ": void" }];
      const details = { label: "write `: void` for nothing", fixes: [{ message: "write `: void`", edits }] };
      report.add("missing-result", name.span, { name: name.text }, details);
    }
    return { isStream: false, isOptional: false, type: { kind: "missing", span } };
  }
  if (isOneway) {
    const span = spanOf(building, result, nodeOf(node, "throws") ?? result);
    const fixes = [{ message: "remove it", edits: [{ span, text: "" }] }];
    report.add("oneway-result", span, { name: name.text }, { fixes });
    return undefined;
  }
  const sign = tokenOf(result, "Arrow") ?? tokenOf(result, "Returns");
  const inner = nodeOf(result, "parameters");
  const typeNode = nodeOf(result, "type") ?? nodesOf(nodeOf(nodesOf(inner, "field")[0], "fieldHead"), "part").at(0);
  if (!head.isReported && (sign !== undefined || inner !== undefined)) {
    const text = `: ${inner === undefined ? "" : quote(spanOf(building, inner)).replace(/^\(\s*|\s*\)$/g, "")}`;
    const span = spanOf(building, sign ?? inner, inner ?? sign);
    const fixes = [
      { message: "write a colon", edits: [{ span, text: sign === undefined ? text.slice(2) : text.trimEnd() }] },
    ];
    const advice = "what it returns stands behind a colon, without parentheses";
    report.add("foreign-method", span, { advice }, { fixes, label: methodForm });
  }
  if (typeNode === undefined) {
    const strays = nodesOf(result, "stray");
    const last = tokenOf(result, "Stream") ?? result;
    // A name that has neither parameters nor a result was never meant as a method.
    const isMethod = nodeOf(node, "parameters") !== undefined;
    if (strays.length > 0 || !isMethod) {
      if (isMethod) reportNoType(building, strays, behind(building, last), name.text);
      return { isStream: false, isOptional: false, type: { kind: "missing", span: behind(building, last) } };
    }
    report.add("missing-part", behind(building, last), {
      part: "a type",
      after: `\`${quote(spanOf(building, last))}\``,
    });
    return { isStream: false, isOptional: false, type: { kind: "missing", span: behind(building, last) } };
  }
  const builtType = buildType(building, typeNode);
  if (builtType.optional !== undefined && quote(builtType.optional) !== "?") {
    const span = builtType.optional;
    const fixes = [{ message: "write `?`", edits: [{ span, text: "?" }] }];
    report.add(
      "unexpected-text",
      span,
      { found: quote(span), wanted: "a result that may be absent has a `?` behind it" },
      { fixes },
    );
  }
  const built = asResult(builtType);
  const stream = tokenOf(result, "Stream");
  if (stream !== undefined && builtType.stream !== undefined) reportTwice(building, stream);
  return { ...built, isStream: built.isStream || stream !== undefined || head.streamsResult };
}

function asResult(built: BuiltType): NonNullable<MethodNode["result"]> {
  return { isStream: built.stream !== undefined, type: built.type, isOptional: built.optional !== undefined };
}

function buildThrows(building: Building, node: CstNode, name: Identifier, isOneway: boolean): QualifiedName[] {
  const throwsNode = nodeOf(node, "throws");
  if (throwsNode === undefined) return [];
  const span = spanOf(building, throwsNode);
  const habit = tokenOf(throwsNode, "habit");
  if (habit !== undefined && nodesOf(node, "part").length === 0) {
    const place = spanOf(building, habit);
    const fixes = [{ message: "write `throws`", edits: [{ span: place, text: "throws" }] }];
    building.report.add("foreign-method", place, { advice: "errors stand behind `throws`" }, { fixes });
  }
  if (isOneway) {
    const fixes = [{ message: "remove it", edits: [{ span, text: "" }] }];
    // A result in front of it was reported with the same sentence.
    if (nodeOf(node, "result") === undefined)
      building.report.add("oneway-result", span, { name: name.text }, { fixes });
    return [];
  }
  const parentheses = nodeOf(throwsNode, "parameters");
  if (parentheses !== undefined) {
    const text = `throws ${buildThrownTexts(building, node).join(", ")}`;
    const fixes = [{ message: `write \`${text}\``, edits: [{ span, text }] }];
    const advice = "errors stand behind `throws` without parentheses, numbers and names";
    const isReported = nodesOf(node, "part").length > 0;
    if (!isReported) building.report.add("foreign-method", span, { advice }, { label: `write \`${text}\``, fixes });
    return nodesInOrder(parentheses).flatMap((field) => {
      const part = nodesOf(nodeOf(field, "fieldHead"), "part")[0];
      const nameNode = nodeOf(part, "qualifiedName");
      return nameNode === undefined ? [] : [buildQualifiedName(building, nameNode)];
    });
  }
  const names = nodesOf(throwsNode, "qualifiedName").map((thrown) => buildQualifiedName(building, thrown));
  if (names.length === 0) {
    building.report.add("missing-part", span, { part: "the name of an error", after: "`throws`" });
  }
  return names;
}

function behindSpan(span: Span): Span {
  return { ...span, start: span.end };
}
