/** Renames: where it may be done, the edits in all files, and what speaks against a new name. */

import type { Range, WorkspaceEdit } from "vscode-languageserver/node";
import { isBuiltinTypeName } from "../../bind/built-in-names.js";
import { identityOf, occurrenceAt, occurrencesIn } from "../workspace/occurrences.js";
import type { Occurrence } from "../workspace/occurrences.js";
import { rangeOf } from "../workspace/positions.js";
import type { Project, View } from "../workspace/project.js";
import type { EditorWorkspace, SeenFile } from "../workspace/editor-workspace.js";
import { placesOf } from "./references.js";
import type { FoundPlace } from "./references.js";

/** What may be renamed, or in a sentence why not. */
export type Renameable =
  | { readonly kind: "name"; readonly range: Range; readonly placeholder: string; readonly occurrence: Occurrence }
  | { readonly kind: "refused"; readonly reason: string };

export type Renaming =
  { readonly kind: "edit"; readonly edit: WorkspaceEdit } | { readonly kind: "refused"; readonly reason: string };

export function renameableAt({ view, file }: SeenFile, offset: number): Renameable {
  const occurrence = occurrenceAt(view, file, offset);
  const target = occurrence?.target;
  if (occurrence === undefined) return refused("there is no name here");
  const name = occurrence.span.source.text.slice(occurrence.span.start, occurrence.span.end);
  switch (target?.kind) {
    case undefined:
      return refused(`nothing is known of \`${name}\``);
    case "builtin":
      return refused(`\`${name}\` belongs to the language`);
    case "import":
      return refused("an import is renamed with its file");
    case "package":
      return refused(
        "a package is a part of names on the wire: clients that exist would not find its services any more",
      );
    case "annotation":
      return refused("an annotation cannot be renamed");
    case "declaration":
      if (target.symbol.file.isStandard) return refused(`\`${name}\` belongs to the standard library`);
      break;
    case "member":
      if (target.owner.file.isStandard) return refused(`\`${name}\` belongs to the standard library`);
  }
  return { kind: "name", range: rangeOf(occurrence.span), placeholder: name, occurrence };
}

/** The edits that give what stands at an offset another name; refused where the projects would mean something else after it. */
export function renameAt(workspace: EditorWorkspace, seen: SeenFile, offset: number, newName: string): Renaming {
  const renameable = renameableAt(seen, offset);
  if (renameable.kind === "refused") return renameable;
  const { target } = renameable.occurrence;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(newName))
    return refused(`\`${newName}\` is no name: names are letters, digits and _, and do not begin with a digit`);
  if (target?.kind === "declaration" && isBuiltinTypeName(newName))
    return refused(`\`${newName}\` is a type of the language`);
  const places = placesOf(workspace, seen, offset);
  const objection = newName === renameable.placeholder ? undefined : findObjection(workspace, places, newName);
  if (objection !== undefined) return refused(objection);
  return { kind: "edit", edit: { changes: editsOf(workspace, places, newName) } };
}

function editsOf(
  workspace: EditorWorkspace,
  places: readonly FoundPlace[],
  newName: string,
): NonNullable<WorkspaceEdit["changes"]> {
  const changes: NonNullable<WorkspaceEdit["changes"]> = {};
  for (const { path, occurrence } of places) {
    (changes[workspace.documents.uriOf(path)] ??= []).push({ range: rangeOf(occurrence.span), newText: newName });
  }
  return changes;
}

/** Carries the rename out in thought: it must bring no new error, and every name must mean what it meant before. */
function findObjection(workspace: EditorWorkspace, places: readonly FoundPlace[], newName: string): string | undefined {
  const byPath = new Map<string, Occurrence[]>();
  for (const { path, occurrence } of places) byPath.set(path, [...(byPath.get(path) ?? []), occurrence]);
  const overlays = new Map(workspace.documents.overlays);
  for (const [path, occurrences] of byPath) overlays.set(path, renamed(occurrences, newName));
  for (const before of workspace.views()) {
    if (![...byPath.keys()].some((path) => before.files.has(path))) continue;
    const objection = compare(before, before.project.imagine(overlays), byPath, newName);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function renamed(occurrences: readonly Occurrence[], newName: string): string {
  const sorted = [...occurrences].sort((a, b) => b.span.start - a.span.start);
  let text = sorted[0]?.span.source.text ?? "";
  for (const { span } of sorted) text = text.slice(0, span.start) + newName + text.slice(span.end);
  return text;
}

function compare(
  before: View & { readonly project: Project },
  after: View | undefined,
  places: ReadonlyMap<string, readonly Occurrence[]>,
  newName: string,
): string | undefined {
  if (after === undefined) return "the project could not be read with the new name";
  const known = new Map<string, number>();
  for (const { code, severity } of before.diagnostics)
    known.set(code + severity, (known.get(code + severity) ?? 0) + 1);
  for (const { code, severity, message } of after.diagnostics) {
    const left = (known.get(code + severity) ?? 0) - 1;
    known.set(code + severity, left);
    if (left < 0 && severity === "error") return message;
  }
  for (const [path, file] of before.files) {
    const other = after.files.get(path);
    if (other === undefined) return `${file.syntax.source.displayPath} could not be read with the new name`;
    const expected = meanings(before, path, places, newName);
    const found = meanings(after, path, new Map(), newName);
    if (expected !== found) return `\`${newName}\` would mean something else in ${file.syntax.source.displayPath}`;
  }
  return undefined;
}

/** What each name of a file refers to, with places as they are after the rename. */
function meanings(
  view: View,
  path: string,
  places: ReadonlyMap<string, readonly Occurrence[]>,
  newName: string,
): string {
  const file = view.files.get(path);
  if (file === undefined) return "";
  const moved = (identity: string): string => {
    const colon = identity.lastIndexOf(":");
    const start = Number(identity.slice(colon + 1));
    const before = (places.get(identity.slice(0, colon)) ?? []).filter(({ span }) => span.start < start);
    const shift = before.reduce((sum, { span }) => sum + newName.length - (span.end - span.start), 0);
    return `${identity.slice(0, colon)}:${start + shift}`;
  };
  return occurrencesIn(view, file)
    .map(({ target }) => {
      const identity = identityOf(target, view.files);
      return identity === undefined ? (target?.kind ?? "") : moved(identity);
    })
    .join("\n");
}

function refused(reason: string): { readonly kind: "refused"; readonly reason: string } {
  return { kind: "refused", reason };
}
