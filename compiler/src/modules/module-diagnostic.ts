/** Findings as bundlers want them: with absolute paths, and as text with the frame. */

import type { Diagnostic } from "../report/diagnostic.js";
import { renderFindings } from "../report/render.js";
import type { Findings } from "../report/report.js";
import { lineText, positionAt } from "../source/source-file.js";
import type { ModuleDiagnostic } from "./rpc-modules.js";

/** `pathOf` gives the absolute path of a file by its logical one. */
export function moduleDiagnostics(
  { diagnostics }: Findings,
  pathOf: (source: string) => string | undefined,
): readonly ModuleDiagnostic[] {
  return diagnostics.map((diagnostic) => moduleDiagnostic(diagnostic, pathOf));
}

export function moduleDiagnostic(
  diagnostic: Diagnostic,
  pathOf: (source: string) => string | undefined,
): ModuleDiagnostic {
  const { code, severity, message, span } = diagnostic;
  const text = renderFindings({ diagnostics: [diagnostic], more: 0 }, { color: false });
  if (span === undefined) return { code, severity, message, place: undefined, text };
  const { line, column } = positionAt(span.source, span.start);
  const whole = lineText(span.source, line);
  const place = {
    path: pathOf(span.source.path) ?? span.source.displayPath,
    line,
    column,
    length: Math.max(0, Math.min(span.end - span.start, whole.length - column + 1)),
    lineText: whole,
  };
  return { code, severity, message, place, text };
}
