/** The parameters of the annotation that is being written. */

import { MarkupKind } from "vscode-languageserver/node";
import type { SignatureHelp } from "vscode-languageserver/node";
import { annotationCatalog } from "../../bind/annotation-catalog.js";
import { cursorAt } from "../completion/cursor.js";
import type { SeenFile } from "../workspace/editor-workspace.js";
import { annotationMeaning, annotationParameters } from "./annotation-words.js";

/** Undefined outside of an annotation's parentheses. */
export function signatureAt({ file }: SeenFile, offset: number): SignatureHelp | undefined {
  const { wanted } = cursorAt(file.syntax.source, offset);
  const rule = wanted.kind === "argument" ? annotationCatalog.get(wanted.annotation) : undefined;
  if (rule === undefined || wanted.kind !== "argument") return undefined;
  const parameters = annotationParameters(rule);
  return {
    signatures: [
      {
        label: `@${rule.name}(${parameters.join(", ")})`,
        documentation: { kind: MarkupKind.Markdown, value: annotationMeaning(rule.name) },
        parameters: parameters.map((label) => ({ label })),
      },
    ],
    activeSignature: 0,
    activeParameter: Math.min(wanted.index, Math.max(0, parameters.length - 1)),
  };
}
