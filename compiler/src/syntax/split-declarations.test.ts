/** Cutting a large file into parts: nothing is lost between them, and names are known across them. */

import { expect, test } from "vitest";
import { Report } from "../report/report.js";
import { createSourceFile } from "../source/source-file.js";
import { parse } from "./parse.js";
import { scan } from "./scan.js";
import { splitDeclarations } from "./split-declarations.js";

const block = "/// What it is.\n@deprecated\nmessage A# { 1 a: string, u?: union { 2 b: int32 } }\ntype B# = A#\n";
const text = Array.from({ length: 2_000 }, (_, index) => block.replaceAll("#", String(index))).join("");
const source = createSourceFile("large.rpc", text);

test("the parts of a large file are all of it, and each ends with a line", () => {
  const { tokens } = scan(source, new Report());
  const parts = [...splitDeclarations(tokens)];
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.flat()).toEqual(tokens);
  for (const part of parts.slice(1)) expect(part[0]?.image).toBe("type");
});

test("a small file has one part, an empty one as well", () => {
  expect([...splitDeclarations([])]).toEqual([[]]);
  expect([...splitDeclarations(scan(createSourceFile("a.rpc", block), new Report()).tokens)]).toHaveLength(1);
});

test("a large file has all its declarations in their order, with their docs and annotations", () => {
  const report = new Report();
  const { declarations } = parse(source, report);
  expect(report.findings().diagnostics).toEqual([]);
  expect(declarations.map(({ name }) => name.text).slice(-2)).toEqual(["A1999", "B1999"]);
  expect(declarations).toHaveLength(4_000);
  expect(declarations.filter(({ docs, annotations }) => docs !== "" && annotations.length === 1)).toHaveLength(2_000);
});

test("a name that another part declares is not taken for a habit of another language", () => {
  const report = new Report();
  parse(createSourceFile("large.rpc", `message Holder { 1 a: integer }\n${text}message integer {}\n`), report);
  expect(report.findings().diagnostics).toEqual([]);
});
