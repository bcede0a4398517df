/** Two builds of one thing, written in one text: the older one, `// becomes`, and the newer one. */

import { compareSchemas } from "../../src/check/compat/compare.js";
import type { Finding } from "../../src/check/compat/finding.js";
import { becomes } from "../../src/report/catalog/breaking-catalog.js";
import { analyzeTexts } from "../support/analyze-text.js";
import type { TextAnalysis } from "../support/analyze-text.js";

export interface TwoBuilds {
  readonly old: TextAnalysis;
  readonly new: TextAnalysis;
  readonly findings: readonly Finding[];
}

/** Compares the two halves of a text. A line `// file name.rpc` begins a further file. Fails where either has errors. */
export function twoBuilds(text: string): TwoBuilds {
  const [before, after, ...rest] = text.split(becomes);
  if (before === undefined || after === undefined || rest.length > 0) throw new Error("a text has two halves");
  return compareTexts(before, after);
}

export function compareTexts(before: string, after: string): TwoBuilds {
  const [old, now] = [analysisOf(before), analysisOf(after)];
  return { old, new: now, findings: compareSchemas(old, now) };
}

function analysisOf(text: string): TextAnalysis {
  const files: Record<string, string> = {};
  const [first = "", ...others] = text.split(/^\/\/ file /m);
  if (first.trim() !== "") files["main.rpc"] = first;
  for (const other of others) {
    const end = other.indexOf("\n");
    files[other.slice(0, end)] = other.slice(end + 1);
  }
  const analysis = analyzeTexts(files, Object.keys(files));
  const errors = analysis.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(`${text}\n${errors.map(({ message }) => message).join("\n")}`);
  return analysis;
}
