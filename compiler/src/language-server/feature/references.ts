/** Definition, references and highlights: from one name to all the places of what it stands for. */

import { DocumentHighlightKind } from "vscode-languageserver/node";
import type { DocumentHighlight, DocumentLink, Location, LocationLink } from "vscode-languageserver/node";
import { declaredNameOf, identityOf, occurrenceAt, occurrencesIn, pathOfSource } from "../workspace/occurrences.js";
import type { Occurrence } from "../workspace/occurrences.js";
import { rangeOf } from "../workspace/positions.js";
import type { EditorWorkspace, SeenFile } from "../workspace/editor-workspace.js";

const startOfFile = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function definitionAt(workspace: EditorWorkspace, { view, file }: SeenFile, offset: number): LocationLink[] {
  const occurrence = occurrenceAt(view, file, offset);
  if (occurrence?.target === undefined) return [];
  const { target } = occurrence;
  const originSelectionRange = rangeOf(occurrence.whole);
  if (target.kind === "import") {
    if (target.file === undefined) return [];
    const targetUri = workspace.documents.uriOf(target.file.realPath);
    return [{ originSelectionRange, targetUri, targetRange: startOfFile, targetSelectionRange: startOfFile }];
  }
  const name = declaredNameOf(target);
  const path = name === undefined ? undefined : pathOfSource(view.files, name.source);
  if (name === undefined || path === undefined) return [];
  const whole =
    target.kind === "declaration" ? target.symbol.node.span : target.kind === "member" ? target.node.span : name;
  return [
    {
      originSelectionRange,
      targetUri: workspace.documents.uriOf(path),
      targetRange: rangeOf(whole),
      targetSelectionRange: rangeOf(name),
    },
  ];
}

/** A place in one file, and the name that stands there. */
export interface FoundPlace {
  readonly path: string;
  readonly occurrence: Occurrence;
}

/** Every place of what stands at an offset, in all projects and each once; empty where nothing can be referred to. */
export function placesOf(workspace: EditorWorkspace, { view, file }: SeenFile, offset: number): readonly FoundPlace[] {
  const identity = identityOf(occurrenceAt(view, file, offset)?.target, view.files);
  if (identity === undefined) return [];
  const places = new Map<string, FoundPlace>();
  for (const other of workspace.views()) {
    for (const [path, seen] of other.files) {
      for (const occurrence of occurrencesIn(other, seen)) {
        if (identityOf(occurrence.target, other.files) !== identity) continue;
        places.set(`${path}:${occurrence.span.start}`, { path, occurrence });
      }
    }
  }
  return [...places.values()];
}

export function referencesAt(
  workspace: EditorWorkspace,
  seen: SeenFile,
  offset: number,
  includesDeclaration: boolean,
): Location[] {
  return placesOf(workspace, seen, offset)
    .filter(({ occurrence }) => includesDeclaration || !occurrence.isDeclaration)
    .map(({ path, occurrence }) => ({ uri: workspace.documents.uriOf(path), range: rangeOf(occurrence.span) }));
}

export function highlightsAt({ view, file }: SeenFile, offset: number): DocumentHighlight[] {
  const identity = identityOf(occurrenceAt(view, file, offset)?.target, view.files);
  if (identity === undefined) return [];
  return occurrencesIn(view, file)
    .filter(({ target }) => identityOf(target, view.files) === identity)
    .map(({ span, isDeclaration }) => ({
      range: rangeOf(span),
      kind: isDeclaration ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
}

export function linksIn(workspace: EditorWorkspace, { file }: SeenFile): DocumentLink[] {
  return file.imports.map(({ node, file: imported }) => ({
    range: rangeOf(node.path.span),
    target: workspace.documents.uriOf(imported.realPath),
    tooltip: imported.syntax.source.displayPath,
  }));
}
