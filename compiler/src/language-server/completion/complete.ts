/** What could be written next: words of the language, names with the imports that they need, numbers, paths. */

import { CompletionItemKind, MarkupKind } from "vscode-languageserver/node";
import type { CompletionItem } from "vscode-languageserver/node";
import { annotationCatalog } from "../../bind/annotation-catalog.js";
import { allBuiltinNames } from "../../bind/built-in-names.js";
import { annotationDocs, annotationExample } from "../feature/annotation-words.js";
import { builtinDocs } from "../feature/hover.js";
import type { EditorWorkspace, SeenFile } from "../workspace/editor-workspace.js";
import { rangeOf } from "../workspace/positions.js";
import type { Completing } from "./completing.js";
import { cursorAt } from "./cursor.js";
import type { Wanted } from "./cursor.js";
import { nextNumber } from "./free-number.js";
import { nameItems } from "./names.js";
import { importPathItems, packageItems } from "./paths.js";

const declarationWords: readonly string[] = [
  "message",
  "enum",
  "closed enum",
  "union",
  "error",
  "type",
  "service",
  "import",
];

const valueNames: readonly string[] = allBuiltinNames.filter((name) => name !== "void");
const keyNames: readonly string[] = allBuiltinNames.filter((name) =>
  /^(bool|string|[su]?int\d+|s?fixed\d+)$/.test(name),
);

export function completeAt(workspace: EditorWorkspace, seen: SeenFile, offset: number): CompletionItem[] {
  const { source } = seen.file.syntax;
  const cursor = cursorAt(source, offset);
  const range = rangeOf({ source, start: cursor.start, end: offset });
  return itemsFor({ workspace, seen, cursor, edit: (newText) => ({ range, newText }) }, cursor.wanted, offset);
}

function itemsFor(at: Completing, wanted: Wanted, offset: number): CompletionItem[] {
  switch (wanted.kind) {
    case "nothing":
      return [];
    case "importPath":
      return importPathItems(at, wanted.isQuoted);
    case "package":
      return packageItems(at);
    case "annotation":
      return annotationItems(at, wanted);
    case "argument":
      return argumentItems(at, wanted);
    case "declaration":
      return declarationItems(at);
    case "words":
      return wordItems(at, wanted.words);
    case "error":
    case "service":
      return nameItems(at, wanted.kind);
    case "type":
      if (wanted.isKey) return builtinItems(at, keyNames);
      return [...nameItems(at, "type"), ...builtinItems(at, valueNames), ...wordItems(at, wanted.words)];
    case "member": {
      const isNumbered = wanted.frame.kind !== "service" && wanted.frame.kind !== "enum";
      return [...(isNumbered ? numberItems(at, wanted, offset) : []), ...wordItems(at, wanted.words)];
    }
    case "enumNumber":
      return numberItems(at, wanted, offset);
  }
}

function declarationItems(at: Completing): CompletionItem[] {
  const { package: packageNode, declarations, imports } = at.seen.file.syntax;
  const isFirst = packageNode === undefined && imports.length === 0 && declarations.length === 0;
  return wordItems(at, isFirst ? ["package", ...declarationWords] : declarationWords);
}

function wordItems(at: Completing, words: readonly string[]): CompletionItem[] {
  const kind = CompletionItemKind.Keyword;
  return words.map((word) => ({ label: word, kind, textEdit: at.edit(word), sortText: `5${word}` }));
}

function numberItems(
  at: Completing,
  { frame }: Extract<Wanted, { kind: "member" | "enumNumber" }>,
  offset: number,
): CompletionItem[] {
  const number = nextNumber(at.seen.file.syntax, frame, offset);
  if (number === undefined) return [];
  const label = String(number);
  return [
    {
      label,
      kind: CompletionItemKind.Value,
      detail: "the next free number",
      textEdit: at.edit(frame.kind === "enum" ? label : `${label} `),
      sortText: "0",
      preselect: true,
    },
  ];
}

function builtinItems(at: Completing, names: readonly string[]): CompletionItem[] {
  return names.map((name) => ({
    label: name,
    kind: CompletionItemKind.Keyword,
    documentation: { kind: MarkupKind.Markdown, value: builtinDocs(name) },
    textEdit: at.edit(name),
    sortText: `3${name}`,
  }));
}

function annotationItems(at: Completing, { targets }: Extract<Wanted, { kind: "annotation" }>): CompletionItem[] {
  const rules = [...annotationCatalog.values()];
  const fitting = rules.filter((rule) => rule.targets.some((target) => targets.includes(target)));
  return fitting.map((rule) => ({
    label: rule.name,
    kind: CompletionItemKind.Property,
    detail: annotationExample(rule),
    documentation: { kind: MarkupKind.Markdown, value: annotationDocs(rule.name) ?? "" },
    textEdit: at.edit(rule.argumentCountMin === 0 ? rule.name : annotationExample(rule).slice(1)),
  }));
}

function argumentItems(at: Completing, { annotation, index }: Extract<Wanted, { kind: "argument" }>): CompletionItem[] {
  const rule = annotationCatalog.get(annotation)?.arguments[index];
  if (rule === undefined) return [];
  const words = rule.kind === "word" ? rule.words : [rule.example];
  const kind = rule.kind === "word" ? CompletionItemKind.EnumMember : CompletionItemKind.Value;
  return words.map((word) => ({ label: word, kind, textEdit: at.edit(word) }));
}
