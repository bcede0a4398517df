/** Lays out what can be broken between its items: annotations, parameters, `throws`, `reserved`. */

import { columnsOf } from "../../report/printable.js";
import type { Annotation, Field, List, Method, Plain } from "./outline.js";
import type { Piece } from "./pieces.js";
import { indentColumns, lineColumnsMax } from "./print-pieces.js";
import type { PiecePrinter } from "./print-pieces.js";
import type { Rows } from "./rows.js";

/** What laying out works with. */
export interface Layout {
  readonly pieces: readonly Piece[];
  readonly printer: PiecePrinter;
  readonly rows: Rows;
}

/** The annotations in front of something, on one row if they fit there; what is annotated begins the next one. */
export function layOutAnnotations(layout: Layout, annotations: readonly Annotation[], indent: number): void {
  const { printer, rows } = layout;
  const first = annotations[0]?.whole;
  const last = annotations.at(-1)?.whole;
  if (first === undefined || last === undefined) return;
  const line = printer.flat({ from: first.from, to: last.to }, lineColumnsMax - indent);
  if (line !== undefined) return rows.add([line], indent, { isBetween: true });
  for (const [index, annotation] of annotations.entries()) {
    if (index > 0) rows.begin(annotation.whole.from, indent, "never");
    layOutAnnotation(layout, annotation, indent);
  }
}

function layOutAnnotation(layout: Layout, { whole, args }: Annotation, indent: number): void {
  const { printer, rows } = layout;
  const line = printer.flat(whole, lineColumnsMax - indent);
  const [first] = args;
  if (line !== undefined || first === undefined || (args.length === 1 && !printer.hasRemarks(whole))) {
    return rows.add([line ?? printer.run(whole, continued(indent))], indent, { isBetween: true });
  }
  // One piece each for the parentheses around the arguments.
  rows.add([printer.run({ from: whole.from, to: first.from }, continued(indent))], indent, { isBetween: true });
  for (const [index, arg] of args.entries()) {
    rows.begin(arg.from, indent + indentColumns, "never");
    const comma = index < args.length - 1 ? "," : "";
    rows.add([printer.run(arg, continued(indent)) + comma], indent + indentColumns, { isBetween: true });
  }
  rows.begin(whole.to - 1, indent + indentColumns, "never");
  rows.add([printer.run({ from: whole.to - 1, to: whole.to }, indent)], indent, { isBetween: true });
}

/** `reserved` or `throws` with its items, as many on a row as fit. */
export function layOutList(layout: Layout, { whole, items }: List, indent: number): void {
  const { pieces, printer, rows } = layout;
  const [first, ...rest] = items;
  if (first === undefined) return;
  const inner = indent + (pieces[whole.from]?.text.length ?? 0) + 1;
  let line = printer.run({ from: whole.from, to: first.to }, continued(indent));
  let at = indent;
  for (const item of rest) {
    line += ",";
    const text = printer.run(item, continued(inner));
    const hasRemarks = pieces[item.from]?.remarks.length !== 0;
    // One column is left for the comma.
    if (!hasRemarks && !line.includes("\n") && at + columnsOf(line) + columnsOf(text) + 2 <= lineColumnsMax) {
      line += ` ${text}`;
      continue;
    }
    rows.add([line], at, { isBetween: true });
    rows.begin(item.from, inner, "never");
    line = text;
    at = inner;
  }
  rows.add([line], at, { isBetween: true });
}

/** A method: on one row if it fits, else with its errors or its parameters on rows of their own. */
export function layOutMethod(layout: Layout, method: Method, indent: number): void {
  const { printer, rows } = layout;
  const { head, result, throws, whole, close } = method;
  const start = head.from;
  const line = printer.flat({ from: start, to: whole.to }, lineColumnsMax - indent);
  if (line !== undefined) return rows.add([line], indent);
  const end = result.to;
  const signature = printer.flat({ from: start, to: end }, lineColumnsMax - indent);
  if (signature !== undefined || !needsBrokenParameters(layout, method, indent)) {
    rows.add([signature ?? printer.run({ from: start, to: end }, continued(indent))], indent);
    if (throws !== undefined) layOutThrows(layout, throws, continued(indent));
    return;
  }
  rows.add([printer.run({ from: start, to: method.open + 1 }, continued(indent))], indent);
  for (const parameter of method.parameters) layOutParameter(layout, parameter, indent + indentColumns);
  rows.begin(close, indent + indentColumns, "never");
  const last = printer.flat({ from: close, to: whole.to }, lineColumnsMax - indent);
  if (last !== undefined) return rows.add([last], indent);
  rows.add([printer.run({ from: close, to: end }, continued(indent))], indent);
  if (throws !== undefined) layOutThrows(layout, throws, continued(indent));
}

/** Whether it is the parameters that do not fit on the row, and not a remark behind them. */
function needsBrokenParameters({ printer, pieces }: Layout, method: Method, indent: number): boolean {
  const { head, close, result } = method;
  if (method.parameters.length === 0 && pieces[close]?.remarks.length === 0) return false;
  const start = printer.flat({ from: head.from, to: close + 1 }, lineColumnsMax - indent);
  if (start === undefined) return true;
  return !printer.run({ from: close, to: result.to }, 0).includes("\n");
}

function layOutThrows(layout: Layout, throws: List, indent: number): void {
  layout.rows.begin(throws.whole.from, indent, "never");
  layOutList(layout, throws, indent);
}

function layOutParameter(layout: Layout, parameter: Field | Plain, indent: number): void {
  const { printer, rows, pieces } = layout;
  const { whole, annotations } = parameter;
  rows.begin(whole.from, indent, "never");
  if (parameter.kind === "plain") return rows.add([printer.run(whole, continued(indent))], indent);
  const start = parameter.name.from;
  if (annotations.length > 0) {
    const line = printer.flat(whole, lineColumnsMax - indent - 1);
    if (line !== undefined) return rows.add([`${line},`], indent, { isBetween: true });
    layOutAnnotations(layout, annotations, indent);
    rows.begin(start, indent, "never");
  }
  const { name, type } = parameter;
  if (printer.hasRemarks({ from: start, to: whole.to }) || pieces[type.from]?.remarks.length !== 0) {
    return rows.add([`${printer.run({ from: start, to: whole.to }, continued(indent))},`], indent, { isBetween: true });
  }
  const cells = [printer.run(name, continued(indent)), `${printer.run(type, continued(indent))},`];
  rows.add(cells, indent, { kind: "parameter" });
}

/** Where a line that only goes on is indented to. */
export function continued(indent: number): number {
  return indent + 2 * indentColumns;
}
