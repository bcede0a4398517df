/** Broken texts made from right ones: parsing always ends, throws nothing, and reports something bounded and in place. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { numbersFrom, seed, tries } from "../../runtime/test/kit/random.js";
import { renderFindings } from "../src/report/render.js";
import { diagnosticCountMax, Report } from "../src/report/report.js";
import { createSourceFile } from "../src/source/source-file.js";
import { Grammar } from "../src/syntax/grammar.js";
import { parse } from "../src/syntax/parse.js";
import { scan } from "../src/syntax/scan.js";
import { printSyntax } from "./print-syntax.js";

const corpus = fileURLToPath(new URL("./corpus/parse/", import.meta.url));
const rich = readFileSync(`${corpus}right/language.rpc`, "utf8");
const odd = readFileSync(`${corpus}right/contextual-names.rpc`, "utf8");
const mistakes = [
  "protobuf-habits",
  "thrift-habits",
  "typescript-habits",
  "unclosed-brace",
  "odd-characters",
  "services",
].map((name) => readFileSync(`${corpus}mistake/${name}.rpc`, "utf8"));

/** Parses, and checks what holds for every text. */
function survive(text: string): Report {
  const report = new Report();
  const source = createSourceFile("broken.rpc", text);
  const file = parse(source, report);
  const { diagnostics } = report.findings();
  expect(diagnostics.length).toBeLessThanOrEqual(diagnosticCountMax);
  for (const { message, span, related, fixes } of diagnostics) {
    expect(message).not.toContain("it cannot be read");
    for (const place of [
      span,
      ...related.map((other) => other.span),
      ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span)),
    ]) {
      if (place === undefined) continue;
      const isInside = place.start >= 0 && place.end >= place.start && place.end <= text.length;
      expect(isInside, `${message} at ${place.start} to ${place.end}`).toBe(true);
    }
  }
  // eslint has no say in what a terminal does with control characters, so the rendering is looked at here.
  expect(renderFindings(report.findings(), { color: false })).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
  printSyntax(file);
  return report;
}

function tokensOf(text: string): readonly { readonly start: number; readonly end: number }[] {
  const { tokens } = scan(createSourceFile("right.rpc", text), new Report());
  return tokens.map(({ startOffset, endOffset }) => ({ start: startOffset, end: (endOffset ?? startOffset) + 1 }));
}

for (const [name, text] of [
  ["the language", rich],
  ["contextual names", odd],
] as const) {
  test(`survives ${name} cut at every token`, () => {
    for (const { end } of tokensOf(text)) survive(text.slice(0, end));
  });

  test(`survives ${name} without any one of its tokens`, () => {
    for (const { start, end } of tokensOf(text)) survive(text.slice(0, start) + text.slice(end));
  });

  test(`survives ${name} with any one of its tokens twice`, () => {
    for (const { start, end } of tokensOf(text)) survive(`${text.slice(0, end)} ${text.slice(start)}`);
  });
}

test("reports a missing closing brace once, at its opener, and keeps every declaration", () => {
  const text = "message A {\n  1 a: string\n\nmessage B {\n  1 b: string\n}\n";
  const report = new Report();
  const file = parse(createSourceFile("a.rpc", text), report);
  expect(file.declarations.map(({ name }) => name.text)).toEqual(["A", "B"]);
  expect(report.findings().diagnostics.map(({ code, span }) => [code, span?.start])).toEqual([
    ["unclosed-bracket", 10],
  ]);
});

test("names are where they say they are", () => {
  const report = new Report();
  const file = parse(createSourceFile("a.rpc", rich), report);
  for (const { name } of file.declarations) expect(rich.slice(name.span.start, name.span.end)).toBe(name.text);
});

test(`survives mutations of bytes and tokens (SEED=${seed})`, () => {
  const random = numbersFrom(seed);
  const texts = [rich, odd, ...mistakes];
  const pieces = [
    "{",
    "}",
    "(",
    ")",
    "<",
    ">",
    "[",
    "]",
    '"',
    "'",
    "/*",
    "///",
    "//",
    "@",
    "?",
    ":",
    "=",
    ",",
    ".",
    "|",
    "-> ",
    "\n",
    "\r",
  ];
  const words = [
    "message",
    "union",
    "stream",
    "reserved",
    "to",
    "oneway",
    "throws",
    "rpc",
    "1",
    "2s",
    "-5",
    "\u202e",
    "\u200b",
    "\ud800",
    "\0",
    "é",
  ];
  for (let round = 0; round < tries(1_000); round++) {
    let text = texts[random(texts.length)] ?? "";
    for (let change = 0; change <= random(4); change++) {
      const at = random(text.length + 1);
      const pool = random(2) === 0 ? pieces : words;
      const cut = random(3) === 0 ? random(12) : 0;
      const added = random(4) === 0 ? String.fromCharCode(random(0x250)) : (pool[random(pool.length)] ?? "");
      text = text.slice(0, at) + added + text.slice(at + cut);
    }
    survive(text);
  }
});

test("the rules of the grammar are what chevrotain calls valid", () => {
  expect(() => new Grammar({ validates: true })).not.toThrow();
});
