/** Which brackets are open at a place, and what each of them belongs to. */

import type { Target } from "../../bind/annotation-catalog.js";
import type { scan } from "../../syntax/scan.js";
import {
  At,
  CloseAngle,
  CloseBrace,
  CloseParen,
  CloseSquare,
  Comma,
  Dot,
  Enum,
  ErrorWord,
  Extends,
  Message,
  OpenAngle,
  OpenBrace,
  OpenParen,
  OpenSquare,
  Service,
  TypeWord,
  Union,
  isWord,
} from "../../syntax/tokens.js";

export type Token = ReturnType<typeof scan>["tokens"][number];
type TokenType = Token["tokenType"];

/** An open bracket. */
export interface Frame {
  readonly kind: "message" | "error" | "union" | "enum" | "service" | "parameters" | "annotation" | "map" | "other";
  /** Of the declaration or annotation; undefined for an inline union and for brackets without one. */
  readonly name: Token | undefined;
  /** How many commas stand directly in it. */
  readonly commaCount: number;
}

const bodies: ReadonlyMap<TokenType, Frame["kind"]> = new Map<TokenType, Frame["kind"]>([
  [Message, "message"],
  [ErrorWord, "error"],
  [Union, "union"],
  [Enum, "enum"],
  [Service, "service"],
]);

/** The words that begin a declaration with a name. */
export const declaring: ReadonlySet<TokenType> = new Set([...bodies.keys(), TypeWord]);

const openers: ReadonlyMap<TokenType, TokenType> = new Map([
  [CloseBrace, OpenBrace],
  [CloseParen, OpenParen],
  [CloseSquare, OpenSquare],
  [CloseAngle, OpenAngle],
]);

/** The brackets that are open behind the last token, outermost first. */
export function framesOf(tokens: readonly Token[]): readonly Frame[] {
  const open: { bracket: TokenType; frame: Frame }[] = [];
  for (const [index, { tokenType }] of tokens.entries()) {
    const opener = openers.get(tokenType);
    const top = open.at(-1);
    if (opener !== undefined) {
      // A bracket that was never closed is closed by the one around it.
      const at = open.findLastIndex(({ bracket }) => bracket === opener);
      if (at !== -1) open.length = at;
    } else if (tokenType === Comma && top !== undefined) {
      top.frame = { ...top.frame, commaCount: top.frame.commaCount + 1 };
    } else {
      const frame = frameOf(tokens, index);
      // Declarations do not stand inside each other: the one before was not closed yet.
      if (tokenType === OpenBrace && frame?.name !== undefined) open.length = 0;
      if (frame !== undefined) open.push({ bracket: tokenType, frame });
    }
  }
  return open.map(({ frame }) => frame);
}

/** What an annotation would stand on if it stood in a bracket, or outside of all. */
export function annotationTargets(frame: Frame | undefined): readonly Target[] {
  switch (frame?.kind) {
    case undefined:
      return ["message", "error", "union", "enum", "alias", "service", "package"];
    case "message":
    case "error":
      return ["field", "inlineUnion"];
    case "union":
      return ["unionMember"];
    case "enum":
      return ["enumValue"];
    case "service":
      return ["method"];
    case "parameters":
      return ["parameter"];
    case "annotation":
    case "map":
    case "other":
      return [];
  }
}

/** The frame that the token at `index` opens, if it opens one. */
function frameOf(tokens: readonly Token[], index: number): Frame | undefined {
  switch (tokens[index]?.tokenType) {
    case OpenBrace:
      return bodyFrame(tokens, index);
    case OpenParen:
      return parenFrame(tokens, index);
    case OpenAngle:
      return { kind: "map", name: undefined, commaCount: 0 };
    case OpenSquare:
      return { kind: "other", name: undefined, commaCount: 0 };
    default:
      return undefined;
  }
}

function bodyFrame(tokens: readonly Token[], index: number): Frame {
  const [before, second] = [tokens[index - 1], tokens[index - 2]];
  const named = second === undefined ? undefined : bodies.get(second.tokenType);
  if (named !== undefined && isWord(before)) return { kind: named, name: before, commaCount: 0 };
  if (before?.tokenType === Union) return { kind: "union", name: undefined, commaCount: 0 };
  for (let at = index - 1; isWord(tokens[at]) || tokens[at]?.tokenType === Dot; at--) {
    if (tokens[at]?.tokenType === Extends && tokens[at - 2]?.tokenType === Service)
      return { kind: "service", name: tokens[at - 1], commaCount: 0 };
  }
  return { kind: "other", name: undefined, commaCount: 0 };
}

function parenFrame(tokens: readonly Token[], index: number): Frame {
  let at = index - 1;
  while (isWord(tokens[at]) && tokens[at - 1]?.tokenType === Dot) at -= 2;
  if (!isWord(tokens[at]) || tokens[at - 1]?.tokenType !== At)
    return { kind: "parameters", name: undefined, commaCount: 0 };
  return { kind: "annotation", name: at === index - 1 ? tokens[at] : undefined, commaCount: 0 };
}
