/** Rows to text: columns of neighbours are aligned, unless one of them is so long that the others would drift away. */

import { columnsOf } from "../../report/printable.js";
import type { Row, RowKind } from "./rows.js";

/** By how much the widest cell may exceed the narrowest and still decide where the next column begins. */
const spreadMax = { number: 4, text: 20, remark: 30 } as const;

/** The text of all rows, with a line break behind the last; "" where there are none. */
export function printRows(rows: readonly Row[]): string {
  const texts = rows.map(({ cells }) => cells.join(" "));
  for (const section of sectionsOf(rows)) alignSection(rows, section, texts);
  const remarks = alignRemarks(rows, texts);
  return rows
    .map((row, index) => {
      const blank = row.hasBlankBefore ? "\n" : "";
      return `${blank}${" ".repeat(row.indent)}${texts[index] ?? ""}${remarks[index] ?? ""}\n`;
    })
    .join("");
}

/** Indexes of rows that are aligned with each other. */
function sectionsOf(rows: readonly Row[]): readonly (readonly number[])[] {
  const sections: number[][] = [];
  let open: { readonly kind: RowKind; readonly indent: number; readonly indexes: number[] } | undefined;
  for (const [index, { kind, indent, hasBlankBefore, isBetween }] of rows.entries()) {
    if (hasBlankBefore || (open !== undefined && indent !== open.indent)) open = undefined;
    if (kind === undefined) {
      if (!isBetween) open = undefined;
    } else if (open?.kind === kind) {
      open.indexes.push(index);
    } else {
      open = { kind, indent, indexes: [index] };
      sections.push(open.indexes);
    }
  }
  return sections;
}

function alignSection(rows: readonly Row[], section: readonly number[], texts: string[]): void {
  const lines = section.map((index) => ({ index, cells: rows[index]?.cells ?? [] }));
  if (rows[section[0] ?? 0]?.kind !== "field") {
    const [starts, rests] = [lines.map(({ cells }) => cells[0] ?? ""), lines.map(({ cells }) => cells[1] ?? "")];
    const padded = padEnd(starts, spreadMax.text);
    for (const [at, { index }] of lines.entries()) texts[index] = `${padded[at] ?? ""} ${rests[at] ?? ""}`;
    return;
  }
  const numbers = padStart(lines.map(({ cells }) => cells[0] ?? ""));
  const starts = lines.map(({ cells }, at) => (cells[0] === "" ? "" : `${numbers[at] ?? ""} `) + (cells[1] ?? ""));
  const padded = padEnd(starts, spreadMax.text);
  for (const [at, { index, cells }] of lines.entries()) texts[index] = `${padded[at] ?? ""} ${cells[2] ?? ""}`;
}

/** Numbers end in one column; those with far more digits than others stick out. */
function padStart(numbers: readonly string[]): readonly string[] {
  const width = columnOf(
    numbers.filter((number) => number !== "").map((number) => number.length),
    spreadMax.number,
  );
  return numbers.map((number) => number.padStart(width));
}

function padEnd(texts: readonly string[], spread: number): readonly string[] {
  const widths = texts.map(columnsOf);
  const width = columnOf(widths, spread);
  return texts.map((text, index) => text + " ".repeat(Math.max(0, width - (widths[index] ?? 0))));
}

/** The largest width that is not out of proportion. */
function columnOf(widths: readonly number[], spread: number): number {
  let least = Infinity;
  for (const width of widths) least = Math.min(least, width);
  let most = 0;
  for (const width of widths) if (width <= least + spread) most = Math.max(most, width);
  return most;
}

/** What stands behind each row: its remark, in one column with those of the rows right above and below. */
function alignRemarks(rows: readonly Row[], texts: readonly string[]): readonly string[] {
  const remarks = rows.map(({ remark }) => (remark === "" ? "" : ` ${remark}`));
  let open: number[] = [];
  const close = (): void => {
    const padded = padEnd(
      open.map((index) => texts[index] ?? ""),
      spreadMax.remark,
    );
    for (const [at, index] of open.entries()) {
      remarks[index] = (padded[at] ?? "").slice((texts[index] ?? "").length) + (remarks[index] ?? "");
    }
    open = [];
  };
  for (const [index, { remark, indent, hasBlankBefore }] of rows.entries()) {
    const last = open.at(-1);
    if (last !== undefined && (hasBlankBefore || last !== index - 1 || rows[last]?.indent !== indent)) close();
    if (remark !== "" && texts[index]?.includes("\n") === false) open.push(index);
  }
  close();
  return remarks;
}
