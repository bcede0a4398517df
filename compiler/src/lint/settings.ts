/** What a project says about the rules, checked against what there is to say. */

import { isBreakingCode } from "../report/catalog/breaking-catalog.js";
import { catalog, isCode } from "../report/catalog.js";
import { didYouMean } from "../report/did-you-mean.js";
import type { RuleOptions } from "./rule.js";
import { lintRules } from "./rules.js";

export type LintSeverity = "off" | "warning" | "error";

/** How one rule is set: its severity, or that and its options. */
export type RuleSetting = LintSeverity | readonly [severity: LintSeverity, options?: Readonly<Record<string, unknown>>];

/** Settings that can be used. What is not in them is as it is by default. */
export interface LintSettings {
  readonly severities: ReadonlyMap<string, LintSeverity>;
  readonly options: ReadonlyMap<string, RuleOptions>;
}

/** Every rule as it is by default. */
export const defaultSettings: LintSettings = { severities: new Map(), options: new Map() };

export type SettingsResult =
  | { readonly kind: "settings"; readonly settings: LintSettings }
  | { readonly kind: "invalid"; readonly reason: string };

/** Rules of the linter, and warnings of the compiler, which the linter shows as well and which can be set the same way. */
export const settableNames: ReadonlySet<string> = new Set([
  ...lintRules.map(({ code }) => code),
  ...Object.entries(catalog)
    .filter(([code, { severity }]) => severity === "warning" && !code.startsWith("allow-") && !isBreakingCode(code))
    .map(([code]) => code),
]);

/** Checks settings by rule name; their shapes were checked with the configuration. */
export function readSettings(rules: Readonly<Record<string, RuleSetting>>): SettingsResult {
  const severities = new Map<string, LintSeverity>();
  const options = new Map<string, RuleOptions>();
  for (const [name, setting] of Object.entries(rules)) {
    if (!settableNames.has(name)) return { kind: "invalid", reason: unknownRule(name) };
    const [severity, given = {}] = typeof setting === "string" ? [setting] : setting;
    severities.set(name, severity);
    const problem = optionsProblem(name, given);
    if (problem !== undefined) return { kind: "invalid", reason: problem };
    // Each was compared with the type of its default.
    options.set(name, given as RuleOptions);
  }
  return { kind: "settings", settings: { severities, options } };
}

function unknownRule(name: string): string {
  if (isCode(name)) return `\`lint.rules\`: \`${name}\` is an error and cannot be set`;
  const similar = didYouMean(name, settableNames);
  const hint = similar === undefined ? "`rpcgen explain` lists the rules" : `did you mean \`${similar}\`?`;
  return `\`lint.rules\`: there is no rule \`${name}\`; ${hint}`;
}

function optionsProblem(name: string, given: Readonly<Record<string, unknown>>): string | undefined {
  const defaults = lintRules.find(({ code }) => code === name)?.options ?? {};
  for (const [key, value] of Object.entries(given)) {
    const usual = Object.hasOwn(defaults, key) ? defaults[key] : undefined;
    if (usual === undefined) {
      const similar = didYouMean(key, Object.keys(defaults));
      const all = Object.keys(defaults).join(", ");
      const hint =
        similar !== undefined ? `did you mean \`${similar}\`?` : all === "" ? "it has none" : `there is ${all}`;
      return `\`lint.rules\`: \`${name}\` has no option \`${key}\`; ${hint}`;
    }
    const wanted = typeof usual === "number" ? "a number that is not negative" : "an array of strings";
    const isRight =
      typeof usual === "number"
        ? typeof value === "number" && value >= 0
        : Array.isArray(value) && value.every((item) => typeof item === "string");
    if (!isRight) return `\`lint.rules\`: the option \`${key}\` of \`${name}\` must be ${wanted}`;
  }
  return undefined;
}
