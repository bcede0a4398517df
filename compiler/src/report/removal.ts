/** The edit that takes something away, with the line or the blanks that stood there for it alone. */

import type { Span } from "../source/source-file.js";
import type { Edit } from "./diagnostic.js";

/** Removes the text of `span`: its whole lines where nothing else is on them, or else the blanks on one side of it. */
export function removal(span: Span): Edit {
  const { source } = span;
  const { text } = source;
  let start = span.start;
  let end = span.end;
  while (start > 0 && isBlank(text.charAt(start - 1))) start -= 1;
  while (end < text.length && isBlank(text.charAt(end))) end += 1;
  const isFirst = start === 0 || isBreak(text.charAt(start - 1)) || (start === 1 && text.startsWith("\ufeff"));
  const isLast = end === text.length || isBreak(text.charAt(end));
  if (isFirst && isLast) {
    if (text.startsWith("\r\n", end)) end += 2;
    else if (end < text.length) end += 1;
    return { span: { source, start, end }, text: "" };
  }
  // Blanks that hold two words apart stay, and so do those that indent a line.
  const isBehindBlank = start < span.start || isFirst;
  const isBeforeBlank = end > span.end && !isLast;
  if (isBehindBlank && isBeforeBlank) return { span: { source, start: span.start, end }, text: "" };
  const isApart = isFirst || isBeforeBlank || /^[\w"@]/.test(text.charAt(span.end));
  return { span: { source, start: isApart ? span.start : start, end: span.end }, text: "" };
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t";
}

function isBreak(character: string): boolean {
  return character === "\n" || character === "\r";
}
