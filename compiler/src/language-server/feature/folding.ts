/** What can be folded: declarations, inline unions, runs of imports, and comments of several lines. */

import { FoldingRangeKind } from "vscode-languageserver/node";
import type { FoldingRange } from "vscode-languageserver/node";
import type { Span } from "../../source/source-file.js";
import { positionAt } from "../../source/source-file.js";
import type { Comment, FileSyntax } from "../../syntax/ast.js";

export function foldsIn(syntax: FileSyntax): FoldingRange[] {
  const folds: (FoldingRange | undefined)[] = [];
  for (const node of syntax.declarations) {
    // The last line, with its brace, stays in sight.
    folds.push(fold({ ...node.span, start: node.name.span.start }, undefined, 1));
    const fields = node.kind === "message" || node.kind === "error" ? node.fields : [];
    for (const { type } of fields) if (type.kind === "union") folds.push(fold(type.span, undefined, 1));
  }
  const [first, last] = [syntax.imports[0], syntax.imports.at(-1)];
  if (first !== undefined && last !== undefined)
    folds.push(fold({ ...first.span, end: last.span.end }, FoldingRangeKind.Imports, 0));
  for (const run of runsOf(syntax.comments)) folds.push(fold(run, FoldingRangeKind.Comment, 0));
  return folds.filter((one) => one !== undefined);
}

/** Line comments of one kind on lines that follow each other are one. */
function runsOf(comments: readonly Comment[]): readonly Span[] {
  const runs: { span: Span; kind: Comment["kind"] }[] = [];
  for (const { span, kind } of comments) {
    const before = runs.at(-1);
    const isNext =
      before !== undefined &&
      before.kind === kind &&
      kind !== "block" &&
      positionAt(span.source, span.start).line === positionAt(span.source, before.span.end).line + 1;
    if (isNext) before.span = { ...before.span, end: span.end };
    else runs.push({ span, kind });
  }
  return runs.map(({ span }) => span);
}

function fold(span: Span, kind: FoldingRangeKind | undefined, keptLines: number): FoldingRange | undefined {
  const startLine = positionAt(span.source, span.start).line - 1;
  const endLine = positionAt(span.source, span.end).line - 1 - keptLines;
  if (endLine <= startLine) return undefined;
  return kind === undefined ? { startLine, endLine } : { startLine, endLine, kind };
}
