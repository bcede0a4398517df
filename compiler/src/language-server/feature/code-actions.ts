/** The repairs that findings propose, as actions of an editor. */

import { CodeActionKind } from "vscode-languageserver/node";
import type { CodeAction, Range, TextEdit } from "vscode-languageserver/node";
import type { FixIt } from "../../report/diagnostic.js";
import { overlaps, rangeOf } from "../workspace/positions.js";
import { uriOfSource } from "../workspace/seen-sources.js";
import type { UriOfSource } from "../workspace/seen-sources.js";
import type { EditorWorkspace, SeenFile } from "../workspace/editor-workspace.js";
import { toLsp } from "./diagnostics.js";

/** Everything that mends a finding which touches `range`. */
export function codeActionsIn(workspace: EditorWorkspace, { view, file }: SeenFile, range: Range): CodeAction[] {
  const uriOf = uriOfSource(view, workspace.documents);
  return view.diagnostics.flatMap((diagnostic) => {
    const { span, fixes } = diagnostic;
    if (span === undefined || span.source !== file.syntax.source || !overlaps(rangeOf(span), range)) return [];
    return fixes.flatMap((fix): CodeAction[] => {
      const changes = editsOf(fix, uriOf);
      if (changes === undefined) return [];
      return [
        {
          title: fix.message.slice(0, 1).toUpperCase() + fix.message.slice(1),
          kind: CodeActionKind.QuickFix,
          diagnostics: [toLsp(diagnostic, uriOf)],
          isPreferred: fixes.length === 1,
          edit: { changes },
        },
      ];
    });
  });
}

function editsOf(fix: FixIt, uriOf: UriOfSource): Record<string, TextEdit[]> | undefined {
  const changes: Record<string, TextEdit[]> = {};
  for (const { span, text } of fix.edits) {
    const uri = uriOf(span.source);
    if (uri === undefined) return undefined;
    (changes[uri] ??= []).push({ range: rangeOf(span), newText: text });
  }
  return changes;
}
