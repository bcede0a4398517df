/** Cuts the tokens of a large file between its declarations, and finds the names that it declares. */

import type { IToken, TokenType } from "chevrotain";
import {
  CloseAngle,
  CloseBrace,
  CloseParen,
  CloseSquare,
  Enum,
  ErrorWord,
  Message,
  OpenAngle,
  OpenBrace,
  OpenParen,
  OpenSquare,
  Service,
  TypeWord,
  Union,
  isWord,
} from "./tokens.js";

/** How many tokens a part has at least: few files are ever cut. */
const partTokensMin = 10_000;

const openers: ReadonlySet<TokenType> = new Set([OpenBrace, OpenParen, OpenSquare, OpenAngle]);
const closers: ReadonlySet<TokenType> = new Set([CloseBrace, CloseParen, CloseSquare, CloseAngle]);
const declaring: ReadonlySet<TokenType> = new Set([Message, ErrorWord, Union, Enum, Service, TypeWord]);

/** Parts that can be parsed each on its own: they end with the brace of a declaration that is the last on its line. */
export function* splitDeclarations(tokens: readonly IToken[]): Generator<IToken[]> {
  let start = 0;
  for (const [index, depth] of depths(tokens)) {
    const token = tokens[index];
    const next = tokens[index + 1];
    if (depth > 0 || token?.tokenType !== CloseBrace || next?.startLine === token.startLine) continue;
    if (index + 1 - start < partTokensMin) continue;
    yield tokens.slice(start, index + 1);
    start = index + 1;
  }
  yield tokens.slice(start);
}

/** The names of all declarations outside of others. */
export function declaredNames(tokens: readonly IToken[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [index, depth] of depths(tokens)) {
    const token = tokens[index];
    const next = tokens[index + 1];
    if (depth > 0 || token === undefined || next === undefined) continue;
    if (declaring.has(token.tokenType) && isWord(next)) names.add(next.image);
  }
  return names;
}

/** Each index with the number of brackets that are open behind it. */
function* depths(tokens: readonly IToken[]): Generator<readonly [index: number, depth: number]> {
  let depth = 0;
  for (const [index, { tokenType }] of tokens.entries()) {
    if (openers.has(tokenType)) depth += 1;
    else if (closers.has(tokenType)) depth -= 1;
    yield [index, depth];
  }
}
