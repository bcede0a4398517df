/** Paths behind `import` and names behind `package`. */

import { CompletionItemKind } from "vscode-languageserver/node";
import type { CompletionItem } from "vscode-languageserver/node";
import { packageOf } from "../../bind/symbol-table.js";
import { directoryOf } from "../../project/logical-path.js";
import type { Completing } from "./completing.js";

/** Every file of the project and the standard library that is not imported yet, as an import would name it. */
export function importPathItems(at: Completing, isQuoted: boolean): CompletionItem[] {
  const { view, file } = at.seen;
  const scope = view.analysis.resolution.scopes.get(file);
  if (scope === undefined) return [];
  const { text } = file.syntax.source;
  const closing = isQuoted && text.charAt(at.cursor.start + at.cursor.prefix.length) !== '"' ? '"' : "";
  const imported = new Set([file.realPath, ...file.imports.map((edge) => edge.file.realPath)]);
  const files = new Map([...view.files, ...at.workspace.standardLibrary().files]);
  return [...files.values()]
    .filter(({ realPath }) => !imported.has(realPath))
    .map((other) => {
      const path = scope.importPathOf(other);
      return {
        label: path,
        kind: CompletionItemKind.File,
        detail: packageOf(other),
        textEdit: at.edit(isQuoted ? path + closing : `"${path}"`),
        filterText: isQuoted ? path : `"${path}"`,
        sortText: `${other.isStandard ? 1 : 0}${path}`,
      };
    });
}

/** The packages of files beside this one, then what its folders suggest, then every other package. */
export function packageItems(at: Completing): CompletionItem[] {
  const { view, file } = at.seen;
  const ranks = new Map<string, string>();
  const directory = directoryOf(file.realPath);
  for (const [path, other] of view.files) {
    const name = packageOf(other);
    if (name === "" || other.isStandard || other === file) continue;
    const rank = directoryOf(path) === directory ? "0" : "2";
    if ((ranks.get(name) ?? "9") > rank) ranks.set(name, rank);
  }
  const folders = file.path.split("/").slice(0, -1);
  const stem = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.rpc$/, "");
  const parts = [...(folders.length === 0 ? [stem] : folders), "v1"].map((part) => part.replace(/[^A-Za-z0-9_]/g, "_"));
  const suggested = parts.join(".");
  if (!ranks.has(suggested)) ranks.set(suggested, "1");
  const kind = CompletionItemKind.Module;
  return [...ranks].map(([label, rank]) => ({ label, kind, textEdit: at.edit(label), sortText: rank + label }));
}
