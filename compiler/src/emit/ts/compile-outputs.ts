/** TypeScript sources to what a package ships: JavaScript, declarations, and maps that lead from those into the `.rpc`. */

import { ts } from "ts-morph";
import type { Report } from "../../report/report.js";
import type { Schema } from "../../schema/schema.js";
import { originsIn } from "../name-origins.js";
import { filePaths, Names } from "../names.js";
import { printDeclarationMap } from "./declaration-map.js";
import type { DeclarationMapOptions } from "./declaration-map.js";

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  isolatedDeclarations: true,
  declaration: true,
  newLine: ts.NewLineKind.LineFeed,
};

export interface CompiledText {
  /** What it was compiled from. */
  readonly text: string;
  readonly javaScript: string;
  readonly declarations: string;
}

/** What earlier calls compiled, by path; a text that is still the same is not compiled again. */
export type CompiledTexts = Map<string, CompiledText>;

/** For each `x.ts` of `texts` an `x.js`, an `x.d.ts` and, where its source can be led to, an `x.d.ts.map`. */
export function compileOutputs(
  texts: ReadonlyMap<string, string>,
  schema: Schema,
  options: DeclarationMapOptions,
  report: Report,
  memory: CompiledTexts = new Map(),
): Map<string, string> {
  const names = new Names(schema, report);
  const outputs = new Map<string, string>();
  for (const file of schema.files) {
    const origins = originsIn(file, schema, names);
    for (const path of Object.values<string>({ ...filePaths(file.path) })) {
      const text = texts.get(path);
      if (text === undefined) continue;
      const stem = path.replace(/\.ts$/, "");
      const declarations = `${stem}.d.ts`;
      const known = memory.get(path);
      const compiled = known?.text === text ? known : compileText(path, text);
      memory.set(path, compiled);
      // Names move in the source while what is generated from them stays the same.
      const map = printDeclarationMap(declarations, compiled.declarations, origins, options);
      outputs.set(`${stem}.js`, compiled.javaScript);
      if (map === undefined) {
        outputs.set(declarations, compiled.declarations);
        continue;
      }
      const name = declarations.slice(declarations.lastIndexOf("/") + 1);
      outputs.set(declarations, `${compiled.declarations}//# sourceMappingURL=${encodeURI(name)}.map\n`);
      outputs.set(`${declarations}.map`, map);
    }
  }
  return outputs;
}

/** One TypeScript file whose exports say their types. */
export function compileText(path: string, text: string): CompiledText {
  return { text, javaScript: javaScriptOf(path, text), declarations: declarationsOf(path, text) };
}

/** The same without its types. */
export function javaScriptOf(path: string, text: string): string {
  return ts.transpileModule(text, { fileName: path, compilerOptions }).outputText;
}

/** Generated sources say the type of everything that they export, so that one file at a time is enough. */
function declarationsOf(fileName: string, text: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(text, {
    fileName,
    reportDiagnostics: true,
    compilerOptions,
  });
  const [first] = diagnostics;
  if (first !== undefined) {
    const message = ts.flattenDiagnosticMessageText(first.messageText, " ");
    throw new Error(`${fileName} has no declarations of its own: ${message}`);
  }
  // The mark of generated files stands in a comment that nothing is attached to.
  const head = text.slice(0, text.indexOf("\n\n"));
  return outputText.includes(head) ? outputText : `${head}\n\n${outputText}`;
}
