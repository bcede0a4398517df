/** Draws the lines of source around a span, with carets under it: tabs, wide characters and very long lines included. */

import { lineText, positionAt } from "../source/source-file.js";
import type { Span } from "../source/source-file.js";
import { columnsOf, printableCharacter } from "./printable.js";

/** One line of source as it is shown, and which of its columns are pointed at. */
export interface Frame {
  readonly line: number;
  readonly text: string;
  /** Columns in front of the first caret. */
  readonly indent: number;
  /** At least one. */
  readonly caretCount: number;
}

const tabColumns = 4;

/** Lines are shown up to this many characters around the span; more would fill the screen with one line. */
const shownUnitsMax = 120;

/** How many characters in front of the span are shown of a long line. */
const leadUnits = 40;

/** The line on which `span` begins. A span over several lines is underlined to the end of the first. */
export function frameOf(span: Span): Frame {
  const { line, column } = positionAt(span.source, span.start);
  const whole = lineText(span.source, line);
  const start = Math.min(column - 1, whole.length);
  const end = Math.min(start + Math.max(1, span.end - span.start), Math.max(whole.length, start + 1));
  const isLong = whole.length > shownUnitsMax;
  const from = isLong ? characterStart(whole, Math.max(0, start - leadUnits)) : 0;
  const to = isLong ? characterStart(whole, Math.min(whole.length, from + shownUnitsMax)) : whole.length;
  let text = from > 0 ? "\u2026" : "";
  let columns = columnsOf(text);
  let indent = columns;
  let caretEnd = columns;
  for (let index = from; index < to;) {
    if (index <= start) indent = columns;
    const character = String.fromCodePoint(whole.codePointAt(index) ?? 0x20);
    const shown = character === "\t" ? " ".repeat(tabColumns - (columns % tabColumns)) : printableCharacter(character);
    text += shown;
    columns += columnsOf(shown);
    index += character.length;
    if (index <= end) caretEnd = columns;
  }
  if (start >= to) indent = columns;
  if (to < whole.length) text += "\u2026";
  return { line, text: text.trimEnd(), indent, caretCount: Math.max(1, caretEnd - indent) };
}

/** Never the middle of a surrogate pair. */
function characterStart(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index + 1 : index;
}
