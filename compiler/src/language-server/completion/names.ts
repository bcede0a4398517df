/** Names of declarations: of the project and of the standard library, each with the import that it still needs. */

import { CompletionItemKind, CompletionItemTag, MarkupKind } from "vscode-languageserver/node";
import type { CompletionItem, TextEdit } from "vscode-languageserver/node";
import type { Scope, WantedKind } from "../../bind/scope.js";
import type { DeclaredSymbol } from "../../bind/symbol-table.js";
import type { Schema } from "../../schema/schema.js";
import type { DeclarationNode } from "../../syntax/ast.js";
import { describeDeclaration } from "../feature/hover.js";
import { rangeOf } from "../workspace/positions.js";
import type { View } from "../workspace/project.js";
import type { Completing } from "./completing.js";

const kinds: Readonly<Record<DeclarationNode["kind"], CompletionItemKind>> = {
  message: CompletionItemKind.Struct,
  error: CompletionItemKind.Class,
  union: CompletionItemKind.Interface,
  enum: CompletionItemKind.Enum,
  alias: CompletionItemKind.TypeParameter,
  service: CompletionItemKind.Module,
};

/** Every declaration that fits, those that mean something here already in front. */
export function nameItems(at: Completing, kind: WantedKind): CompletionItem[] {
  const { view, file } = at.seen;
  const scope = view.analysis.resolution.scopes.get(file);
  if (scope === undefined) return [];
  const known = scope.candidates(kind);
  const names = new Set(known.map(({ fullName }) => fullName));
  const library = at.workspace.standardLibrary();
  const others = candidatesOf(library, kind).filter(({ fullName }) => !names.has(fullName));
  return [
    ...known.map((symbol) => nameItem(at, scope, symbol, view.analysis.schema)),
    ...others.map((symbol) => nameItem(at, scope, symbol, library.analysis.schema)),
  ];
}

/** Whatever scope is asked, all declarations of its project are answered. */
function candidatesOf({ analysis }: View, kind: WantedKind): readonly DeclaredSymbol[] {
  const [scope] = analysis.resolution.scopes.values();
  return scope?.candidates(kind) ?? [];
}

function nameItem(at: Completing, scope: Scope, symbol: DeclaredSymbol, schema: Schema): CompletionItem {
  const written = scope.written(symbol);
  const isImported = scope.sees(symbol.file);
  const path = scope.importPathOf(symbol.file);
  const isDeprecated = schema.declarations.get(symbol.fullName)?.deprecated !== undefined;
  return {
    label: written,
    labelDetails: { description: isImported ? symbol.package : `import "${path}"` },
    kind: kinds[symbol.node.kind],
    documentation: { kind: MarkupKind.Markdown, value: describeDeclaration(symbol, schema) },
    textEdit: at.edit(written),
    // Whoever writes `Mon` means `shop.money.v1.Money`, too.
    filterText: at.cursor.prefix.includes(".") ? written : symbol.name,
    sortText: `${isImported ? 1 : 4}${symbol.name}`,
    ...(isDeprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
    ...(isImported ? {} : { additionalTextEdits: importEdits(scope, path) }),
  };
}

function importEdits(scope: Scope, path: string): TextEdit[] {
  return scope.importFix(path).edits.map(({ span, text }) => ({ range: rangeOf(span), newText: text }));
}
