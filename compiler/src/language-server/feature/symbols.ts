/** Outlines of documents, and declarations of the whole workspace by a part of their name. */

import { SymbolKind, SymbolTag } from "vscode-languageserver/node";
import type { DocumentSymbol, SymbolInformation } from "vscode-languageserver/node";
import type { Span } from "../../source/source-file.js";
import type { DeclarationNode, FieldNode, FileSyntax, Identifier } from "../../syntax/ast.js";
import type { MemberNode } from "../workspace/occurrences.js";
import { rangeOf } from "../workspace/positions.js";
import type { EditorWorkspace } from "../workspace/editor-workspace.js";

const kinds: Readonly<Record<DeclarationNode["kind"] | MemberNode["kind"], SymbolKind>> = {
  message: SymbolKind.Struct,
  error: SymbolKind.Class,
  union: SymbolKind.Interface,
  enum: SymbolKind.Enum,
  alias: SymbolKind.TypeParameter,
  service: SymbolKind.Module,
  field: SymbolKind.Field,
  enumValue: SymbolKind.EnumMember,
  method: SymbolKind.Method,
};

/** How many answers one search gives. */
const foundCountMax = 500;

export function outlineOf(syntax: FileSyntax): DocumentSymbol[] {
  return syntax.declarations.flatMap((node) => {
    const children = membersOf(node).flatMap((member) => memberSymbol(member));
    return symbol(node.name, node.span, kinds[node.kind], node.kind === "alias" ? "type" : node.kind, node, children);
  });
}

function memberSymbol(member: MemberNode): DocumentSymbol[] {
  const inner = member.kind === "field" && member.type.kind === "union" ? member.type.members : [];
  const detail =
    member.kind === "field" ? typeText(member) : member.kind === "enumValue" ? (member.number?.text ?? "") : "";
  const children = inner.flatMap((one) => memberSymbol(one));
  return symbol(member.name, member.span, kinds[member.kind], detail, member, children);
}

function symbol(
  name: Identifier,
  span: Span,
  kind: SymbolKind,
  detail: string,
  { annotations }: Pick<DeclarationNode, "annotations">,
  children: DocumentSymbol[],
): DocumentSymbol[] {
  // The parser stands in for a name that is missing; protocols want one.
  if (name.text === "") return children;
  const isDeprecated = annotations.some((annotation) => annotation.name.text === "deprecated");
  const range = rangeOf({
    ...span,
    start: Math.min(span.start, name.span.start),
    end: Math.max(span.end, name.span.end),
  });
  return [
    {
      name: name.text,
      detail,
      kind,
      range,
      selectionRange: rangeOf(name.span),
      children,
      ...(isDeprecated ? { tags: [SymbolTag.Deprecated] } : {}),
    },
  ];
}

function membersOf(node: DeclarationNode): readonly MemberNode[] {
  switch (node.kind) {
    case "message":
    case "error":
      return node.fields;
    case "union":
      return node.members;
    case "enum":
      return node.values;
    case "service":
      return node.methods;
    case "alias":
      return [];
  }
}

function typeText({ type }: FieldNode): string {
  return type.kind === "union" ? "union" : type.span.source.text.slice(type.span.start, type.span.end).slice(0, 100);
}

/** Declarations whose name holds the letters of `query` in their order, each once. */
export function findSymbols(workspace: EditorWorkspace, query: string): SymbolInformation[] {
  const found = new Map<string, SymbolInformation>();
  const letters = query.toLowerCase();
  for (const view of workspace.views()) {
    for (const [path, file] of view.files) {
      if (file.isStandard) continue;
      for (const node of file.syntax.declarations) {
        if (node.name.text === "" || !holds(node.name.text.toLowerCase(), letters)) continue;
        const location = { uri: workspace.documents.uriOf(path), range: rangeOf(node.name.span) };
        const containerName = file.syntax.package?.name.text ?? "";
        found.set(`${path}:${node.name.span.start}`, {
          name: node.name.text,
          kind: kinds[node.kind],
          location,
          containerName,
        });
        if (found.size >= foundCountMax) return [...found.values()];
      }
    }
  }
  return [...found.values()];
}

function holds(name: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
