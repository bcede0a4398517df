/** The vocabulary: every kind of token that the scanner makes and the grammar reads. */

import { createToken } from "chevrotain";
import type { IToken, TokenType } from "chevrotain";

/** The parent of every kind, so that the grammar can step over text it does not know. */
export const Any: TokenType = createToken({ name: "Any" });

function kind(name: string, ...parents: TokenType[]): TokenType {
  return createToken({ name, categories: parents.length > 0 ? parents : [Any] });
}

/** A name or a keyword: keywords are contextual, so each of them is a word too. */
export const Word: TokenType = kind("Word");

export const Package: TokenType = kind("Package", Word);
export const Import: TokenType = kind("Import", Word);
export const Message: TokenType = kind("Message", Word);
export const ErrorWord: TokenType = kind("Error", Word);
export const Union: TokenType = kind("Union", Word);
export const Enum: TokenType = kind("Enum", Word);
export const Closed: TokenType = kind("Closed", Word);
export const TypeWord: TokenType = kind("Type", Word);
export const Service: TokenType = kind("Service", Word);
export const Extends: TokenType = kind("Extends", Word);
export const Reserved: TokenType = kind("Reserved", Word);
export const To: TokenType = kind("To", Word);
export const Stream: TokenType = kind("Stream", Word);
export const Throws: TokenType = kind("Throws", Word);
export const Oneway: TokenType = kind("Oneway", Word);
export const Returns: TokenType = kind("Returns", Word);
export const Oneof: TokenType = kind("Oneof", Word);

/** An integer, a decimal or a duration, or digits and letters that are none of these. */
export const NumberToken: TokenType = kind("Number");
/** A string, closed or not. */
export const StringToken: TokenType = kind("String");

export const OpenBrace: TokenType = kind("OpenBrace");
export const CloseBrace: TokenType = kind("CloseBrace");
export const OpenParen: TokenType = kind("OpenParen");
export const CloseParen: TokenType = kind("CloseParen");
export const OpenSquare: TokenType = kind("OpenSquare");
export const CloseSquare: TokenType = kind("CloseSquare");
export const OpenAngle: TokenType = kind("OpenAngle");
export const CloseAngle: TokenType = kind("CloseAngle");

/** A comma or a semicolon. */
export const Separator: TokenType = kind("Separator");
export const Comma: TokenType = kind("Comma", Separator, Any);
export const Semicolon: TokenType = kind("Semicolon", Separator, Any);
export const Colon: TokenType = kind("Colon");
export const Equals: TokenType = kind("Equals");
export const Question: TokenType = kind("Question");
export const Dot: TokenType = kind("Dot");
export const At: TokenType = kind("At");
/** `->` or `=>`: not of the language, but of habits that are recognised. */
export const Arrow: TokenType = kind("Arrow");
/** One character that begins nothing. */
export const Odd: TokenType = kind("Odd");

/** Keywords by their spelling. */
export const keywords: ReadonlyMap<string, TokenType> = new Map([
  ["package", Package],
  ["import", Import],
  ["message", Message],
  ["error", ErrorWord],
  ["union", Union],
  ["enum", Enum],
  ["closed", Closed],
  ["type", TypeWord],
  ["service", Service],
  ["extends", Extends],
  ["reserved", Reserved],
  ["to", To],
  ["stream", Stream],
  ["throws", Throws],
  ["oneway", Oneway],
  ["returns", Returns],
  ["oneof", Oneof],
]);

const wordKinds: ReadonlySet<TokenType> = new Set([Word, ...keywords.values()]);

/** Whether a token is a word, keyword or not. */
export function isWord(token: IToken | undefined): boolean {
  return token !== undefined && wordKinds.has(token.tokenType);
}

/** Punctuation by its character. */
export const punctuation: ReadonlyMap<string, TokenType> = new Map([
  ["{", OpenBrace],
  ["}", CloseBrace],
  ["(", OpenParen],
  [")", CloseParen],
  ["[", OpenSquare],
  ["]", CloseSquare],
  ["<", OpenAngle],
  [">", CloseAngle],
  [",", Comma],
  [";", Semicolon],
  [":", Colon],
  ["=", Equals],
  ["?", Question],
  [".", Dot],
  ["@", At],
]);

/** Everything, for the parser's tables. */
export const vocabulary: TokenType[] = [
  Any,
  Word,
  ...keywords.values(),
  NumberToken,
  StringToken,
  Separator,
  ...punctuation.values(),
  Arrow,
  Odd,
];
