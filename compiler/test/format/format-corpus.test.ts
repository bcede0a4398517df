/** Files before and after they are formatted; REFRESH=1 rewrites what is expected. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Report } from "../../src/report/report.js";
import { decodeSource } from "../../src/syntax/decode-source.js";
import { formatFile, formatSource } from "../../src/syntax/format/format.js";
import { corpusCases, expectedText } from "../support/corpus.js";

for (const { name, stem } of corpusCases("format")) {
  test(`${name} is laid out as expected, and stays so`, () => {
    const source = decodeSource("main.rpc", readFileSync(`${stem}.rpc`), new Report());
    const text = source === undefined ? undefined : formatFile(source, new Report());
    expect(text).toBe(expectedText(stem, ".formatted.txt", text ?? ""));
    expect(formatSource(text ?? "")).toBe(text);
  });
}

test.each(["idl-examples", "compiler/stdlib", "templates"])("every file in %s is laid out", (folder) => {
  const root = join(import.meta.dirname, "../../..", folder);
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".rpc"));
  expect(paths.length).toBeGreaterThan(0);
  const different = paths.filter((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return formatSource(text) !== text;
  });
  expect(different).toEqual([]);
});

test("a file with syntax errors is left alone", () => {
  expect(formatSource("message A { 1 a string }")).toBeUndefined();
  expect(formatSource("message A { 1 a: string")).toBeUndefined();
});

test("a file without text stays without", () => {
  expect(formatSource("")).toBe("");
  expect(formatSource("\n\n  \r\n")).toBe("");
});
