/** Text to tokens and comments, by hand: one step per character, so no input is slow, and every odd one gets a sentence. */

import type { IToken, TokenType } from "chevrotain";
import type { Details, Report } from "../report/report.js";
import type { SourceFile, Span } from "../source/source-file.js";
import type { Comment } from "./ast.js";
import {
  isDash,
  isInvisible,
  isSpace,
  lookAlikeMarks,
  reportInvisible,
  reportDirectionControls,
  reportName,
} from "./odd-characters.js";
import { Arrow, NumberToken, Odd, StringToken, Word, keywords, punctuation } from "./tokens.js";

/** The tokens of one file. Every token has `startLine`; `endOffset` is, as chevrotain counts it, that of the last character. */
export interface Scan {
  readonly tokens: IToken[];
  readonly comments: readonly Comment[];
  /** `///` comments by the offset of the token that follows them. */
  readonly docs: ReadonlyMap<number, readonly Comment[]>;
  /** `///` comments that stand behind something on the same line. */
  readonly trailingDocs: readonly Comment[];
}

/** Quotation marks that begin a string; all but the first are reported. */
const quotes = new Map([
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["\u201c", "\u201c\u201d"],
  ["\u201d", "\u201c\u201d"],
  ["\u2018", "\u2018\u2019"],
  ["\u2019", "\u2018\u2019"],
]);

/** Longer rows of digits and letters are not taken apart. */
const gluedUnitsMax = 100;

/** Reads all of `source`. Whatever cannot be read is reported and still becomes a token. */
export function scan(source: SourceFile, report: Report): Scan {
  return new Scanner(source, report).run();
}

class Scanner {
  readonly #source: SourceFile;
  readonly #text: string;
  readonly #report: Report;
  readonly #tokens: IToken[] = [];
  readonly #comments: Comment[] = [];
  readonly #docs: Map<number, Comment[]> = new Map();
  readonly #trailingDocs: Comment[] = [];
  #pendingDocs: Comment[] = [];
  #offset = 0;
  /** Counted from 1; moves forward with `#offset` only. */
  #line = 1;

  constructor(source: SourceFile, report: Report) {
    this.#source = source;
    this.#text = source.text;
    this.#report = report;
  }

  run(): Scan {
    const text = this.#text;
    if (text.charCodeAt(0) === 0xfeff) this.#offset = 1;
    reportDirectionControls(this.#source, this.#report);
    while (this.#offset < text.length) this.#step(text.charCodeAt(this.#offset));
    return { tokens: this.#tokens, comments: this.#comments, docs: this.#docs, trailingDocs: this.#trailingDocs };
  }

  #step(unit: number): void {
    if (unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)) {
      this.#offset += 1;
    } else if (isLetter(unit) || (unit === 0x24 && isLetter(this.#text.charCodeAt(this.#offset + 1)))) {
      this.#word();
    } else if (this.#isConflictMark(unit)) {
      this.#conflictMark();
    } else if (
      isDigit(unit) ||
      ((unit === 0x2b || unit === 0x2d) && isDigit(this.#text.charCodeAt(this.#offset + 1)))
    ) {
      this.#number();
    } else if (unit === 0x2f || unit === 0x23) {
      this.#comment(unit);
    } else if (unit >= 0x80 && isSpace(unit)) {
      reportInvisible(this.#source, this.#offset, this.#report);
      this.#offset += 1;
    } else if (quotes.has(this.#text.charAt(this.#offset))) {
      this.#string();
    } else if (unit >= 0x80 && !isMark(this.#text.charAt(this.#offset))) {
      this.#word();
    } else if (isInvisible(unit)) {
      reportInvisible(this.#source, this.#offset, this.#report);
      this.#offset += 1;
    } else {
      this.#mark();
    }
  }

  /** A word, with whatever people take for a part of one: other alphabets, invisible characters, `$` and inner hyphens. */
  #word(): void {
    const text = this.#text;
    const start = this.#offset;
    let end = start;
    let isPlain = true;
    for (; end < text.length; end++) {
      const unit = text.charCodeAt(end);
      if (isLetter(unit) || isDigit(unit)) continue;
      const isInnerHyphen = unit === 0x2d && end > start && isLetter(text.charCodeAt(end + 1));
      if (unit !== 0x24 && !isInnerHyphen && (unit < 0x80 || isSpace(unit) || isMark(text.charAt(end)))) break;
      isPlain = false;
    }
    const written = text.slice(start, end);
    const image = isPlain ? written : reportName(written, this.#span(start, end), this.#report);
    this.#push(keywords.get(image) ?? Word, image, start, end);
  }

  /** Digits and whatever letters and dots follow; the AST says what it is. */
  #number(): void {
    const text = this.#text;
    const start = this.#offset;
    let end = start + 1;
    for (; end < text.length; end++) {
      const unit = text.charCodeAt(end);
      if (isDigit(unit) || isLetter(unit)) continue;
      const next = text.charCodeAt(end + 1);
      const before = text.charCodeAt(end - 1) | 0x20;
      const isExponentSign = (unit === 0x2b || unit === 0x2d) && before === 0x65 && isDigit(next);
      const isDot = unit === 0x2e && (isDigit(next) || next === 0x2e);
      if (!isExponentSign && !isDot) break;
    }
    const glued = /^[0-9]+(?=[A-Za-z_][A-Za-z0-9_]*$)/.exec(text.slice(start, Math.min(end, start + gluedUnitsMax)));
    if (glued !== null && this.#isFollowedByColon(end)) {
      end = start + glued[0].length;
      const span = this.#span(start, this.#wordEnd(end));
      const reason = "runs a number and a name together";
      const fixes = [{ message: "write a blank between them", edits: [{ span: this.#span(end, end), text: " " }] }];
      this.#report.add("malformed-number", span, { text: text.slice(span.start, span.end), reason }, { fixes });
    }
    this.#push(NumberToken, text.slice(start, end), start, end);
  }

  /** Whether a colon comes next, or `?` and a colon: then digits and letters are the number and the name of a field. */
  #isFollowedByColon(offset: number): boolean {
    return /^[ \t]{0,20}\??[ \t]{0,20}:/.test(this.#text.slice(offset, offset + 42));
  }

  #wordEnd(start: number): number {
    let end = start;
    while (isLetter(this.#text.charCodeAt(end)) || isDigit(this.#text.charCodeAt(end))) end += 1;
    return end;
  }

  #comment(unit: number): void {
    const text = this.#text;
    const start = this.#offset;
    const next = text.charCodeAt(start + 1);
    if (unit === 0x2f && next === 0x2a) {
      const close = text.indexOf("*/", start + 2);
      if (close === -1) {
        const label = "without `*/`, it goes on to the end of the file";
        this.#report.add("unterminated-comment", this.#span(start, start + 2), {}, { label });
      }
      this.#remark("block", start, close === -1 ? text.length : close + 2);
    } else if (unit === 0x2f && next === 0x2f) {
      const isDoc = text.charCodeAt(start + 2) === 0x2f && text.charCodeAt(start + 3) !== 0x2f;
      this.#remark(isDoc ? "doc" : "line", start, this.#lineEnd(start));
    } else if (unit === 0x23) {
      const span = this.#span(start, start + 1);
      const fix = { message: "write `//`", edits: [{ span, text: "//" }] };
      this.#report.add("unexpected-text", span, { found: "#", wanted: "comments start with `//`" }, { fixes: [fix] });
      this.#remark("line", start, this.#lineEnd(start));
    } else {
      this.#mark();
    }
  }

  #remark(kind: Comment["kind"], start: number, end: number): void {
    const comment: Comment = { kind, text: this.#text.slice(start, end), span: this.#span(start, end) };
    this.#comments.push(comment);
    if (kind === "doc") {
      const last = this.#tokens.at(-1);
      if (last !== undefined && last.startLine === this.#lineOf(start)) this.#trailingDocs.push(comment);
      else this.#pendingDocs.push(comment);
    }
    this.#offset = end;
  }

  #string(): void {
    const text = this.#text;
    const start = this.#offset;
    const open = text.charAt(start);
    const closers = quotes.get(open) ?? open;
    let end = start + 1;
    for (; end < text.length; end++) {
      const unit = text.charCodeAt(end);
      if (unit === 0x0a || unit === 0x0d) break;
      if (closers.includes(text.charAt(end))) {
        this.#closedString(open, start, end + 1);
        return;
      }
      const next = text.charCodeAt(end + 1);
      if (unit === 0x5c && next !== 0x0a && next !== 0x0d) end += 1;
    }
    end = Math.min(end, text.length);
    this.#report.add("unterminated-string", this.#span(start, start + 1), {}, this.#closing(start, end));
    // Nobody knows where the string was to end, and so not what else is wrong with its line.
    this.#report.silence(this.#span(this.#source.lineStarts[this.#lineOf(start) - 1] ?? start, end + 1));
    this.#push(StringToken, text.slice(start, end).trimEnd() + closers.charAt(0), start, end);
  }

  /** Where nothing on the line looks like the end of the string, it ends with the line. */
  #closing(start: number, end: number): Details {
    const rest = this.#text.slice(start + 1, end).trimEnd();
    if (this.#text.charAt(start) !== '"' || !/^[\w./-]+$/.test(rest)) return { label: 'it needs a `"` at its end' };
    const at = start + 1 + rest.length;
    return { fixes: [{ message: `write "${rest}"`, edits: [{ span: this.#span(at, at), text: '"' }] }] };
  }

  #closedString(open: string, start: number, end: number): void {
    const image = this.#text.slice(start, end);
    if (open !== '"') {
      const fix = `"${image.slice(1, -1).replaceAll('"', '\\"')}"`;
      const span = this.#span(start, end);
      this.#report.add(
        "single-quotes",
        span,
        {},
        { fixes: [{ message: `write ${fix}`, edits: [{ span, text: fix }] }] },
      );
    }
    this.#push(StringToken, image, start, end);
  }

  #mark(): void {
    const start = this.#offset;
    const written = this.#text.charAt(start);
    const image = lookAlikeMarks.get(written) ?? written;
    if (image !== written) {
      const span = this.#span(start, start + 1);
      const fixes = [{ message: `write \`${image}\``, edits: [{ span, text: image }] }];
      this.#report.add(
        "unexpected-text",
        span,
        { found: written, wanted: `it only looks like \`${image}\`` },
        { fixes },
      );
    }
    if (image === "*" && this.#text.charAt(start + 1) === "/") {
      this.#report.add("unexpected-text", this.#span(start, start + 2), {
        found: "*/",
        wanted: "comments do not nest",
      });
      this.#offset = start + 2;
    } else if ((image === "-" || image === "=") && this.#text.charAt(start + 1) === ">") {
      this.#push(Arrow, `${image}>`, start, start + 2);
    } else {
      this.#push(punctuation.get(image) ?? Odd, image, start, start + 1);
    }
  }

  /** Whether one of the lines begins here that git leaves in a file when two changes meet. */
  #isConflictMark(unit: number): boolean {
    if (unit !== 0x3c && unit !== 0x3d && unit !== 0x3e && unit !== 0x7c) return false;
    if (this.#source.lineStarts[this.#lineOf(this.#offset) - 1] !== this.#offset) return false;
    return /^([<=>|])\1{6}(?![<=>|])/.test(this.#text.slice(this.#offset, this.#offset + 8));
  }

  #conflictMark(): void {
    const start = this.#offset;
    const span = this.#span(start, start + 7);
    const wanted = "two changes met here and were not merged; keep what is right and remove the marks";
    this.#report.add("unexpected-text", span, { found: this.#text.slice(start, start + 7), wanted });
    this.#offset = this.#lineEnd(start);
  }

  #push(tokenType: TokenType, image: string, start: number, end: number): void {
    if (this.#pendingDocs.length > 0) {
      this.#docs.set(start, this.#pendingDocs);
      this.#pendingDocs = [];
    }
    this.#tokens.push({
      image,
      startOffset: start,
      endOffset: end - 1,
      startLine: this.#lineOf(start),
      tokenType,
      tokenTypeIdx: tokenType.tokenTypeIdx ?? 0,
    });
    this.#offset = end;
  }

  #lineEnd(start: number): number {
    const text = this.#text;
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== 0x0a && text.charCodeAt(end) !== 0x0d) end += 1;
    return end;
  }

  #lineOf(offset: number): number {
    const starts = this.#source.lineStarts;
    while (this.#line < starts.length && (starts[this.#line] ?? 0) <= offset) this.#line += 1;
    return this.#line;
  }

  #span(start: number, end: number): Span {
    return { source: this.#source, start, end };
  }
}

/** Whether a character above ASCII is a mark and no part of a word. */
function isMark(character: string): boolean {
  return quotes.has(character) || lookAlikeMarks.has(character) || isDash(character.charCodeAt(0));
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isLetter(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f;
}
