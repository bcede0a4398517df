/** Text of another language's IDL to tokens and comments: one scanner for `.proto` and `.thrift`, which share their marks. */

import type { Report } from "../report/report.js";
import type { SourceFile, Span } from "../source/source-file.js";

export interface Token {
  readonly kind: "word" | "number" | "string" | "mark" | "end";
  /** As written, quotes included. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A comment without its marks. */
export interface ForeignComment {
  readonly lines: readonly string[];
  readonly isBlock: boolean;
  readonly start: number;
  readonly end: number;
}

export interface Tokens {
  /** Closed by one of kind "end". */
  readonly tokens: readonly Token[];
  readonly comments: readonly ForeignComment[];
}

/** Reads all of `source`. What cannot be read is reported and stepped over. `hasHashComments` is for Thrift. */
export function readTokens(source: SourceFile, hasHashComments: boolean, report: Report): Tokens {
  return new Scanner(source, hasHashComments, report).run();
}

/** Sticky, so that each looks at one place and never at the rest of the text. */
const blank = /[\s\ufeff]+/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /\.?[0-9](?:[eE][+-](?=[0-9])|[0-9A-Za-z_.])*/y;
const string = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y;
const lineComment = /(?:\/\/|#)[^\r\n]*/y;

class Scanner {
  readonly #source: SourceFile;
  readonly #text: string;
  readonly #hasHashComments: boolean;
  readonly #report: Report;
  readonly #tokens: Token[] = [];
  readonly #comments: ForeignComment[] = [];
  #offset = 0;

  constructor(source: SourceFile, hasHashComments: boolean, report: Report) {
    this.#source = source;
    this.#text = source.text;
    this.#hasHashComments = hasHashComments;
    this.#report = report;
  }

  run(): Tokens {
    const length = this.#text.length;
    while (this.#offset < length) this.#step();
    this.#tokens.push({ kind: "end", text: "", start: length, end: length });
    return { tokens: this.#tokens, comments: this.#comments };
  }

  #step(): void {
    if (this.#match(blank) !== undefined) return;
    const start = this.#offset;
    const character = this.#text.charAt(start);
    const next = this.#text.charAt(start + 1);
    if ((character === "/" && next === "/") || (character === "#" && this.#hasHashComments)) {
      const text = this.#match(lineComment) ?? "";
      this.#comments.push({ lines: [lineText(text)], isBlock: false, start, end: this.#offset });
    } else if (character === "/" && next === "*") {
      this.#blockComment();
    } else if (character === '"' || character === "'") {
      this.#string(character);
    } else {
      const written = this.#match(word);
      if (written !== undefined) return this.#push("word", written, start);
      const digits = this.#match(number);
      if (digits !== undefined) return this.#push("number", digits, start);
      this.#mark();
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#offset += found.length;
    return found;
  }

  #push(kind: Token["kind"], text: string, start: number): void {
    this.#tokens.push({ kind, text, start, end: start + text.length });
  }

  #blockComment(): void {
    const start = this.#offset;
    const close = this.#text.indexOf("*/", start + 2);
    const end = close === -1 ? this.#text.length : close + 2;
    if (close === -1) this.#problem(start, start + 2, "this comment never ends");
    this.#offset = end;
    const body = this.#text.slice(start + 2, close === -1 ? end : close);
    this.#comments.push({ lines: blockLines(body), isBlock: true, start, end });
  }

  #string(quote: string): void {
    const start = this.#offset;
    const text = this.#match(string);
    if (text !== undefined) return this.#push("string", text, start);
    this.#problem(start, start + 1, "this string never ends");
    const lineEnd = this.#text.slice(start).search(/[\r\n]/);
    const end = lineEnd === -1 ? this.#text.length : start + lineEnd;
    this.#push("string", this.#text.slice(start, end) + quote, start);
    this.#offset = end;
  }

  #mark(): void {
    const start = this.#offset;
    const text = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
    this.#offset += text.length;
    if (/[\x21-\x7e]/.test(text)) this.#push("mark", text, start);
    else this.#problem(start, this.#offset, `\`${text}\` belongs to no word of this language`);
  }

  #problem(start: number, end: number, reason: string): void {
    const span: Span = { source: this.#source, start, end };
    this.#report.add("imported-syntax", span, { reason });
  }
}

function lineText(text: string): string {
  return text.replace(/^(?:\/\/+!?|#+)[ \t]?/, "").trimEnd();
}

/** Without the stars that many put in front of each line, and without what they are all indented by. */
function blockLines(body: string): readonly string[] {
  const lines = body
    .replace(/^[*!]+/, "")
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd());
  const [first = "", ...rest] = lines;
  const isStarred = rest.every((line) => line === "" || /^\s*\*/.test(line));
  const bare = isStarred ? rest.map((line) => line.replace(/^\s*\*+ ?/, "")) : withoutIndent(rest);
  const all = [first.trim(), ...bare];
  while (all.length > 0 && all[0] === "") all.shift();
  while (all.length > 0 && all.at(-1)?.trim() === "") all.pop();
  return all;
}

function withoutIndent(lines: readonly string[]): readonly string[] {
  const indents = lines.filter((line) => line !== "").map((line) => line.length - line.trimStart().length);
  const indent = indents.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  return lines.map((line) => line.slice(Math.min(indent, line.length)));
}
