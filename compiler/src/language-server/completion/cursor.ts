/** What may stand at a place of a text that is being written: found out from the tokens in front of it, broken or not. */

import type { Target } from "../../bind/annotation-catalog.js";
import { Report } from "../../report/report.js";
import type { SourceFile } from "../../source/source-file.js";
import type { Comment } from "../../syntax/ast.js";
import { scan } from "../../syntax/scan.js";
import {
  At,
  Closed,
  CloseParen,
  Colon,
  Comma,
  Dot,
  Equals,
  Extends,
  Import,
  NumberToken,
  Oneway,
  OpenParen,
  Package,
  Question,
  Reserved,
  Service,
  Stream,
  StringToken,
  Throws,
  TypeWord,
  isWord,
} from "../../syntax/tokens.js";
import { annotationTargets, declaring, framesOf } from "./frames.js";
import type { Frame, Token } from "./frames.js";

/** What is asked for. */
export type Wanted =
  | { readonly kind: "nothing" }
  | { readonly kind: "importPath"; readonly isQuoted: boolean }
  | { readonly kind: "annotation"; readonly targets: readonly Target[] }
  | { readonly kind: "argument"; readonly annotation: string; readonly index: number }
  | { readonly kind: "declaration" }
  | { readonly kind: "package" }
  | { readonly kind: "type"; readonly words: readonly string[]; readonly isKey: boolean }
  | { readonly kind: "error" }
  | { readonly kind: "service" }
  | { readonly kind: "member"; readonly frame: Frame; readonly words: readonly string[] }
  | { readonly kind: "enumNumber"; readonly frame: Frame }
  | { readonly kind: "words"; readonly words: readonly string[] };

export interface Cursor {
  readonly wanted: Wanted;
  /** Where the word that is being written begins, its qualifiers included; the cursor if there is none. */
  readonly start: number;
  /** From there to the cursor. */
  readonly prefix: string;
}

const nothing: Wanted = { kind: "nothing" };

/** Reads the text up to `offset`. */
export function cursorAt(source: SourceFile, offset: number): Cursor {
  const { tokens, comments } = scan(source, new Report());
  const at = (wanted: Wanted, start: number = offset): Cursor => {
    return { wanted, start, prefix: source.text.slice(start, offset) };
  };
  if (comments.some((comment) => isInComment(comment, offset))) return at(nothing);
  const before = tokens.filter((token) => token.startOffset < offset);
  const last = before.at(-1);
  if (last?.tokenType === StringToken && isInString(source, last, offset)) {
    const isPath = before.at(-2)?.tokenType === Import;
    return isPath ? at({ kind: "importPath", isQuoted: true }, last.startOffset + 1) : at(nothing);
  }
  const isWriting = last !== undefined && endOf(last) >= offset && (isWord(last) || last.tokenType === NumberToken);
  if (isWriting) before.pop();
  let start = isWriting ? last.startOffset : offset;
  while (before.at(-1)?.tokenType === Dot && isWord(before.at(-2))) {
    before.pop();
    start = before.pop()?.startOffset ?? start;
  }
  return at(wantedBehind(before, source, start), start);
}

function wantedBehind(before: readonly Token[], source: SourceFile, start: number): Wanted {
  const frame = framesOf(before).at(-1);
  const last = before.at(-1);
  if (last?.tokenType === At) return { kind: "annotation", targets: annotationTargets(frame) };
  const isOnLine = last !== undefined && !/[\r\n]/.test(source.text.slice(endOf(last), start));
  switch (frame?.kind) {
    case undefined:
      return atTop(before, isOnLine);
    case "annotation":
      return { kind: "argument", annotation: frame.name?.image ?? "", index: frame.commaCount };
    case "map":
      return { kind: "type", words: [], isKey: frame.commaCount === 0 };
    case "parameters":
      return inParameters(last);
    case "service":
      return inService(before, frame, isOnLine);
    case "enum":
      if (last?.tokenType === Equals) return { kind: "enumNumber", frame };
      return isOnLine && isWord(last) ? nothing : { kind: "member", frame, words: ["reserved"] };
    case "message":
    case "error":
    case "union":
      return inFields(before, frame, isOnLine);
    case "other":
      return nothing;
  }
}

function atTop(before: readonly Token[], isOnLine: boolean): Wanted {
  const last = before.at(-1);
  const second = before.at(-2);
  switch (last?.tokenType) {
    case Package:
      return { kind: "package" };
    case Import:
      return { kind: "importPath", isQuoted: false };
    case Extends:
      return { kind: "service" };
    case Closed:
      return { kind: "words", words: ["enum"] };
    case Equals:
      return before.at(-3)?.tokenType === TypeWord ? { kind: "type", words: [], isKey: false } : nothing;
  }
  if (isOnLine && last !== undefined) {
    if (second?.tokenType === Service) return { kind: "words", words: ["extends"] };
    if (declaring.has(last.tokenType) || (second !== undefined && declaring.has(second.tokenType))) return nothing;
  }
  return { kind: "declaration" };
}

function inParameters(last: Token | undefined): Wanted {
  switch (last?.tokenType) {
    case OpenParen:
      return { kind: "type", words: ["stream"], isKey: false };
    case Stream:
    case Colon:
      return { kind: "type", words: [], isKey: false };
    default:
      return nothing;
  }
}

function inService(before: readonly Token[], frame: Frame, isOnLine: boolean): Wanted {
  const last = before.at(-1);
  if (last?.tokenType === Colon) return { kind: "type", words: ["stream", "void"], isKey: false };
  if (last?.tokenType === Stream && before.at(-2)?.tokenType === Colon)
    return { kind: "type", words: [], isKey: false };
  if (last?.tokenType === Oneway && isOnLine) return nothing;
  if (last?.tokenType === Throws || (last?.tokenType === Comma && isInThrows(before))) return { kind: "error" };
  if (isOnLine && isBehindResult(before)) return { kind: "words", words: ["throws"] };
  return { kind: "member", frame, words: ["oneway"] };
}

function inFields(before: readonly Token[], frame: Frame, isOnLine: boolean): Wanted {
  const last = before.at(-1);
  if (last?.tokenType === Colon) {
    const number = before.at(before.at(-2)?.tokenType === Question ? -4 : -3);
    const mayBeUnion = number?.tokenType !== NumberToken && frame.kind !== "union";
    return { kind: "type", words: mayBeUnion ? ["union"] : [], isKey: false };
  }
  if (isOnLine && (last?.tokenType === NumberToken || last?.tokenType === Reserved)) return nothing;
  return { kind: "member", frame, words: ["reserved"] };
}

/** Whether the comma at the end stands in the list of a `throws`. */
function isInThrows(before: readonly Token[]): boolean {
  for (let index = before.length - 1; index >= 0; index--) {
    const token = before[index];
    if (token?.tokenType === Throws) return true;
    if (!isWord(token) && token?.tokenType !== Dot && token?.tokenType !== Comma) return false;
  }
  return false;
}

/** Whether the result of a method ends here: a colon behind a parenthesis, and a type. */
function isBehindResult(before: readonly Token[]): boolean {
  for (let index = before.length - 1; index > 0; index--) {
    const token = before[index];
    if (token?.tokenType === Throws || token?.tokenType === CloseParen) return false;
    if (token?.startLine !== before.at(-1)?.startLine) return false;
    if (token?.tokenType === Colon) return before[index - 1]?.tokenType === CloseParen && index < before.length - 1;
  }
  return false;
}

/** A line comment reaches to the end of its line; behind a block one, the text goes on. */
function isInComment({ kind, span }: Comment, offset: number): boolean {
  return span.start < offset && (kind === "block" ? offset < span.end : offset <= span.end);
}

/** Behind its last quote, a cursor is not in a string any more. */
function isInString({ text }: SourceFile, token: Token, offset: number): boolean {
  // The image of a string that was never closed has a quote that the text has not.
  const written = text.slice(token.startOffset, endOf(token));
  const isClosed = written.length > 1 && written.endsWith(token.image.slice(-1));
  return isClosed ? offset < endOf(token) : offset <= endOf(token);
}

/** The offset behind a token. */
function endOf(token: Token): number {
  return (token.endOffset ?? token.startOffset) + 1;
}
