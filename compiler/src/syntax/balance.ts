/** Pairs brackets before parsing: reports the lonely ones and repairs the token row, so that the parser sees only whole pairs. */

import type { IToken, TokenType } from "chevrotain";
import { didYouMean } from "../report/did-you-mean.js";
import type { RelatedPlace } from "../report/diagnostic.js";
import { removal } from "../report/removal.js";
import type { Report } from "../report/report.js";
import type { SourceFile, Span } from "../source/source-file.js";
import {
  At,
  CloseAngle,
  CloseBrace,
  CloseParen,
  CloseSquare,
  Closed,
  Colon,
  Comma,
  Dot,
  Enum,
  Equals,
  ErrorWord,
  Extends,
  Import,
  Message,
  NumberToken,
  OpenAngle,
  OpenBrace,
  OpenParen,
  OpenSquare,
  Package,
  Question,
  Service,
  Stream,
  StringToken,
  Throws,
  TypeWord,
  Union,
  Word,
  isWord,
  keywords,
} from "./tokens.js";

/** How deep brackets may be nested; the parser descends no further, whatever the text. */
export const nestingDepthMax = 100;

const closerOf: ReadonlyMap<TokenType, TokenType> = new Map([
  [OpenBrace, CloseBrace],
  [OpenParen, CloseParen],
  [OpenSquare, CloseSquare],
  [OpenAngle, CloseAngle],
]);

const openerOf: ReadonlyMap<TokenType, TokenType> = new Map([...closerOf].map(([opener, closer]) => [closer, opener]));

const closerText: ReadonlyMap<TokenType, string> = new Map([
  [CloseBrace, "}"],
  [CloseParen, ")"],
  [CloseSquare, "]"],
  [CloseAngle, ">"],
]);

/** What other languages call a declaration, and the keyword that is meant. */
const foreignKeywords: ReadonlyMap<string, string> = new Map([
  ["struct", "message"],
  ["record", "message"],
  ["class", "message"],
  ["input", "message"],
  ["structure", "message"],
  ["interface", "message"],
  ["exception", "error"],
  ["variant", "union"],
  ["rpc", "service"],
]);

/** Keywords that a body follows. */
const bodyKeywords = ["message", "error", "union", "enum", "service"];

interface Open {
  readonly token: IToken;
  /** Column, counted from 0, at which the line of the bracket begins with text. */
  readonly indent: number;
  /** True for the parenthesis of an annotation. */
  readonly isAnnotation: boolean;
}

/** The tokens with every bracket paired, or undefined where the nesting is too deep to go on. */
export function balance(tokens: readonly IToken[], source: SourceFile, report: Report): IToken[] | undefined {
  return new Balancer(tokens, source, report).run();
}

/** Whether the tokens at `index` can only be the beginning of a declaration. */
export function beginsDeclaration(at: (ahead: number) => IToken | undefined): boolean {
  const first = at(0)?.tokenType;
  const second = at(1);
  if (first === undefined || second === undefined) return false;
  if (first === Import) return second.tokenType === StringToken;
  if (!isWord(second)) return false;
  const third = at(2)?.tokenType;
  if (first === Closed) return second.tokenType === Enum;
  if (first === TypeWord) return third === Equals;
  if (first === Service) return third === OpenBrace || third === Extends;
  if (first === Package) return third === Dot;
  return (first === Message || first === ErrorWord || first === Union || first === Enum) && third === OpenBrace;
}

class Balancer {
  readonly #tokens: readonly IToken[];
  readonly #source: SourceFile;
  readonly #report: Report;
  readonly #result: IToken[] = [];
  readonly #open: Open[] = [];
  #index = 0;
  /** What closed the last bracket that was open. */
  #lastClosed: IToken | undefined;
  /** Where the line of the current token begins with text, and whether the token is that beginning. */
  #indent = 0;
  #isLineStart = false;

  constructor(tokens: readonly IToken[], source: SourceFile, report: Report) {
    this.#tokens = tokens;
    this.#source = source;
    this.#report = report;
  }

  run(): IToken[] | undefined {
    // Where every bracket has its partner nothing was forgotten, however the lines are laid out.
    const isPaired = pairsUp(this.#tokens);
    for (; this.#index < this.#tokens.length; this.#index++) {
      const token = this.#tokens[this.#index];
      if (token === undefined) break;
      this.#enterLine(token);
      if (this.#open.length > 0 && !isPaired) this.#closeForgotten(token);
      if (closerOf.has(token.tokenType)) {
        if (this.#open.length >= nestingDepthMax) {
          this.#report.add("nesting-too-deep", spanOf(this.#source, token), { depthMax: nestingDepthMax });
          return undefined;
        }
        const isAnnotation = token.tokenType === OpenParen && this.#followsAnnotation();
        this.#open.push({ token, indent: this.#indent, isAnnotation });
        this.#result.push(token);
      } else if (openerOf.has(token.tokenType)) {
        this.#close(token);
      } else {
        this.#result.push(this.#open.length === 0 ? this.#withKeyword(token) : this.#withStream(token));
      }
    }
    while (this.#open.length > 0) this.#closeLast();
    return this.#result;
  }

  #enterLine(token: IToken): void {
    const before = this.#tokens[this.#index - 1];
    this.#isLineStart = before === undefined || before.startLine !== token.startLine;
    if (this.#isLineStart)
      this.#indent = token.startOffset - (this.#source.lineStarts[(token.startLine ?? 1) - 1] ?? 0);
  }

  #at(ahead: number): IToken | undefined {
    return this.#tokens[this.#index + ahead];
  }

  /** Closes what was left open where the next token shows that it was forgotten. */
  #closeForgotten(token: IToken): void {
    while (this.#open.at(-1)?.token.tokenType === OpenAngle && !this.#fitsInAngles(token)) this.#closeLast(token);
    const top = this.#open.at(-1);
    if (top?.token.tokenType === OpenSquare && top.token === this.#result.at(-1) && !beginsOption(token))
      this.#closeLast(token);
    if (this.#open.at(-1)?.isAnnotation === true && this.#endsArguments(token)) this.#closeLast(token);
    if (!this.#isLineStart) return;
    if (beginsDeclaration((ahead) => this.#at(ahead))) {
      while ((this.#open.at(-1)?.indent ?? -1) >= this.#indent) this.#closeLast(token);
      return;
    }
    const inner = this.#open.at(-1);
    const holdsNoMembers = inner?.token.tokenType === OpenParen || inner?.token.tokenType === OpenSquare;
    if (inner !== undefined && holdsNoMembers && this.#beginsMember(token, inner)) this.#closeLast(token);
  }

  /** Whether a field or a declaration begins here, so that the parenthesis of the annotation before it was forgotten. */
  #endsArguments(token: IToken): boolean {
    if (beginsDeclaration((ahead) => this.#at(ahead))) return true;
    const next = this.#at(1)?.tokenType;
    const before = this.#tokens[this.#index - 1]?.tokenType;
    // Behind the parenthesis or a comma, a name with a colon is meant as the name of an argument.
    const isArgument = before === OpenParen || before === Comma;
    const goesOn = token.tokenType === Comma || openerOf.has(token.tokenType);
    if (this.#isLineStart && !isArgument && !goesOn) return true;
    return isWord(token) && (next === Colon || next === Question) && !isArgument;
  }

  /** Whether a line inside parentheses or square brackets begins as a method or, after an annotation, as a field does. */
  #beginsMember(token: IToken, top: Open): boolean {
    if (top.indent < this.#indent) return false;
    const before = this.#tokens[this.#index - 1]?.tokenType;
    if (before === Comma || before === OpenParen) return false;
    if (token.tokenType === At) return true;
    if (isWord(token) && this.#at(1)?.tokenType === OpenParen) return true;
    const third = this.#at(2)?.tokenType;
    return token.tokenType === NumberToken && isWord(this.#at(1)) && (third === Colon || third === Question);
  }

  #fitsInAngles({ tokenType }: IToken): boolean {
    if (tokenType === Dot || tokenType === Comma || tokenType === Question) return true;
    if (tokenType === OpenAngle || tokenType === CloseAngle) return true;
    if (tokenType === OpenSquare || tokenType === CloseSquare) return true;
    const next = this.#at(1)?.tokenType;
    return isWord(this.#at(0)) && next !== OpenParen && next !== Colon;
  }

  #followsAnnotation(): boolean {
    let index = this.#index - 1;
    while (isWord(this.#tokens[index]) && this.#tokens[index - 1]?.tokenType === Dot) index -= 2;
    return isWord(this.#tokens[index]) && this.#tokens[index - 1]?.tokenType === At;
  }

  #close(token: IToken): void {
    const opener = openerOf.get(token.tokenType);
    let depth = this.#open.length - 1;
    // A brace closes whatever is open inside it; the other brackets do not reach over a brace.
    while (depth >= 0 && this.#open[depth]?.token.tokenType !== opener) {
      if (opener !== OpenBrace && this.#open[depth]?.token.tokenType === OpenBrace) depth = 0;
      depth -= 1;
    }
    if (depth < 0) {
      const span = spanOf(this.#source, token);
      // A square bracket may have lost its partner: `string]`.
      const fixes = token.image === "]" ? [] : [{ message: "remove it", edits: [removal(span)] }];
      this.#report.add(
        "unopened-bracket",
        span,
        { closer: token.image },
        { fixes, related: this.#closedBefore(token) },
      );
      return;
    }
    while (this.#open.length - 1 > depth) this.#closeLast(token);
    this.#open.pop();
    this.#result.push(token);
    if (this.#open.length === 0) this.#lastClosed = token;
  }

  /** The brace that closed what a stray brace was meant to close, unless it stands beside it for all to see. */
  #closedBefore(token: IToken): readonly RelatedPlace[] {
    const last = this.#lastClosed;
    if (last === undefined || last.image !== token.image || last.startLine === token.startLine) return [];
    return [{ span: spanOf(this.#source, last), message: "this one closed all that was open" }];
  }

  /** Reports the innermost open bracket and closes it behind the last token; `noticed` is the one that cannot be inside. */
  #closeLast(noticed?: IToken): void {
    const last = this.#open.pop();
    const closer = last === undefined ? undefined : closerOf.get(last.token.tokenType);
    if (last === undefined || closer === undefined) return;
    const opener = last.token.image;
    const span = spanOf(this.#source, last.token);
    const text = closerText.get(closer) ?? "";
    const isFar = noticed !== undefined && noticed.startLine !== last.token.startLine;
    const related = isFar
      ? [{ span: spanOf(this.#source, noticed), message: `\`${text}\` is missing before this` }]
      : [];
    this.#report.add("unclosed-bracket", span, { opener, closer: text }, { related });
    this.#report.silence(span);
    const before = this.#result.at(-1) ?? last.token;
    this.#result.push({
      image: "",
      startOffset: before.endOffset === undefined ? before.startOffset : before.endOffset + 1,
      endOffset: before.endOffset ?? before.startOffset,
      startLine: before.startLine ?? 1,
      tokenType: closer,
      tokenTypeIdx: closer.tokenTypeIdx ?? 0,
    });
  }

  /** Outside all brackets, a misspelt or foreign keyword in front of a name and a body is read as the one that is meant. */
  #withKeyword(token: IToken): IToken {
    const { image } = token;
    if (token.tokenType !== Word || !isWord(this.#at(1)) || this.#at(2)?.tokenType !== OpenBrace) return token;
    const foreign = foreignKeywords.get(image);
    const meant = foreign ?? didYouMean(image, bodyKeywords);
    const tokenType = meant === undefined ? undefined : keywords.get(meant);
    if (meant === undefined || tokenType === undefined) return token;
    const span = spanOf(this.#source, token);
    const fixes = [{ message: `write \`${meant}\``, edits: [{ span, text: meant }] }];
    const advice = `write \`${meant}\``;
    if (foreign === undefined) {
      this.#report.add("unknown-keyword", span, { word: image }, { label: `did you mean \`${meant}\`?`, fixes });
    } else {
      this.#report.add("foreign-declaration", span, { word: image, advice }, { fixes });
    }
    return { ...token, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx ?? 0 };
  }

  /** In front of a message that a method takes or gives, a word that is nearly `stream` is read as that. */
  #withStream(token: IToken): IToken {
    const next = this.#at(1);
    const isInFront = isWord(next) && next?.tokenType !== Throws && this.#at(2)?.tokenType !== OpenParen;
    if (token.tokenType !== Word || !isInFront || next?.startLine !== token.startLine) return token;
    const [beforeLast, last] = this.#result.slice(-2).map(({ tokenType }) => tokenType);
    const isTaken = last === OpenParen && this.#open.at(-1)?.isAnnotation === false;
    const isGiven = last === Colon && beforeLast === CloseParen;
    if (!(isTaken || isGiven) || didYouMean(token.image, ["stream"]) === undefined) return token;
    const span = spanOf(this.#source, token);
    const fixes = [{ message: "write `stream`", edits: [{ span, text: "stream" }] }];
    this.#report.add("misspelt-stream", span, { word: token.image }, { label: "did you mean `stream`?", fixes });
    return { ...token, tokenType: Stream, tokenTypeIdx: Stream.tokenTypeIdx ?? 0 };
  }
}

/** Whether every bracket has a partner of its kind. */
function pairsUp(tokens: readonly IToken[]): boolean {
  const open: TokenType[] = [];
  for (const { tokenType } of tokens) {
    if (closerOf.has(tokenType)) open.push(tokenType);
    else if (openerOf.has(tokenType) && open.pop() !== openerOf.get(tokenType)) return false;
  }
  return open.length === 0;
}

/** Whether a token can follow `[`: it closes it, or begins a length or an option of Protobuf. */
function beginsOption(token: IToken): boolean {
  const { tokenType } = token;
  return tokenType === CloseSquare || tokenType === NumberToken || tokenType === OpenParen || isWord(token);
}

/** The place of one token. */
export function spanOf(source: SourceFile, token: IToken): Span {
  return { source, start: token.startOffset, end: (token.endOffset ?? token.startOffset) + 1 };
}
