/** Findings as annotations of GitHub Actions: one command a line, which the runner shows beside the changed code. */

import { positionAt } from "../source/source-file.js";
import type { Span } from "../source/source-file.js";
import type { Diagnostic } from "./diagnostic.js";
import { printable } from "./printable.js";
import type { Findings } from "./report.js";

/** One annotation for each finding; "" where there are none. Ends without a line break. */
export function renderGithub({ diagnostics, more }: Findings): string {
  const lines = diagnostics.map(renderAnnotation);
  if (more > 0) lines.push(`::warning title=rpcgen::and ${more} more`);
  return lines.join("\n");
}

function renderAnnotation(diagnostic: Diagnostic): string {
  const { severity, code, message, span, label, notes, related } = diagnostic;
  const where = (place: Span): string => {
    const { line, column } = positionAt(place.source, place.start);
    return `${place.source.displayPath}:${line}:${column}`;
  };
  const lines = [
    message,
    ...(label === undefined ? [] : [label]),
    ...notes.map((note) => `note: ${note}`),
    ...related.map((place) => `${where(place.span)}: ${place.message}`),
    `help: rpcgen explain ${code}`,
  ];
  const properties = [...(span === undefined ? [] : placeProperties(span)), ["title", code] as const];
  const head = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(",");
  return `::${severity} ${head}::${lines.map(escapeData).join("%0A")}`;
}

/** Columns go with one line only: those of a place over several lines are left out. */
function placeProperties({ source, start, end }: Span): readonly (readonly [name: string, value: string])[] {
  const from = positionAt(source, start);
  const to = positionAt(source, end);
  const lines = [
    ["file", source.displayPath],
    ["line", String(from.line)],
    ["endLine", String(to.line)],
  ] as const;
  if (from.line !== to.line) return lines;
  return [...lines, ["col", String(from.column)], ["endColumn", String(to.column)]];
}

/** The runner ends a command at a line break and reads `%` as the start of an escape. */
function escapeData(text: string): string {
  return printable(text).replaceAll("%", "%25");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
