/** What the formatter works on: every token but separators, with the remarks in front of it and how lines were broken there. */

import type { IToken, TokenType } from "chevrotain";
import type { SourceFile } from "../../source/source-file.js";
import type { Comment } from "../ast.js";
import type { Scan } from "../scan.js";
import { Comma, Semicolon } from "../tokens.js";

/** A comment between two tokens. */
export interface Remark {
  readonly kind: Comment["kind"];
  /** Lines end in LF, none of them in blanks. */
  readonly text: string;
  /** Characters between the start of its line and the remark. */
  readonly column: number;
  /** Whether it begins on the line of the token before it, where a `///` documents nothing. */
  readonly isOnTokenLine: boolean;
  /** Whether nothing stands in front of it on its line. */
  readonly isOwnLine: boolean;
  /** Whether nothing follows it on its line. */
  readonly endsLine: boolean;
  readonly hasBlankBefore: boolean;
  /** On which side of a comma or semicolon it stands, where there is one between the two tokens. */
  readonly side: "before" | "behind";
}

/** A token, or the end of the file. */
export interface Piece {
  readonly type: TokenType | undefined;
  readonly text: string;
  readonly remarks: readonly Remark[];
  /** Whether a line break stands anywhere between the piece before and this one. */
  readonly isOnNewLine: boolean;
  /** Whether a blank line stands between it and what is in front of it, be that a remark or a piece. */
  readonly hasBlankBefore: boolean;
  /** The separator between the piece before and this one. */
  readonly separator: "" | "," | ";";
}

/** The pieces of a scanned file; the last one is its end. */
export function piecesOf(source: SourceFile, scan: Scan): readonly Piece[] {
  return new Collector(source, scan).run();
}

class Collector {
  readonly #source: SourceFile;
  readonly #scan: Scan;
  readonly #pieces: Piece[] = [];
  #remarks: Remark[] = [];
  /** Where the last token or comment ended. */
  #end = 0;
  #line = 0;
  #tokenLine = -1;
  #separator: Piece["separator"] = "";
  #isOnNewLine = true;
  #hasBlank = false;
  /** Whether the next remark begins its line. */
  #isLineStart = true;

  constructor(source: SourceFile, scan: Scan) {
    this.#source = source;
    this.#scan = scan;
  }

  run(): readonly Piece[] {
    const { tokens, comments } = this.#scan;
    let next = 0;
    for (const token of tokens) {
      for (; (comments[next]?.span.start ?? Infinity) < token.startOffset; next++) this.#addRemark(comments[next]);
      this.#addToken(token);
    }
    for (; next < comments.length; next++) this.#addRemark(comments[next]);
    this.#step(this.#source.text.length);
    this.#push(undefined, "");
    return this.#pieces;
  }

  #addToken(token: IToken): void {
    this.#step(token.startOffset);
    this.#tokenLine = this.#line;
    this.#end = (token.endOffset ?? token.startOffset) + 1;
    if (token.tokenType !== Comma && token.tokenType !== Semicolon) {
      this.#push(token.tokenType, this.#source.text.slice(token.startOffset, this.#end));
      return;
    }
    if (this.#separator === "") this.#separator = token.tokenType === Comma ? "," : ";";
    this.#remarks = this.#remarks.map(asBeforeSeparator);
    this.#isLineStart = false;
  }

  #addRemark(comment: Comment | undefined): void {
    if (comment === undefined) return;
    const { start, end } = comment.span;
    this.#step(start);
    const { text, lineStarts } = this.#source;
    const isOnTokenLine = this.#line === this.#tokenLine;
    const remark: Remark = {
      kind: comment.kind,
      text: comment.text
        .split(/\r\n?|\n/)
        .map((line) => line.trimEnd())
        .join("\n"),
      column: start - (lineStarts[this.#line] ?? 0),
      isOnTokenLine,
      isOwnLine: this.#isLineStart,
      endsLine: comment.kind !== "block" || isLineEnd(text, end),
      hasBlankBefore: this.#hasBlank,
      side: "behind",
    };
    // Behind a comma that is on no line with what it follows, docs would come to stand above what follows, too.
    const isLoose = isOnTokenLine && this.#separator !== "" && this.#remarks.some(endsTrailing);
    this.#remarks.push(isLoose ? asPlain(remark) : remark);
    this.#end = end;
    this.#advance(end);
    this.#isLineStart = false;
    this.#hasBlank = false;
    this.#isOnNewLine ||= comment.text.includes("\n") || comment.text.includes("\r");
  }

  /** Moves to `offset`, over nothing but blanks and line breaks. */
  #step(offset: number): void {
    const before = this.#advance(this.#end);
    const breaks = this.#advance(offset) - before;
    if (breaks === 0) return;
    this.#isOnNewLine = true;
    this.#isLineStart = true;
    if (breaks > 1) this.#hasBlank = true;
  }

  /** The line, counted from 0, of an offset that is not in front of the last one asked for. */
  #advance(offset: number): number {
    const { lineStarts } = this.#source;
    while ((lineStarts[this.#line + 1] ?? Infinity) <= offset) this.#line += 1;
    return this.#line;
  }

  #push(type: TokenType | undefined, text: string): void {
    this.#pieces.push({
      type,
      text,
      remarks: this.#remarks,
      isOnNewLine: this.#isOnNewLine,
      hasBlankBefore: this.#hasBlank,
      separator: this.#separator,
    });
    this.#remarks = [];
    this.#separator = "";
    this.#isOnNewLine = false;
    this.#hasBlank = false;
    this.#isLineStart = false;
  }
}

/**
 * Separators come and go. Docs in front of one document nothing, and would document what follows if it went; so they
 * become the plain remarks that they are.
 */
function asBeforeSeparator(remark: Remark): Remark {
  if (remark.side === "before") return remark;
  return { ...(remark.isOnTokenLine ? remark : asPlain(remark)), side: "before" };
}

function asPlain(remark: Remark): Remark {
  return remark.kind === "doc" ? { ...remark, kind: "line", text: remark.text.slice(1) } : remark;
}

/** Whether no further remark can stand behind the token that this one follows. */
function endsTrailing(remark: Remark): boolean {
  return remark.kind !== "block" || standsAlone(remark);
}

/** Whether a remark cannot follow something else on its line. */
export function standsAlone({ isOwnLine, text }: Remark): boolean {
  return isOwnLine || text.includes("\n");
}

function isLineEnd(text: string, offset: number): boolean {
  for (let index = offset; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x0a || unit === 0x0d) return true;
    if (unit > 0x20) return false;
  }
  return true;
}
