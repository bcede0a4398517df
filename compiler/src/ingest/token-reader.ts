/** Walks over the tokens of a foreign file, gives comments to the elements they belong to, and recovers from mistakes. */

import type { Report } from "../report/report.js";
import { positionAt } from "../source/source-file.js";
import type { SourceFile, Span } from "../source/source-file.js";
import { noRemarks } from "./remarks.js";
import type { Remarks } from "./remarks.js";
import { readTokens } from "./tokens.js";
import type { ForeignComment, Token } from "./tokens.js";

/** Braces and brackets nest this deep at most. */
const depthMax = 100;

/** Thrown inside a parser where a statement cannot go on; `recover` catches it. Already reported. */
class Refusal extends Error {}

/** A name as it was written. */
export interface ForeignName {
  readonly text: string;
  readonly span: Span;
}

export class TokenReader {
  readonly source: SourceFile;
  readonly #tokens: readonly Token[];
  readonly #comments: readonly ForeignComment[];
  readonly #report: Report;
  #index = 0;
  /** How many comments were given to an element. */
  #commentIndex = 0;
  #depth = 0;
  /** Whether the rest of the file was given up, which was reported. */
  #isGivenUp = false;

  constructor(source: SourceFile, hasHashComments: boolean, report: Report) {
    this.source = source;
    const { tokens, comments } = readTokens(source, hasHashComments, report);
    this.#tokens = tokens;
    this.#comments = comments;
    this.#report = report;
  }

  /** The token `ahead` of the next one. */
  peek(ahead: number = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)] ?? endToken;
  }

  get isAtEnd(): boolean {
    return this.peek().kind === "end";
  }

  next(): Token {
    const token = this.peek();
    if (this.#index < this.#tokens.length - 1) this.#index += 1;
    return token;
  }

  /** Whether the next token is this word or mark. */
  at(text: string): boolean {
    const token = this.peek();
    return token.text === text && (token.kind === "word" || token.kind === "mark");
  }

  accept(text: string): boolean {
    const isThere = this.at(text);
    if (isThere) this.next();
    return isThere;
  }

  expect(text: string): Token {
    if (!this.at(text)) this.refuse(`\`${text}\``);
    return this.next();
  }

  word(what: string): ForeignName {
    if (this.peek().kind !== "word") this.refuse(what);
    const { text, start, end } = this.next();
    return { text, span: this.span(start, end) };
  }

  /** `a.b.c`, with a dot in front where `.proto` allows one. */
  dottedName(what: string): ForeignName {
    const { start } = this.peek();
    let text = this.accept(".") ? "." : "";
    text += this.word(what).text;
    while (this.at(".")) {
      this.next();
      text += `.${this.word("a name behind the dot").text}`;
    }
    return { text, span: this.span(start, this.lastEnd) };
  }

  /** Reports what stands here instead of what should, and gives the statement up. */
  refuse(wanted: string): never {
    if (this.#isGivenUp) throw new Refusal();
    const { kind, text, start, end } = this.peek();
    const shown = text.length > 40 ? `${text.slice(0, 39)}\u2026` : text;
    const found = kind === "end" ? "the file ends" : `there is \`${shown}\``;
    this.problem(this.span(start, end), `${found} where ${wanted} should be`);
    throw new Refusal();
  }

  problem(span: Span, reason: string): void {
    this.#report.add("imported-syntax", span, { reason });
  }

  span(start: number, end: number): Span {
    return { source: this.source, start, end };
  }

  /** The offset behind the token that was read last. */
  get lastEnd(): number {
    return this.#tokens[this.#index - 1]?.end ?? 0;
  }

  /** Reads one statement; where it cannot be read, steps behind its end and gives back undefined. */
  recover<T>(read: () => T): T | undefined {
    const start = this.#index;
    const depth = this.#depth;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#depth = depth;
      this.#skipStatement();
      if (this.#index === start) this.next();
      return undefined;
    }
  }

  /** Reads what stands between the brackets, the opening one of which was read. */
  nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > depthMax) {
      this.problem(this.span(this.lastEnd - 1, this.lastEnd), `brackets nest deeper than ${depthMax}`);
      // Nothing in there can be read, so the rest of the file is given up.
      this.#index = this.#tokens.length - 1;
      this.#isGivenUp = true;
      throw new Refusal();
    }
    const value = read();
    this.#depth -= 1;
    return value;
  }

  /** Steps behind the next `;`, or behind a block, or in front of the end of the block around. */
  #skipStatement(): void {
    let open = 0;
    while (!this.isAtEnd) {
      if (this.at("}") && open === 0) return;
      const { text } = this.next();
      if (text === "{") open += 1;
      else if (text === "}" && --open === 0) return;
      else if (text === ";" && open === 0) return;
    }
  }

  /** Begins an element: what stands in front of it is detached or leads. */
  begin(): Remarks {
    const remarks = noRemarks();
    const token = this.peek();
    const groups = this.#groups(this.#takeComments(token.start));
    for (const [index, group] of groups.entries()) {
      const next = groups[index + 1]?.start ?? token.start;
      const isLast = index === groups.length - 1;
      const touches = this.#lineOf(next) - this.#lineOf(group.end) <= 1;
      (isLast && touches && token.kind !== "end" ? remarks.leading : remarks.detached).push(group.lines);
    }
    return remarks;
  }

  /** Ends an element: comments inside of it lead, those behind it on its last line trail. */
  end(remarks: Remarks): void {
    for (const { lines } of this.#groups(this.#takeComments(this.lastEnd))) remarks.leading.push(lines);
    const line = this.#lineOf(this.lastEnd);
    const nextLine = this.#lineOf(this.peek().start);
    while (this.#commentIndex < this.#comments.length) {
      const comment = this.#comments[this.#commentIndex];
      if (comment === undefined || comment.start >= this.peek().start || this.#lineOf(comment.start) !== line) return;
      // A block in front of the next element on the same line is about that one.
      if (comment.isBlock && nextLine === this.#lineOf(comment.end) && !this.at("}")) return;
      remarks.trailing.push(comment.lines);
      this.#commentIndex += 1;
    }
  }

  /** Begins the body of an element: comments in its head, or behind the bracket on its line, lead. */
  openBody(remarks: Remarks): void {
    const line = this.#lineOf(this.lastEnd);
    const limit = this.peek().start;
    const head = this.#groups(
      this.#takeWhile(
        (comment) => comment.start < this.lastEnd || (comment.start < limit && this.#lineOf(comment.start) === line),
      ),
    );
    for (const { lines } of head) remarks.leading.push(lines);
  }

  /** The paragraphs in front of the next token, which belong to no element. */
  loose(): readonly (readonly string[])[] {
    return this.#groups(this.#takeComments(this.peek().start)).map(({ lines }) => lines);
  }

  /** The comments that begin in front of an offset and were not yet given away. */
  #takeComments(before: number): readonly ForeignComment[] {
    return this.#takeWhile((comment) => comment.start < before);
  }

  #takeWhile(isWanted: (comment: ForeignComment) => boolean): readonly ForeignComment[] {
    const from = this.#commentIndex;
    for (;;) {
      const comment = this.#comments[this.#commentIndex];
      if (comment === undefined || !isWanted(comment)) return this.#comments.slice(from, this.#commentIndex);
      this.#commentIndex += 1;
    }
  }

  /** Joins line comments on lines that follow each other. */
  #groups(
    comments: readonly ForeignComment[],
  ): readonly { readonly lines: readonly string[]; readonly start: number; readonly end: number }[] {
    const groups: { lines: string[]; start: number; end: number; isBlock: boolean }[] = [];
    for (const { lines, start, end, isBlock } of comments) {
      const last = groups.at(-1);
      const follows = last !== undefined && this.#lineOf(start) - this.#lineOf(last.end) === 1;
      if (last !== undefined && follows && !isBlock && !last.isBlock) {
        last.lines.push(...lines);
        last.end = end;
      } else groups.push({ lines: [...lines], start, end, isBlock });
    }
    return groups;
  }

  #lineOf(offset: number): number {
    return positionAt(this.source, offset).line;
  }
}

const endToken: Token = { kind: "end", text: "", start: 0, end: 0 };
