/** What is said about sources that can be read and are still refused; REFRESH=1 rewrites what is expected. */

import { expect, test } from "vitest";
import { analyze } from "../src/compile.js";
import { createNodeHost } from "../src/project/host-node.js";
import { renderFindings } from "../src/report/render.js";
import { Report } from "../src/report/report.js";
import { corpusCases, expectedText } from "./support/corpus.js";

for (const { name, directory, entry, stem } of corpusCases("check")) {
  test(`the report on ${name} is the expected one`, () => {
    const report = new Report();
    analyze([entry], createNodeHost(directory), {}, report);
    const text = renderFindings(report.findings(), { color: false });
    expect(text).toBe(expectedText(stem, ".report.txt", text));
  });
}
