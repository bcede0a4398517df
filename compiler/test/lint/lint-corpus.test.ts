/** What each rule of the linter says, and what it leaves alone; REFRESH=1 rewrites what is expected. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lintRules } from "../../src/lint/rules.js";
import { lintCatalog } from "../../src/report/catalog/lint-catalog.js";
import type { Diagnostic } from "../../src/report/diagnostic.js";
import { renderFindings } from "../../src/report/render.js";
import { Report } from "../../src/report/report.js";
import { corpusCases, expectedText } from "../support/corpus.js";
import { lintTexts, onlyRule } from "../support/lint-text.js";

const cases = corpusCases("lint");
const codes = lintRules.map(({ code }) => code);

for (const { name, stem } of cases) {
  test(`the findings about ${name} are the expected ones`, () => {
    const rules = codes.some((code) => code === name) ? onlyRule(name) : {};
    const text = rendered(lintTexts({ [`${name}.rpc`]: readFileSync(`${stem}.rpc`, "utf8") }, rules));
    expect(text).toBe(expectedText(stem, ".report.txt", text));
  });
}

test("every rule has a case of its own, and an entry in the catalogue", () => {
  expect(codes.filter((code) => !cases.some(({ name }) => name === code))).toEqual([]);
  const ofRemarks = ["allow-unknown", "allow-unused", "allow-without-reason"];
  expect([...codes, ...ofRemarks].sort()).toEqual(Object.keys(lintCatalog).sort());
});

test("every rule stands on the page on tools, with whether it is on", () => {
  const page = readFileSync(new URL("../../../docs/TOOLS.md", import.meta.url), "utf8");
  const missing = lintRules.filter(
    ({ code, isDefault }) => !page.includes(`| \`${code}\` | ${isDefault ? "on" : "off"} |`),
  );
  expect(missing.map(({ code }) => code)).toEqual([]);
});

/** The examples of the others describe the name of a file. */
const shown = Object.entries(lintCatalog).filter(([code]) => code !== "file-name");

test.each(shown)("the examples of %s are wrong and right", (code, { wrong, right }) => {
  const rules = code.startsWith("allow-") ? {} : onlyRule(code);
  const found = (text: string): readonly string[] => lintTexts({ "main.rpc": text }, rules).map((one) => one.code);
  expect(found(wrong)).toContain(code);
  expect(found(right)).not.toContain(code);
});

function rendered(findings: readonly Diagnostic[]): string {
  const report = new Report();
  for (const finding of findings) report.include(finding);
  return renderFindings(report.findings(), { color: false });
}
