/** Each law of the house finds the breach that is planted here, and nothing in what is right. */

import { expect, test } from "vitest";
import { findCircles } from "./circles.js";
import { findForbiddenImports } from "./import-laws.js";
import { findLongFiles, findLongFunctions, findMissingSentences } from "./shape.js";
import { parseSource } from "./sources.js";
import { findBannedNames, findBannedText } from "./words.js";

test.each([
  ["compiler/src/source/a.ts", 'import type { B } from "../report/b.js";', "source/ may not import report/"],
  ["compiler/src/schema/a.ts", 'export { b } from "../syntax/b.js";', "schema/ may not import syntax/"],
  ["compiler/src/emit/a.ts", 'type A = import("../bind/b.js").B;', "emit/ may not import bind/"],
  ["compiler/src/check/a.ts", 'const b = await import("../emit/b.js");', "check/ may not import emit/"],
  ["compiler/src/novel/a.ts", 'import "../source/b.js";', "novel/ has no place"],
  ["compiler/src/check/a.ts", 'import "../../../bin/main.js";', "compiler/src imports bin/main.ts"],
  ["runtime/src/codec/a.ts", 'import "../session/b.js";', "codec/ may not import session/"],
  ["runtime/src/frame/a.ts", 'import "../call/b.js";', "frame/ may not import call/"],
  ["runtime/src/bytes/a.ts", 'import "../events.js";', "bytes/ may not import events/"],
  ["runtime/src/call/a.ts", 'import "long";', "the runtime has no dependencies"],
  ["compiler/src/check/a.ts", 'import "node:fs/promises";', "the disk may be reached only by"],
  ["runtime/src/client/a.ts", 'import { connect } from "net";', "the network may be reached only by"],
  ["compiler/src/bind/a.ts", 'import { Lexer } from "chevrotain";', "chevrotain may be reached only by"],
  ["compiler/src/emit/proto/a.ts", 'import { ts } from "ts-morph";', "ts-morph may be reached only by"],
])("%s with `%s` breaks an import law", (path, text, message) => {
  const findings = findForbiddenImports([parseSource(path, text)]);
  expect(findings.map((finding) => finding.message)).toEqual([expect.stringContaining(message)]);
});

test.each([
  ["compiler/src/bind/a.ts", 'import "../source/b.js"; import "./c.js";'],
  ["compiler/src/compile.ts", 'import "./emit/b.js"; import "./bind/c.js";'],
  ["runtime/src/session/a.ts", 'import "../clock.js"; import "../frame/b.js"; import "node:crypto";'],
  ["runtime/src/codegen/v1.ts", 'export * from "../server/b.js";'],
  ["runtime/src/client/a.ts", 'import "../call/b.js"; import "../session/c.js";'],
  ["bin/main.ts", 'import "../compiler/src/emit/b.js"; import "commander";'],
  ["compiler/test/a.ts", 'import "node:fs"; import "../src/emit/b.js";'],
])("%s with `%s` keeps the import laws", (path, text) => {
  expect(findForbiddenImports([parseSource(path, text)])).toEqual([]);
});

test("a circle through types alone is a circle, and is told from its first file on", () => {
  const circle = [
    parseSource("runtime/src/a.ts", 'import type { B } from "./b.js";'),
    parseSource("runtime/src/b.ts", 'import { C } from "./deep/c.js";'),
    parseSource("runtime/src/deep/c.ts", 'export type { A } from "../a.js";'),
  ];
  expect(findCircles(circle).map(({ message }) => message)).toEqual([
    "runtime/src/a.ts -> runtime/src/b.ts -> runtime/src/deep/c.ts -> runtime/src/a.ts",
  ]);
  expect(findCircles(circle.slice(0, 2))).toEqual([]);
});

test("files and functions are measured", () => {
  const lines = (count: number): string => "\n".repeat(count);
  expect(findLongFiles([parseSource("bin/a.ts", lines(400))])).toEqual([]);
  expect(findLongFiles([parseSource("bin/a.ts", lines(401))])).toHaveLength(1);
  expect(findLongFunctions([parseSource("bin/a.ts", `function a() {${lines(69)}}`)])).toEqual([]);
  const long = ["function a() {N}", "const a = () => {N};", "class A { a() {N} }", "class A { get a() {N} }"];
  for (const text of long) {
    const findings = findLongFunctions([parseSource("bin/a.ts", text.replace("N", lines(70)))]);
    expect(findings.map(({ message }) => message)).toEqual(["a has 71 lines, 70 are the most"]);
  }
});

test.each([
  ["const a = 1;", "does not open"],
  ["// A comment.\n", "does not open"],
  ["/** No full stop */\n", "is not a sentence"],
])("the opening %j is no sentence", (text, message) => {
  const findings = findMissingSentences([parseSource("bin/a.ts", text)]);
  expect(findings.map((finding) => finding.message)).toEqual([expect.stringContaining(message)]);
});

test("a sentence may stand on two lines and after a hashbang", () => {
  const text = "#!/usr/bin/env node\n/**\n * One sentence,\n * on two lines.\n */\n";
  expect(findMissingSentences([parseSource("bin/a.js", text)])).toEqual([]);
});

test.each(["bin/utils.ts", "bin/helpers/a.ts", "bin/types.test.ts", "bin/camelCase.ts", "bin/snake_case.ts"])(
  "the file name %s says nothing or is no kebab-case",
  (path) => {
    expect(findBannedNames([parseSource(path, "")])).toHaveLength(1);
  },
);

test.each(["interface IThing {}", "class ThingImpl {}", "class ThingManager {}", "type ThingUtils = 1;"])(
  "the declaration `%s` has an empty name",
  (text) => {
    expect(findBannedNames([parseSource("bin/a.ts", text)])).toHaveLength(1);
  },
);

test("names that only look like empty ones are left alone", () => {
  expect(findBannedNames([parseSource("bin/value-type.ts", "interface Indent {} class Identity {}")])).toEqual([]);
});

test.each([
  ["const a: any = 1;", "the type `any`"],
  ["enum A { B }", "not erasable"],
  ["namespace A {}", "not erasable"],
  ["const a = Date.now();", "time passes only"],
  ["const a = new Date();", "time passes only"],
  ["setTimeout(() => undefined, 1);", "time passes only"],
  ["globalThis.setInterval(() => undefined, 1);", "time passes only"],
  ["const a = performance.now();", "time passes only"],
  ['console.log("a");', "writes to the console"],
  [`// ${"TO"}DO: later`, "unfinished business"],
  [`// ${"@ts-"}ignore because`, "silences the type checker"],
  [`// ${"eslint-"}disable-next-line no-console`, "silences the linter"],
  [`const a = "/${"home"}/me/file";`, "a path of one machine"],
])("product code with `%s` is refused", (text, message) => {
  const findings = findBannedText([parseSource("runtime/src/call/a.ts", text)]);
  expect(findings.map((finding) => finding.message)).toEqual([expect.stringContaining(message)]);
});

test("time passes in the clock, and in tests", () => {
  const text = "setTimeout(() => undefined, Date.now());";
  expect(findBannedText([parseSource("runtime/src/clock.ts", text)])).toEqual([]);
  expect(findBannedText([parseSource("runtime/test/a.ts", text)])).toEqual([]);
});
