/** Texts that are large, deep or broken on purpose: parsing ends, stays linear, and says something bounded. */

import { expect, test } from "vitest";
import { diagnosticCountMax, Report } from "../report/report.js";
import type { Findings } from "../report/report.js";
import { createSourceFile } from "../source/source-file.js";
import type { FileSyntax } from "./ast.js";
import { parse } from "./parse.js";

const million = 1_000_000;

function read(text: string): Findings & { readonly file: FileSyntax; readonly codes: readonly string[] } {
  const report = new Report();
  const file = parse(createSourceFile("hostile.rpc", text), report);
  const findings = report.findings();
  return { ...findings, file, codes: [...new Set(findings.diagnostics.map(({ code }) => code))] };
}

test.each([
  ["a comment of a megabyte that never ends", `/${"*".repeat(million)}`, "unterminated-comment"],
  ["a comment that opens again and again", "/*".repeat(million / 2), "unexpected-text"],
  ["a name of a megabyte", "a".repeat(million), "unknown-keyword"],
  ["a number of a megabyte", `message A { ${"9".repeat(million)} a: string }`, "malformed-number"],
  ["an exponent after an exponent", `@a(${"1e".repeat(million / 2)}) type A = string`, "malformed-number"],
  ["a string of a megabyte that never ends", `"${"a".repeat(million)}`, "unterminated-string"],
  ["a string of backslashes", `"${"\\".repeat(million)}`, "unterminated-string"],
  ["a name with half a million hyphens", `a${"-a".repeat(million / 2)}`, "malformed-name"],
  ["a dotted name of 200,000 parts that ends in a dot", `type A = a${".b".repeat(200_000)}.`, "missing-part"],
  ["a hundred thousand invisible characters", "\u200b".repeat(100_000), "invisible-character"],
  ["a hundred thousand annotations", "@a ".repeat(100_000), "misplaced-annotation"],
  ["a hundred thousand closing braces", "}".repeat(100_000), "unopened-bracket"],
  ["a hundred thousand messages without end", "message A {\n".repeat(100_000), "unclosed-bracket"],
])("reads %s", (_name, text, code) => {
  const { diagnostics, codes } = read(text);
  expect(codes).toContain(code);
  expect(diagnostics.length).toBeLessThanOrEqual(diagnosticCountMax);
  for (const { message } of diagnostics) expect(message.length).toBeLessThanOrEqual(300);
});

test.each([
  ["generic types", `message A { 1 a: ${"list<".repeat(100_000)}`],
  ["maps", `message A { 1 a: ${"map<string,".repeat(100_000)}`],
  ["parentheses", "(".repeat(100_000)],
  ["parentheses of an annotation", `@a${"(".repeat(100_000)}`],
  ["braces", "{".repeat(100_000)],
  ["messages in messages", "message A { ".repeat(100_000)],
  ["unions in unions", `message A { ${"u?: union { ".repeat(100_000)}`],
  ["lists of lists", `type A = B${"[]".repeat(100_000)}`],
])("refuses a hundred thousand nested %s with one sentence", (_name, text) => {
  const { diagnostics } = read(text);
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ["nesting-too-deep", "brackets are nested more than 100 deep"],
  ]);
});

test("reads a hundred levels of nesting", () => {
  const { diagnostics } = read(`message A { 1 a: ${"list<".repeat(99)}int32${">".repeat(99)} }`);
  expect(diagnostics.map(({ code }) => code)).not.toContain("nesting-too-deep");
});

test("shows the first hundred of fifty thousand mistakes, in order, and counts the rest", () => {
  const { diagnostics, more } = read(`message A {\n${"  ! !\n".repeat(50_000)}}`);
  expect(diagnostics.length).toBe(100);
  expect(more).toBe(49_900);
  expect(diagnostics.map(({ span }) => span?.start)).toEqual(Array.from({ length: 100 }, (_, index) => 14 + index * 6));
});

test("reads a hundred thousand fields of one message", () => {
  const lines = Array.from({ length: 100_000 }, (_, index) => `  ${index + 1} f${index}: string`);
  const { diagnostics, file } = read(`message A {\n${lines.join("\n")}\n}`);
  expect(diagnostics).toEqual([]);
  expect(file.declarations[0]).toMatchObject({ kind: "message", fields: { length: 100_000 } });
});
