/** Offsets of the compiler to lines and characters of the protocol (UTF-16, counted from 0) and back. */

import type { Position, Range } from "vscode-languageserver/node";
import { lineText, positionAt } from "../../source/source-file.js";
import type { SourceFile, Span } from "../../source/source-file.js";

export function lspPosition(source: SourceFile, offset: number): Position {
  const { line, column } = positionAt(source, offset);
  return { line: line - 1, character: column - 1 };
}

export function rangeOf({ source, start, end }: Span): Range {
  return { start: lspPosition(source, start), end: lspPosition(source, end) };
}

/** The offset of a position; one outside of the text means its nearest end, one inside a surrogate pair its beginning. */
export function offsetAt(source: SourceFile, { line, character }: Position): number {
  const { lineStarts, text } = source;
  if (!(line >= 0)) return 0;
  if (line >= lineStarts.length) return text.length;
  const start = lineStarts[Math.trunc(line)] ?? 0;
  const length = lineText(source, Math.trunc(line) + 1).length;
  const offset = start + Math.max(0, Math.min(Math.trunc(character) || 0, length));
  const isInsidePair = isHigh(text.charCodeAt(offset - 1)) && isLow(text.charCodeAt(offset));
  return isInsidePair ? offset - 1 : offset;
}

/** Whether `offset` touches the span, at its end too: a caret behind a word is at the word. */
export function touches({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** Whether two ranges have a character or a caret in common. */
export function overlaps(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
