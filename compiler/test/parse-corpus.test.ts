/** Every `.rpc` file of the parse corpus against its expected tree and report; `REFRESH=1` writes what is found. */

import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderFindings } from "../src/report/render.js";
import { Report } from "../src/report/report.js";
import { decodeSource } from "../src/syntax/decode-source.js";
import { parse } from "../src/syntax/parse.js";
import { printSyntax } from "./print-syntax.js";

const root = fileURLToPath(new URL("./corpus/parse/", import.meta.url));
const isRefreshing = process.env.REFRESH === "1";
const entries = readdirSync(root, { recursive: true, encoding: "utf8" }).map((entry) => entry.replaceAll("\\", "/"));
const sources = entries.filter((entry) => entry.endsWith(".rpc")).sort();

for (const path of sources) {
  test(`parses ${path} into the expected tree and report`, () => {
    const report = new Report();
    const source = decodeSource(path, readFileSync(root + path), report);
    const tree = source === undefined ? "" : printSyntax(parse(source, report));
    compare(path.replace(/\.rpc$/, ".ast.txt"), tree);
    compare(path.replace(/\.rpc$/, ".report.txt"), renderFindings(report.findings(), { color: false }));
  });
}

test("right files have no report but that of a file that declares nothing", () => {
  const reports = entries.filter((entry) => entry.startsWith("right/") && entry.endsWith(".report.txt")).sort();
  expect(reports).toEqual([
    "right/empty.report.txt",
    "right/only-comments.report.txt",
    "right/only-package.report.txt",
  ]);
});

test("every expectation belongs to a source", () => {
  const known = new Set(sources.map((path) => path.replace(/\.rpc$/, "")));
  const stale = entries.filter(
    (entry) => entry.endsWith(".txt") && !known.has(entry.replace(/\.(ast|report)\.txt$/, "")),
  );
  expect(stale).toEqual([]);
});

/** A missing file stands for "". */
function compare(path: string, actual: string): void {
  const file = root + path;
  if (isRefreshing) {
    if (actual !== "") writeFileSync(file, actual);
    else rmSync(file, { force: true });
  }
  expect(actual).toBe(existsSync(file) ? readFileSync(file, "utf8") : "");
}
