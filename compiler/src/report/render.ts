/** Findings as text for people: the sentence, the place, the line with carets, and what helps. */

import { positionAt } from "../source/source-file.js";
import type { Span } from "../source/source-file.js";
import type { Diagnostic } from "./diagnostic.js";
import { frameOf } from "./frame.js";
import { printable } from "./printable.js";
import type { Findings } from "./report.js";

export interface RenderOptions {
  /** Whether to colour with ANSI escapes, for a terminal. */
  readonly color: boolean;
}

type Paint = (text: string) => string;

interface Palette {
  readonly error: Paint;
  readonly warning: Paint;
  readonly strong: Paint;
  readonly quiet: Paint;
  readonly related: Paint;
}

const same: Paint = (text) => text;
const noPalette: Palette = { error: same, warning: same, strong: same, quiet: same, related: same };
const colorPalette: Palette = {
  error: paint("1;31"),
  warning: paint("1;33"),
  strong: paint("1"),
  quiet: paint("34"),
  related: paint("36"),
};

function paint(style: string): Paint {
  return (text) => (text === "" ? "" : `\u001b[${style}m${text}\u001b[0m`);
}

/** All findings, a blank line between them, and a last line that says how many were left out; "" where there are none. */
export function renderFindings(findings: Findings, options: RenderOptions): string {
  const explained = new Set<string>();
  const blocks = findings.diagnostics.map((diagnostic) => {
    const isFirst = !explained.has(diagnostic.code);
    explained.add(diagnostic.code);
    return renderDiagnostic(diagnostic, isFirst, options);
  });
  if (findings.more > 0) blocks.push(`and ${findings.more} more ${findings.more === 1 ? "finding" : "findings"}\n`);
  return blocks.join("\n");
}

/** One finding; ends with a line break. Text that came from files is shown without any control characters. */
function renderDiagnostic(diagnostic: Diagnostic, isFirst: boolean, options: RenderOptions): string {
  const palette = options.color ? colorPalette : noPalette;
  const accent = diagnostic.severity === "error" ? palette.error : palette.warning;
  const head = `${accent(`${diagnostic.severity} ${diagnostic.code}`)}${palette.strong(`: ${printable(diagnostic.message)}`)}`;
  const places = [diagnostic.span, ...diagnostic.related.map(({ span }) => span)];
  const margin = Math.max(2, ...places.map((span) => (span === undefined ? 0 : lineDigits(span))));
  const label = diagnostic.label ?? diagnostic.fixes[0]?.message;
  const lines = [head];
  const bar = palette.quiet(`${" ".repeat(margin)} |`);
  if (diagnostic.span !== undefined) {
    lines.push(...renderPlace(diagnostic.span, label, "-->", "^", margin, accent, palette));
  }
  for (const { span, message } of diagnostic.related) {
    lines.push(...renderPlace(span, message, ":::", "-", margin, palette.related, palette));
  }
  if (diagnostic.span !== undefined || diagnostic.related.length > 0) lines.push(bar);
  const item = (kind: string, text: string): string =>
    `${" ".repeat(margin)} ${palette.quiet("=")} ${palette.strong(`${kind}:`)} ${printable(text)}`;
  if (diagnostic.span === undefined && label !== undefined) lines.push(item("note", label));
  for (const note of diagnostic.notes) lines.push(item("note", note));
  if (isFirst) lines.push(item("help", `run \`rpcgen explain ${diagnostic.code}\``));
  return `${lines.join("\n")}\n`;
}

/** The place of a span as people write it, for instance `rpc/orders.rpc:14:12`. */
function renderSpan(span: Span): string {
  const { line, column } = positionAt(span.source, span.start);
  return `${printable(span.source.displayPath)}:${line}:${column}`;
}

function renderPlace(
  span: Span,
  label: string | undefined,
  arrow: string,
  mark: string,
  margin: number,
  accent: Paint,
  palette: Palette,
): string[] {
  const blank = " ".repeat(margin);
  const frame = frameOf(span);
  const text = label === undefined || label === "" ? "" : ` ${printable(label)}`;
  const marks = `${" ".repeat(frame.indent)}${accent(mark.repeat(frame.caretCount) + text)}`;
  const source = frame.text === "" ? "" : ` ${frame.text}`;
  return [
    `${blank}${palette.quiet(arrow)} ${renderSpan(span)}`,
    palette.quiet(`${blank} |`),
    `${palette.quiet(`${String(frame.line).padStart(margin)} |`)}${source}`,
    `${palette.quiet(`${blank} |`)} ${marks}`,
  ];
}

function lineDigits(span: Span): number {
  return String(positionAt(span.source, span.start).line).length;
}
