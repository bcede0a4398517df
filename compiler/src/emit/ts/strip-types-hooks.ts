/** Module hooks with which a Node that cannot strip types imports a TypeScript configuration; they run on their own thread. */

import type { LoadHook } from "node:module";
import { ts } from "ts-morph";

/** Reads `.ts` and `.mts` files as ECMAScript modules without their types; leaves every other module alone. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (!/^file:[^?]*\.m?ts(\?.*)?$/.test(url)) return nextLoad(url, context);
  const loaded = await nextLoad(url, { ...context, format: "module" });
  const text = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
  return { format: "module", source: stripTypes(text, url), shortCircuit: true };
};

function stripTypes(text: string, fileName: string): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
  });
  const [first] = diagnostics;
  if (first === undefined) return outputText;
  const line =
    first.file === undefined
      ? ""
      : ` (line ${ts.getLineAndCharacterOfPosition(first.file, first.start ?? 0).line + 1})`;
  throw new SyntaxError(`${ts.flattenDiagnosticMessageText(first.messageText, " ")}${line}`);
}
