/** The linter: runs the rules that are on, leaves out what remarks allow, and says what is wrong with those remarks. */

import type { Diagnostic } from "../report/diagnostic.js";
import type { Places } from "../schema/places.js";
import type { Schema } from "../schema/schema.js";
import type { FileSyntax } from "../syntax/ast.js";
import { Allowances } from "./allowances.js";
import { lintRules } from "./rules.js";
import { defaultSettings, settableNames } from "./settings.js";
import type { LintSettings, LintSeverity } from "./settings.js";

/** What is linted; an analysis without errors has all of it. */
export interface LintInput {
  readonly schema: Schema;
  readonly places: Places;
  /** The files that findings are wanted about, by logical path. */
  readonly files: ReadonlyMap<string, FileSyntax>;
  /** What the compiler warned of; the settings and the remarks count for that, too. */
  readonly warnings: readonly Diagnostic[];
}

/** Findings in no particular order. A pure function: the same input gives the same findings. */
export function lint(input: LintInput, settings: LintSettings = defaultSettings): readonly Diagnostic[] {
  const { schema, places, files, warnings } = input;
  const subject = { schema, places, files: schema.files.filter(({ path }) => files.has(path)) };
  const running = lintRules.filter(({ code, isDefault }) => severityOf(code, isDefault, settings) !== "off");
  const found = [...warnings, ...running.flatMap((rule) => rule.run(subject, settings.options.get(rule.code) ?? {}))];
  const allowances = new Map([...files].map(([path, file]) => [path, new Allowances(file, settableNames)]));
  const kept = found.filter((finding) => {
    const path = finding.span?.source.path;
    if (path !== undefined && !files.has(path)) return false;
    return path === undefined || allowances.get(path)?.allows(finding) !== true;
  });
  const isRunning = new Set<string>(running.map(({ code }) => code));
  const isOff = (name: string): boolean =>
    settings.severities.get(name) === "off" || (!isRunning.has(name) && lintRules.some(({ code }) => code === name));
  const ofRemarks = [...allowances.values()].flatMap((each) => each.findings(isOff));
  return [...kept, ...ofRemarks].flatMap((finding) => {
    const severity = settings.severities.get(finding.code) ?? finding.severity;
    return severity === "off" ? [] : [{ ...finding, severity }];
  });
}

function severityOf(code: string, isDefault: boolean, settings: LintSettings): LintSeverity {
  return settings.severities.get(code) ?? (isDefault ? "warning" : "off");
}

/** Codes whose fixes change no behaviour and can be carried out unasked: of some rules, and of some warnings. */
export const safelyFixed: ReadonlySet<string> = new Set([
  ...lintRules.filter(({ hasSafeFixes }) => hasSafeFixes).map(({ code }) => code),
  "import-unused",
  "import-repeated",
  "misplaced-doc",
  "allow-unknown",
]);
