/** The catalogue: every entry is written as the others, and the examples of syntax show what they say. */

import { expect, test } from "vitest";
import { syntaxCatalog } from "../src/report/catalog/syntax-catalog.js";
import { catalog, isCode } from "../src/report/catalog.js";
import { Report } from "../src/report/report.js";
import { createSourceFile } from "../src/source/source-file.js";
import { parse } from "../src/syntax/parse.js";

const codes = Object.keys(catalog).filter(isCode).sort();

test.each(codes)("%s is a word in kebab-case with a sentence that explains it and two examples", (code) => {
  const { explanation, wrong, right } = catalog[code];
  expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(explanation).toMatch(/^[A-Z`].*[.)]$/);
  expect(wrong).not.toBe("");
  expect(right).not.toBe("");
  expect(wrong).not.toBe(right);
});

test("names of objects are not codes", () => {
  expect(["constructor", "__proto__", "toString", ""].filter(isCode)).toEqual([]);
});

/** Examples that describe a file rather than show its text. */
const described = new Set(["file-too-large", "not-utf8", "nesting-too-deep"]);

test.each(Object.entries(syntaxCatalog).filter(([code]) => !described.has(code)))(
  "the examples of %s are wrong and right",
  (code, { wrong, right }) => {
    expect(codesOf(wrong)).toContain(code);
    expect(codesOf(right)).toEqual([]);
  },
);

function codesOf(text: string): string[] {
  const report = new Report();
  parse(createSourceFile("example.rpc", text), report);
  return report.findings().diagnostics.map((diagnostic) => diagnostic.code);
}
