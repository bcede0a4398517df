/** The formatter: one layout for every file, with all of its tokens and remarks. */

import { Report } from "../../report/report.js";
import { createSourceFile } from "../../source/source-file.js";
import type { SourceFile } from "../../source/source-file.js";
import { parse } from "../parse.js";
import { scan } from "../scan.js";
import { printRows } from "./align.js";
import { layOutFile } from "./layout-file.js";
import { piecesOf } from "./pieces.js";
import type { Piece } from "./pieces.js";
import { readOutline } from "./read-outline.js";
import { sortImports } from "./sort-imports.js";

/** The text in its one layout; undefined where it has syntax errors and is left alone. */
export function formatSource(text: string): string | undefined {
  return formatFile(createSourceFile("text.rpc", text), new Report());
}

/** Like `formatSource`; what is wrong goes to `report`, warnings included. */
export function formatFile(source: SourceFile, report: Report): string | undefined {
  const errorsBefore = report.errorCount;
  parse(source, report);
  if (report.errorCount > errorsBefore) return undefined;
  const written = piecesOf(source, scan(source, new Report()));
  const pieces = sortImports(written, readOutline(written));
  const text = printRows(layOutFile(pieces, readOutline(pieces)));
  if (text !== source.text) verify(pieces, text);
  return text;
}

/** A formatter that loses a word is worse than none: what it printed has to read as what it was given. */
function verify(pieces: readonly Piece[], text: string): void {
  const report = new Report();
  const source = createSourceFile("formatted.rpc", text);
  parse(source, report);
  const [first] = report.findings().diagnostics.filter(({ severity }) => severity === "error");
  if (first !== undefined) throw new Error(`formatting broke the file: ${first.message}`);
  const printed = piecesOf(source, scan(source, new Report()));
  const difference = [...printed, undefined].findIndex((piece, index) => !isSame(piece, pieces[index]));
  if (difference !== -1 && difference < Math.max(printed.length, pieces.length)) {
    throw new Error(`formatting lost or changed something in front of \`${pieces[difference]?.text ?? "the end"}\``);
  }
}

function isSame(one: Piece | undefined, other: Piece | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const remarksOf = ({ remarks }: Piece): string => remarks.map(({ text }) => text.replace(/\s+/g, " ")).join("\n");
  return one.text === other.text && remarksOf(one) === remarksOf(other);
}
