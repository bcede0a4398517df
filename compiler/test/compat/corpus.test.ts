/** What is said about whole changes, in the words that people read; REFRESH=1 rewrites what is expected. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { reportFindings } from "../../src/check/compat/report-findings.js";
import { renderFindings } from "../../src/report/render.js";
import { Report } from "../../src/report/report.js";
import { corpusCases, expectedText } from "../support/corpus.js";
import { compareTexts, twoBuilds } from "./two-builds.js";
import type { TwoBuilds } from "./two-builds.js";

function rendered({ findings }: TwoBuilds): string {
  const report = new Report();
  reportFindings(findings, report);
  return renderFindings(report.findings(), { color: false });
}

for (const { name, directory, entry, stem } of corpusCases("breaking")) {
  test(`the report on ${name} is the expected one`, () => {
    const text = rendered(twoBuilds(readFileSync(join(directory, entry), "utf8")));
    expect(text).toBe(expectedText(stem, ".report.txt", text));
  });
}

test("the example of a change that breaks nothing is all additions", () => {
  const read = (version: string): string =>
    readFileSync(
      fileURLToPath(new URL(`../../../idl-examples/evolution/${version}/inventory.rpc`, import.meta.url)),
      "utf8",
    );
  const { findings } = compareTexts(read("v1"), read("v2"));
  expect(findings.map(({ weight }) => weight)).not.toContain("breaking");
  expect(findings.map(({ rule, subject }) => `${rule} ${subject}`).sort()).toEqual([
    "enum-value-added evolution.inventory.v1.Condition.REFURBISHED",
    "field-added evolution.inventory.v1.Item.location",
    "field-added evolution.inventory.v1.Item.tags",
    "method-added evolution.inventory.v1.Inventory.list",
    "throws-added evolution.inventory.v1.Inventory.get",
    "union-member-added evolution.inventory.v1.Change.moved",
  ]);
  expect(
    compareTexts(read("v2"), read("v1")).findings.filter(({ weight }) => weight === "breaking").length,
  ).toBeGreaterThan(6);
});
