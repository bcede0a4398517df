/** Which repairs may be carried out without asking. */

import { expect, test } from "vitest";
import { createSourceFile } from "../source/source-file.js";
import { isCertain } from "./certain-fixes.js";
import type { Code } from "./catalog.js";
import type { Diagnostic } from "./diagnostic.js";

function finding(code: Code, before: string, after: string): Diagnostic {
  const span = { source: createSourceFile("a.rpc", before), start: 0, end: before.length };
  const fixes = [{ message: "write it otherwise", edits: [{ span, text: after }] }];
  return { code, severity: "error", message: "", span, label: undefined, notes: [], related: [], fixes };
}

test.each<readonly [string, boolean, Code, string, string]>([
  ["the same words in another order are", true, "type-first", "string id", "id: string"],
  [
    "an option that would be lost is not",
    false,
    "foreign-modifier",
    "repeated A a = 2 [deprecated = true]",
    "2 a: A[]",
  ],
  ["a number that nobody wrote is not", false, "foreign-declaration", "type U = { a: A }", "message U { 1 a: A }"],
  ["a word of another language is", true, "foreign-declaration", "struct", "message"],
  ["a name that is only spelt alike is not", false, "unknown-type", "Lime", "Line"],
  ["an import that does nothing is", true, "import-unused", 'import "a.rpc"', ""],
])("%s", (_, expected, code, before, after) => {
  expect(isCertain(finding(code, before, after))).toBe(expected);
});
