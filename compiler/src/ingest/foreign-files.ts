/** Follows the imports of foreign files: each file is read once, and circles are reported and cut. */

import type { Report } from "../report/report.js";
import type { SourceFile, Span } from "../source/source-file.js";

/** One import as a foreign file writes it. */
export interface ForeignImport {
  readonly path: string;
  readonly span: Span;
  /** Whether what the imported file declares is visible to those that import the importing one. */
  readonly isPublic: boolean;
}

/** A file with the files it imports that could be found. */
export interface ForeignFile<T> {
  readonly syntax: T;
  /** Logical path, with `/`. */
  readonly path: string;
  readonly imports: readonly { readonly edge: ForeignImport; readonly file: ForeignFile<T> }[];
}

export interface ForeignLanguage<T> {
  readonly parse: (source: SourceFile, report: Report) => T;
  readonly importsOf: (syntax: T) => readonly ForeignImport[];
  /** Whether a missing file is no loss. */
  readonly isOptional: (path: string) => boolean;
}

/** Finds the file that an import means; undefined where there is none. */
export type FindForeign = (path: string, from: SourceFile) => SourceFile | undefined;

interface OpenFile<T> extends ForeignFile<T> {
  readonly imports: { readonly edge: ForeignImport; readonly file: OpenFile<T> }[];
}

/** All files that `entries` need, imported before importing. */
export function followImports<T>(
  entries: readonly SourceFile[],
  find: FindForeign,
  language: ForeignLanguage<T>,
  report: Report,
): readonly ForeignFile<T>[] {
  const files = new Map<string, OpenFile<T>>();
  const queue: { readonly file: OpenFile<T>; readonly source: SourceFile }[] = [];
  const open = (source: SourceFile): OpenFile<T> => {
    const known = files.get(source.path);
    if (known !== undefined) return known;
    const file: OpenFile<T> = { syntax: language.parse(source, report), path: source.path, imports: [] };
    files.set(source.path, file);
    queue.push({ file, source });
    return file;
  };
  for (const entry of entries) open(entry);
  // The list grows while it is walked.
  for (const { file, source } of queue) {
    for (const edge of language.importsOf(file.syntax)) {
      const found = find(edge.path, source);
      if (found !== undefined) file.imports.push({ edge, file: open(found) });
      else if (!language.isOptional(edge.path)) {
        report.add("imported-import-missing", edge.span, { path: JSON.stringify(edge.path) });
      }
    }
  }
  return sorted([...files.values()], report);
}

/** Depth first without recursion, since chains of imports may be long. */
function sorted<T>(files: readonly OpenFile<T>[], report: Report): readonly OpenFile<T>[] {
  const state = new Map<OpenFile<T>, "open" | "done">();
  const order: OpenFile<T>[] = [];
  for (const root of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const stack = state.has(root) ? [] : [{ file: root, next: 0 }];
    if (stack.length > 0) state.set(root, "open");
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = top.file.imports[top.next];
      if (edge === undefined) {
        state.set(top.file, "done");
        order.push(top.file);
        stack.pop();
      } else if (state.get(edge.file) === "open") {
        const cycle = stack.map(({ file }) => file.path);
        const shown = [...cycle.slice(cycle.indexOf(edge.file.path)), edge.file.path];
        report.add("imported-import-cycle", edge.edge.span, { cycle: shown.join(" -> ") });
        top.file.imports.splice(top.next, 1);
      } else {
        top.next += 1;
        if (state.has(edge.file)) continue;
        state.set(edge.file, "open");
        stack.push({ file: edge.file, next: 0 });
      }
    }
  }
  return order;
}
