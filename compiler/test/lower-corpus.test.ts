/** What sources mean, as the JSON form of their schema; REFRESH=1 rewrites what is expected. */

import { expect, test } from "vitest";
import { analyze } from "../src/compile.js";
import { createNodeHost } from "../src/project/host-node.js";
import { Report } from "../src/report/report.js";
import { schemaToJson } from "../src/schema/to-json.js";
import { corpusCases, expectedText } from "./support/corpus.js";

for (const { name, directory, entry, stem } of corpusCases("lower")) {
  test(`the schema of ${name} is the expected one`, () => {
    const report = new Report();
    const { schema, isSound } = analyze([entry], createNodeHost(directory), {}, report);
    const codes = report.findings().diagnostics.map(({ code }) => code);
    expect(codes.filter((code) => code !== "missing-package")).toEqual([]);
    expect(isSound).toBe(true);
    const text = schemaToJson(schema);
    expect(text).toBe(expectedText(stem, ".schema.json", text));
  });
}
