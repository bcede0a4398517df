/** Findings as editors show them. */

import { DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver/node";
import type { Diagnostic as LspDiagnostic } from "vscode-languageserver/node";
import type { Diagnostic } from "../../report/diagnostic.js";
import { uriOfSource } from "../workspace/seen-sources.js";
import type { UriOfSource } from "../workspace/seen-sources.js";
import { rangeOf } from "../workspace/positions.js";
import type { EditorWorkspace } from "../workspace/editor-workspace.js";

const noRange = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

const tags: ReadonlyMap<string, DiagnosticTag> = new Map([
  ["deprecated-use", DiagnosticTag.Deprecated],
  ["import-unused", DiagnosticTag.Unnecessary],
  ["import-repeated", DiagnosticTag.Unnecessary],
]);

/** The diagnostics of all files of all projects by URI; every file of a project has an entry. */
export function diagnosticsByUri(workspace: EditorWorkspace): ReadonlyMap<string, readonly LspDiagnostic[]> {
  const byUri = new Map<string, Map<string, LspDiagnostic>>();
  const add = (uri: string, diagnostic: LspDiagnostic): void => {
    const own = byUri.get(uri) ?? new Map<string, LspDiagnostic>();
    byUri.set(uri, own.set(JSON.stringify(diagnostic), diagnostic));
  };
  for (const view of workspace.views()) {
    const uriOf = uriOfSource(view, workspace.documents);
    const paths = [...view.files.keys()];
    const first = paths.find((path) => workspace.documents.versionOf(path) !== undefined) ?? paths[0];
    for (const path of paths)
      if (!byUri.has(workspace.documents.uriOf(path))) byUri.set(workspace.documents.uriOf(path), new Map());
    for (const diagnostic of view.diagnostics) {
      // What concerns the run as a whole is shown where somebody looks.
      const uri = diagnostic.span === undefined ? undefined : uriOf(diagnostic.span.source);
      const shown = uri ?? (first === undefined ? undefined : workspace.documents.uriOf(first));
      if (shown !== undefined) add(shown, toLsp(diagnostic, uriOf));
    }
  }
  for (const { path, reason } of workspace.problems()) {
    add(workspace.documents.uriOf(path), {
      range: noRange,
      severity: DiagnosticSeverity.Error,
      code: "config-invalid",
      source: "rpcgen",
      message: reason,
    });
  }
  return new Map([...byUri].map(([uri, diagnostics]) => [uri, [...diagnostics.values()]]));
}

/** One finding; its code is explained by hovering over the place. */
export function toLsp(diagnostic: Diagnostic, uriOf: UriOfSource): LspDiagnostic {
  const { span, label, notes } = diagnostic;
  const tag = tags.get(diagnostic.code);
  const related = diagnostic.related.flatMap((place) => {
    const uri = uriOf(place.span.source);
    return uri === undefined ? [] : [{ location: { uri, range: rangeOf(place.span) }, message: place.message }];
  });
  return {
    range: span === undefined ? noRange : rangeOf(span),
    severity: diagnostic.severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code: diagnostic.code,
    source: "rpcgen",
    message: [
      diagnostic.message,
      ...(label === undefined ? [] : [label]),
      ...notes.map((note) => `note: ${note}`),
    ].join("\n"),
    ...(tag === undefined ? {} : { tags: [tag] }),
    ...(related.length === 0 ? {} : { relatedInformation: related }),
  };
}
