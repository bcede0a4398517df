/** What is said about sources that can be read and are still refused; REFRESH=1 rewrites what is expected. */

import { expect, test } from "vitest";
import { analyze } from "../src/compile.js";
import { createNodeHost } from "../src/project/host-node.js";
import { checkCatalog } from "../src/report/catalog/check-catalog.js";
import { nameCatalog } from "../src/report/catalog/name-catalog.js";
import { renderFindings } from "../src/report/render.js";
import { Report } from "../src/report/report.js";
import { corpusCases, expectedText } from "./support/corpus.js";

const reached = new Set<string>();

for (const { name, directory, entry, stem } of corpusCases("check")) {
  test(`the report on ${name} is the expected one`, () => {
    const report = new Report();
    analyze([entry], createNodeHost(directory), {}, report);
    for (const { code } of report.findings().diagnostics) reached.add(code);
    const text = renderFindings(report.findings(), { color: false });
    expect(text).toBe(expectedText(stem, ".report.txt", text));
  });
}

test("every code of names and rules is reached", () => {
  const codes = [...Object.keys(nameCatalog), ...Object.keys(checkCatalog)];
  // Only files of many thousand lines reach this one; the test of large inputs does.
  const elsewhere = ["too-many-methods"];
  expect(codes.filter((code) => !reached.has(code) && !elsewhere.includes(code))).toEqual([]);
});
