/** Compiles texts that exist in memory only, with the standard library of the disk behind them. */

import { analyze } from "../../src/compile.js";
import type { Analysis } from "../../src/compile.js";
import { createMemoryHost } from "./memory-host.js";
import { createNodeHost } from "../../src/project/host-node.js";
import type { Diagnostic } from "../../src/report/diagnostic.js";
import { Report } from "../../src/report/report.js";
import type { Schema } from "../../src/schema/schema.js";

export interface TextAnalysis extends Analysis {
  readonly diagnostics: readonly Diagnostic[];
  /** `code: message` of every finding. */
  readonly findings: readonly string[];
}

const disk = createNodeHost();

/** Analyses files by path; the first one, or those that are named, are the entries. */
export function analyzeTexts(
  files: Readonly<Record<string, string>>,
  entries?: readonly string[],
  keepsPackageWarnings: boolean = false,
): TextAnalysis {
  const report = new Report();
  const host = createMemoryHost({ files, workingDirectory: "/project", behind: disk });
  const analysis = analyze(entries ?? Object.keys(files).slice(0, 1), host, {}, report);
  // Most texts of tests are too small to need a package.
  const diagnostics = report
    .findings()
    .diagnostics.filter(({ code }) => keepsPackageWarnings || code !== "missing-package");
  return { ...analysis, diagnostics, findings: diagnostics.map(({ code, message }) => `${code}: ${message}`) };
}

/** Analyses one text. */
export function analyzeText(text: string): TextAnalysis {
  return analyzeTexts({ "main.rpc": text });
}

/** The schema of a text in which nothing is wrong. */
export function schemaOf(text: string): Schema {
  const { schema, findings } = analyzeText(text);
  if (findings.length > 0) throw new Error(findings.join("\n"));
  return schema;
}
