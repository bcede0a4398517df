/** Fixes: each is carried out as a whole or not at all, and none spoils another. */

import { expect, test } from "vitest";
import { createSourceFile } from "../source/source-file.js";
import { applyFixes } from "./apply-fixes.js";
import type { Diagnostic } from "./diagnostic.js";
import { createDiagnostic } from "./report.js";

const source = createSourceFile("a.rpc", "0123456789");

type Range = readonly [start: number, end: number, text: string];

function finding(...ranges: readonly Range[]): Diagnostic {
  const edits = ranges.map(([start, end, text]) => ({ span: { source, start, end }, text }));
  return createDiagnostic("allow-unused", undefined, { rule: "x" }, { fixes: [{ message: "", edits }] });
}

test.each([
  ["nothing", [], "0123456789", 0],
  ["edits in any order", [finding([7, 8, "b"]), finding([1, 2, "a"])], "0a23456b89", 2],
  ["neighbours", [finding([1, 3, "a"]), finding([3, 5, "b"])], "0ab56789", 2],
  ["an overlap, of which the first counts", [finding([1, 4, "a"]), finding([3, 5, "b"])], "0a456789", 1],
  ["two insertions at one place", [finding([1, 1, "a"]), finding([1, 1, "b"])], "0a123456789", 1],
  ["an insertion inside of a replacement", [finding([1, 4, "a"]), finding([2, 2, "b"])], "0a456789", 1],
  ["half a fix that overlaps", [finding([1, 4, "a"]), finding([3, 5, "b"], [8, 9, "c"])], "0a456789", 1],
  ["a fix of several edits", [finding([8, 9, "b"], [0, 1, "a"])], "a1234567b9", 1],
] as const)("%s", (_case, findings, text, count) => {
  const result = applyFixes(source, findings);
  expect([result.text, result.fixed.length]).toEqual([text, count]);
});

test("fixes of other files are left alone", () => {
  expect(applyFixes(createSourceFile("b.rpc", "abc"), [finding([0, 1, "x"])])).toEqual({ text: "abc", fixed: [] });
});
