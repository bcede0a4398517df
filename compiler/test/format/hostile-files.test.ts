/** Files that nobody writes: the formatter takes them in its stride, however wide, deep or long they are. */

import { expect, test } from "vitest";
import { formatSource } from "../../src/syntax/format/format.js";

function repeat(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join("");
}

test.each([
  ["ten thousand fields on a line each", `message M {\n${repeat(10_000, (i) => `${i + 1} field${i}: string\n`)}}`],
  ["ten thousand fields on one line", `message M { ${repeat(10_000, (i) => `${i + 1} field${i}: string, `)}}`],
  ["three thousand declarations on one line", repeat(3_000, (i) => `message M${i} { 1 a: string } `)],
  ["three thousand remarks in a row", `message M {\n${"// x\n".repeat(3_000)}}`],
  ["three thousand remarks on one line", `message M { ${"/* x */ ".repeat(3_000)} }`],
  ["three thousand remarks inside a field", `message M { 1 a: ${"// x\n".repeat(3_000)} string }`],
  ["three thousand errors", `service S { a(): b throws ${repeat(3_000, (i) => (i === 0 ? "E" : `, E${i}`))} }`],
  ["three thousand parameters", `service S { a(${repeat(3_000, (i) => `p${i}: string,`)}): void }`],
  ["three thousand annotations", `${"@deprecated ".repeat(3_000)} message M {}`],
  ["three thousand arguments", `@namespace("a") package p\n@a.b(${"1, ".repeat(3_000)}) message M {}`],
  [
    "three thousand reserved numbers",
    `message M { reserved ${repeat(3_000, (i) => `${i === 0 ? "" : ","} ${i * 2}`)} }`,
  ],
  ["a name of a hundred thousand letters", `message ${"M".repeat(100_000)} { 1 ${"a".repeat(100_000)}: string }`],
  ["a remark of a megabyte", `/*${"x\n".repeat(500_000)}*/ message M {}`],
  ["three thousand blank lines", `message M {${"\n".repeat(3_000)}}${"\n".repeat(3_000)}message N {}`],
])("%s", (_case, text) => {
  const formatted = formatSource(text);
  expect(formatted).toBeDefined();
  expect(formatSource(formatted ?? "")).toBe(formatted);
});
