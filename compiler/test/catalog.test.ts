/** The catalogue: every entry is written as the others, its examples show what they say, and some test reaches it. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ingestCatalog } from "../src/report/catalog/ingest-catalog.js";
import { lintCatalog } from "../src/report/catalog/lint-catalog.js";
import { syntaxCatalog } from "../src/report/catalog/syntax-catalog.js";
import { isBreakingCode } from "../src/report/catalog/breaking-catalog.js";
import { catalog, isCode } from "../src/report/catalog.js";
import type { Code } from "../src/report/catalog.js";
import { Report } from "../src/report/report.js";
import { createSourceFile } from "../src/source/source-file.js";
import { parse } from "../src/syntax/parse.js";
import { analyzeTexts } from "./support/analyze-text.js";

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

/** Examples that describe a file, a disk or a command rather than show the text of one file. */
const described: ReadonlySet<Code> = new Set<Code>([
  "file-too-large",
  "not-utf8",
  "nesting-too-deep",
  "package-collision",
  "import-not-found",
  "import-path-invalid",
  "import-cycle",
  "import-repeated",
  "import-unused",
  "not-imported",
  "too-many-methods",
  "output-collision",
  "output-path-invalid",
  "output-edited",
  "output-not-generated",
  "write-failed",
  "read-failed",
  "template-invalid",
  "emitter-failed",
  "emitter-error",
  "emitter-warning",
  "config-invalid",
  // What they speak of stands in files of other languages.
  ...Object.keys(ingestCatalog).filter(isCode),
]);

/** Examples of breaking changes are two texts, and those of the linter need the linter; both have tests of their own. */
const isOfCompiler = (code: Code): boolean =>
  !described.has(code) && !isBreakingCode(code) && !Object.hasOwn(lintCatalog, code);

test.each(codes.filter(isOfCompiler))("the examples of %s are wrong and right", (code) => {
  const { wrong, right } = catalog[code];
  const found = (text: string): readonly string[] =>
    analyzeTexts({ "main.rpc": text }, undefined, true).diagnostics.map(({ code }) => code);
  expect(found(wrong)).toContain(code);
  expect(found(right)).not.toContain(code);
});

test.each(Object.entries(syntaxCatalog).filter(([code]) => isCode(code) && !described.has(code)))(
  "the right example of %s can be read without a finding",
  (_code, { right }) => {
    const report = new Report();
    parse(createSourceFile("example.rpc", right), report);
    expect(report.findings().diagnostics).toEqual([]);
  },
);

/** Codes that no small text reaches, and the tests that do; paths from `compiler/`. */
const reachedBy: Readonly<Partial<Record<Code, string>>> = {
  "file-too-large": "src/syntax/decode-source.test.ts",
  "nesting-too-deep": "src/syntax/hostile-text.test.ts",
  "not-utf8": "src/project/load.test.ts",
  "output-collision": "src/check/rules/portable-paths.test.ts",
  "output-not-generated": "src/project/write.test.ts",
  "output-path-invalid": "src/project/write.test.ts",
  "read-failed": "src/project/load.test.ts",
  "template-invalid": "test/command/export.test.ts",
  "emitter-failed": "test/command/emitters.test.ts",
  "emitter-error": "test/command/emitters.test.ts",
  "emitter-warning": "test/command/emitters.test.ts",
  "too-many-methods": "test/large-inputs.test.ts",
  "write-failed": "src/project/write.test.ts",
  "config-invalid": "test/command/config.test.ts",
  "output-edited": "test/command/import.test.ts",
  "imported-import-cycle": "test/ingest/import-hostile.test.ts",
  "imported-standard": "test/ingest/import-hostile.test.ts",
};

test("every code is reached: by a file of the corpus, or by a test that names it", () => {
  const corpus = join(import.meta.dirname, "corpus");
  const reports = readdirSync(corpus, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".txt"));
  const reached = new Set(
    reports.flatMap((path) =>
      [...readFileSync(join(corpus, path), "utf8").matchAll(/^(?:error|warning) ([a-z0-9-]+): /gm)].map(
        (match) => match[1],
      ),
    ),
  );
  const isNamed = (code: Code, path: string | undefined): boolean =>
    path !== undefined && readFileSync(join(import.meta.dirname, "..", path), "utf8").includes(code);
  expect(codes.filter((code) => !reached.has(code) && !isNamed(code, reachedBy[code]))).toEqual([]);
  expect(codes.filter((code) => reached.has(code) && reachedBy[code] !== undefined)).toEqual([]);
});
