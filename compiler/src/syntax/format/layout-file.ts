/** Lays out a whole file: one row for what fits on one, and blank lines around what does not. */

import { layOutAnnotations, layOutList, layOutMethod, continued } from "./layout-list.js";
import type { Layout } from "./layout-list.js";
import type { Body, Entry, EnumValue, Field, InlineUnion, Member, Outline, Range } from "./outline.js";
import type { Piece } from "./pieces.js";
import { PiecePrinter, indentColumns, lineColumnsMax } from "./print-pieces.js";
import { Rows } from "./rows.js";
import type { Row, RowKind } from "./rows.js";

/** The rows of a file. */
export function layOutFile(pieces: readonly Piece[], outline: Outline): readonly Row[] {
  const layout: Layout = { pieces, printer: new PiecePrinter(pieces, outline.startsItem), rows: new Rows(pieces) };
  const { rows } = layout;
  let before: Entry | undefined;
  let isBeforeLong = false;
  for (const entry of outline.entries) {
    const start = rows.all.length;
    rows.begin(entry.whole.from, 0);
    layOutEntry(layout, entry);
    const isLong = rows.all.length - start > 1 || rows.all[start]?.cells.some((cell) => cell.includes("\n")) === true;
    const first = rows.all[start];
    const isImport = entry.kind === "import" && before?.kind === "import";
    if (first !== undefined && before !== undefined) {
      const isNewPart = before.kind === "package" || (before.kind === "import" && !isImport);
      first.hasBlankBefore ||= isNewPart || (!isImport && (isLong || isBeforeLong));
    }
    before = entry;
    isBeforeLong = isLong;
  }
  rows.begin(pieces.length - 1, 0);
  return rows.all;
}

function layOutEntry(layout: Layout, entry: Entry): void {
  const { printer, rows } = layout;
  const { annotations, head, whole, body } = entry;
  if (annotations.length > 0) {
    layOutAnnotations(layout, annotations, 0);
    rows.begin(head.from, 0, "never");
  }
  if (body !== undefined) return layOutBody(layout, head, body, 0, `one-line ${entry.keyword}`);
  const rest = { from: head.to, to: whole.to };
  if (entry.kind === "alias" && layout.pieces[rest.from]?.remarks.length === 0) {
    const cells = [printer.run(head, continued(0)), printer.run(rest, continued(0))];
    return rows.add(cells, 0, { kind: "alias" });
  }
  rows.add([printer.run({ from: head.from, to: whole.to }, continued(0))], 0);
}

/** What stands in front of a brace, and the body: on one row where its author put it there and it fits. */
function layOutBody(layout: Layout, head: Range, body: Body, indent: number, kind: RowKind | undefined): void {
  const { pieces, printer, rows } = layout;
  const { open, close } = body;
  const isEmpty = body.members.length === 0 && pieces[close]?.remarks.length === 0;
  const line = printer.flat({ from: head.from, to: close + 1 }, isEmpty ? Infinity : lineColumnsMax - indent);
  if (line !== undefined) {
    const start = printer.run(head, continued(indent));
    if (kind === undefined || pieces[open]?.remarks.length !== 0) return rows.add([line], indent, { isBetween: true });
    return rows.add([start, line.slice(start.length + 1)], indent, { kind });
  }
  rows.add([printer.run({ from: head.from, to: open + 1 }, continued(indent))], indent);
  const inner = indent + indentColumns;
  for (const [index, member] of body.members.entries()) {
    rows.begin(member.whole.from, inner, index === 0 ? "never" : "keep");
    layOutMember(layout, member, inner);
  }
  rows.begin(close, inner, body.members.length === 0 ? "never" : "keep");
  const last = rows.all.length;
  rows.add([pieces[close]?.text ?? ""], indent);
  const closing = rows.all[last];
  if (closing !== undefined) closing.hasBlankBefore = false;
}

function layOutMember(layout: Layout, member: Member, indent: number): void {
  const { rows } = layout;
  const { annotations, whole } = member;
  const last = annotations.at(-1);
  const start = last?.whole.to ?? whole.from;
  if (last !== undefined) {
    layOutAnnotations(layout, annotations, indent);
    rows.begin(start, indent, "never");
  }
  switch (member.kind) {
    case "field":
      return layOutField(layout, member, start, indent);
    case "value":
      return layOutValue(layout, member, indent);
    case "union":
      return layOutUnion(layout, member, indent);
    case "list":
      return layOutList(layout, { ...member, whole: { from: start, to: whole.to } }, indent);
    case "method":
      return layOutMethod(layout, member, indent);
  }
}

function layOutField({ printer, rows }: Layout, field: Field, start: number, indent: number): void {
  const whole = { from: start, to: field.whole.to };
  const { number, name, type } = field;
  if (printer.hasRemarks(whole)) return rows.add([printer.run(whole, continued(indent))], indent, { isBetween: true });
  const cells = [number ?? { from: start, to: start }, name, type].map((range) => printer.run(range, indent));
  rows.add(cells, indent, { kind: "field" });
}

function layOutValue({ printer, rows }: Layout, { name, number }: EnumValue, indent: number): void {
  const whole = { from: name.from, to: number.to };
  if (printer.hasRemarks(whole)) return rows.add([printer.run(whole, continued(indent))], indent, { isBetween: true });
  rows.add([printer.run(name, indent), printer.run(number, indent)], indent, { kind: "value" });
}

function layOutUnion(layout: Layout, { head, body }: InlineUnion, indent: number): void {
  layOutBody(layout, head, body, indent, undefined);
}
