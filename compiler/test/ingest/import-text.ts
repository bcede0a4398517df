/** Imports texts that exist in memory only, and compiles what comes out. */

import { analyzeTexts } from "../support/analyze-text.js";
import type { TextAnalysis } from "../support/analyze-text.js";
import { importForeign } from "../../src/ingest/import-foreign.js";
import type { Diagnostic } from "../../src/report/diagnostic.js";
import { Report } from "../../src/report/report.js";
import { createSourceFile } from "../../src/source/source-file.js";

export interface ImportedTexts {
  /** `.rpc` by path. */
  readonly texts: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
  readonly codes: readonly string[];
  readonly report: Report;
}

/** Imports files by path; all of them are entries, and imports are looked up by path. */
export function importTexts(files: Readonly<Record<string, string>>, hasExactTimes: boolean = false): ImportedTexts {
  const report = new Report();
  const sources = new Map(Object.entries(files).map(([path, text]) => [path, createSourceFile(path, text)]));
  const imported = importForeign([...sources.values()], (path) => sources.get(path), { hasExactTimes }, report);
  const { diagnostics } = report.findings();
  return {
    texts: Object.fromEntries(imported.map(({ path, text }) => [path, text])),
    diagnostics,
    codes: [...new Set(diagnostics.map(({ code }) => code))],
    report,
  };
}

/** The errors of the compiler in all of the texts. */
export function compileImported(texts: Readonly<Record<string, string>>): {
  readonly analysis: TextAnalysis;
  readonly errors: readonly string[];
} {
  const analysis = analyzeTexts(texts, Object.keys(texts));
  const errors = analysis.diagnostics.filter(({ severity }) => severity === "error");
  return { analysis, errors: errors.map(({ code, message }) => `${code}: ${message}`) };
}
