/** Lints texts that exist in memory only. */

import { lint } from "../../src/lint/lint.js";
import { readSettings } from "../../src/lint/settings.js";
import type { RuleSetting } from "../../src/lint/settings.js";
import { lintRules } from "../../src/lint/rules.js";
import type { Diagnostic } from "../../src/report/diagnostic.js";
import { analyzeTexts } from "./analyze-text.js";

/** The findings about all of `files` but the standard library; the text must have no errors. */
export function lintTexts(
  files: Readonly<Record<string, string>>,
  rules: Readonly<Record<string, RuleSetting>> = {},
): readonly Diagnostic[] {
  const { project, schema, places, diagnostics, isSound } = analyzeTexts(files, undefined, true);
  if (!isSound) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const result = readSettings(rules);
  if (result.kind === "invalid") throw new Error(result.reason);
  const own = project.files.filter(({ isStandard }) => !isStandard);
  const syntaxes = new Map(own.map(({ path, syntax }) => [path, syntax]));
  return lint({ schema, places, files: syntaxes, warnings: diagnostics }, result.settings);
}

/** Settings in which nothing is on but one rule. */
export function onlyRule(code: string): Readonly<Record<string, RuleSetting>> {
  return Object.fromEntries(lintRules.map((rule) => [rule.code, rule.code === code ? "warning" : "off"]));
}
