/** The layout of `rpcgen fmt` as edits: only the lines between the first and the last that change. */

import type { TextEdit } from "vscode-languageserver/node";
import { Report } from "../../report/report.js";
import type { SourceFile } from "../../source/source-file.js";
import { formatFile } from "../../syntax/format/format.js";
import { rangeOf } from "../workspace/positions.js";

/** Nothing where the text cannot be read: what is wrong with it is shown anyway. */
export function formatEdits(source: SourceFile): TextEdit[] {
  const formatted = formatFile(source, new Report());
  if (formatted === undefined || formatted === source.text) return [];
  const [before, after] = [linesOf(source.text), linesOf(formatted)];
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const tailMax = Math.min(before.length, after.length) - head;
  while (tail < tailMax && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const start = source.lineStarts[head] ?? source.text.length;
  const end = source.text.length - before.slice(before.length - tail).join("").length;
  const newText = after.slice(head, after.length - tail).join("");
  return [{ range: rangeOf({ source, start, end }), newText }];
}

/** Each with its own end. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}
