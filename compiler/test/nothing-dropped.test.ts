/** Nothing is dropped in silence: what was written is in the tree, or a finding points at it. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Report } from "../src/report/report.js";
import { createSourceFile } from "../src/source/source-file.js";
import type { Span } from "../src/source/source-file.js";
import { parse } from "../src/syntax/parse.js";
import { scan } from "../src/syntax/scan.js";
import { leafSpans, writtenSyntax } from "./support/written-syntax.js";

/** Words whose meaning is the kind of the node that they stand in. */
const structure: ReadonlySet<string> = new Set(
  "package import message error union enum closed type service extends reserved to stream throws oneway map".split(" "),
);

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function piecesOf(text: string): readonly Piece[] {
  const { tokens } = scan(createSourceFile("main.rpc", text), new Report());
  return tokens.map(({ startOffset, endOffset }) => {
    const end = (endOffset ?? startOffset) + 1;
    return { start: startOffset, end, text: text.slice(startOffset, end) };
  });
}

/** Names, numbers and strings of declarations that are neither in the tree nor at a place that a finding points at or would edit. */
function droppedFrom(text: string): readonly string[] {
  const report = new Report();
  const file = parse(createSourceFile("main.rpc", text), report);
  const { diagnostics } = report.findings();
  const pieces = piecesOf(text);
  const compact = (whole: string): string => whole.replaceAll("()", "");
  const isFree = diagnostics.every(({ severity }) => severity !== "error");
  if (isFree) {
    const written = pieces.map((piece) => piece.text).filter((piece) => piece !== "," && piece !== ";");
    const [before, after] = [compact(written.join("")), compact(writtenSyntax(file))];
    return before === after ? [] : [`read as ${after}`];
  }
  const places: readonly (Span | undefined)[] = [
    ...leafSpans(file),
    ...diagnostics.flatMap(({ span, related, fixes }) => [
      span,
      ...related.map((place) => place.span),
      ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span)),
    ]),
  ];
  const isSeen = ({ start, end }: Piece): boolean =>
    places.some((place) => {
      if (place === undefined) return false;
      // Where something is missing, the finding stands right behind the word that waits for it.
      if (place.start === place.end) return place.start === start || place.start === end;
      return place.start <= start && place.end >= end;
    });
  const isMeant = (piece: Piece): boolean => /^[\w"']/.test(piece.text) && !structure.has(piece.text);
  // A line outside of all declarations that belongs to another language is reported by its first word.
  const isDeclared = ({ start, end }: Piece): boolean =>
    file.declarations.some(({ span }) => span.start <= start && end <= span.end);
  return pieces
    .filter((piece) => isMeant(piece) && isDeclared(piece) && !isSeen(piece))
    .map(({ text: word, start }) => `${word} at ${start}`);
}

const examples = join(import.meta.dirname, "../../idl-examples");
const corpus = join(import.meta.dirname, "corpus/parse/right");
const rich = [
  join(examples, "chat/chat.rpc"),
  join(examples, "shop/orders.rpc"),
  join(corpus, "language.rpc"),
  join(corpus, "contextual-names.rpc"),
  join(corpus, "separators.rpc"),
].flatMap((path) => passagesOf(readFileSync(path, "utf8")));

/**
 * Every declaration with what stands in front of it, and with the one behind it, which a mistake may reach into; far shorter
 * to read again and again than the whole text.
 */
function passagesOf(text: string): readonly string[] {
  const { declarations } = parse(createSourceFile("main.rpc", text), new Report());
  const ends = declarations.map(({ span }) => span.end);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, ends[index + 1] ?? end));
}

function expectNothingDropped(texts: Iterable<string>): void {
  const found = [...texts].flatMap((text) => {
    const dropped = droppedFrom(text);
    return dropped.length === 0
      ? []
      : [`${dropped.join(", ")} of ${text.slice(Number(dropped[0]?.split(" ").at(-1)) - 100 || 0)}`.slice(0, 400)];
  });
  expect(found.slice(0, 3)).toEqual([]);
}

test("every example is in its tree as it was written", () => {
  const paths = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".rpc"));
  expect(paths.length).toBeGreaterThan(5);
  expectNothingDropped(paths.map((path) => readFileSync(join(examples, path), "utf8")));
});

test("with any one token left out, nothing else is dropped", () => {
  for (const text of rich) {
    expectNothingDropped(piecesOf(text).map(({ start, end }) => text.slice(0, start) + text.slice(end)));
  }
});

test("with any one token twice, nothing is dropped", () => {
  for (const text of rich) {
    expectNothingDropped(piecesOf(text).map(({ start, end }) => `${text.slice(0, end)} ${text.slice(start)}`));
  }
});

test("with any two neighbours swapped, nothing is dropped", () => {
  for (const text of rich) {
    const pieces = piecesOf(text);
    expectNothingDropped(
      pieces.slice(1).map((second, index) => {
        const first = pieces[index] ?? second;
        return `${text.slice(0, first.start)}${second.text} ${first.text}${text.slice(second.end)}`;
      }),
    );
  }
});

test.each([
  ["service S {", "stream watch(M): M"],
  ["service S {", "server stream watch(M): M"],
  ["service S {", "client stream send(M): M"],
  ["service S {", "bidi stream talk(M): M"],
  ["service S {", "oneway stream log(M)"],
  ["service S {", "stream oneway log(M)"],
  ["service S {", "stream M watch(M)"],
  ["service S {", "get(M): M throw E"],
  ["service S {", "get(M): M raises E, F"],
  ["service S {", "get(M): M throws E throws F"],
  ["service S {", "get(M): stream stream M"],
  ["service S {", "get(stream stream M): M"],
  ["service S {", "get(M) M"],
  ["service S {", "get M: M"],
  ["service S {", "get(M)(N): M"],
  ["service S {", "get: (M) => M"],
  ["service S {", "async get(M): Promise<M>"],
  ["service S {", "get(M): M | N"],
  ["service S {", "get(a b: string): M"],
  ["service S {", "get(a: string b): M"],
  ["service S {", "get(a?: string?, a b c d): M?"],
  ["service S {", "get<T>(M): M"],
  ["service S {", "get(M): M = N"],
  ["service S {", "get(M): M { timeout = 1 }"],
  ["service S {", "void get(M) throws E, F"],
  ["service S {", "rpc Get(M) returns (stream M) throws E"],
  ["service S {", "a b c d e(M): M"],
  ["service S {", "get(M): M M"],
  ["service S {", "get(M): list<M, N>"],
  ["service S {", "get(M): M[]?[]?"],
  ["service S {", "1 get(M): M 2"],
  ["message M {", "stream a: string"],
  ["message M {", "1 stream a: string"],
  ["message M {", "1 a b: string"],
  ["message M {", "1 a: string b c d"],
  ["message M {", "1 2 a: string"],
  ["message M {", "1 a: string = 2"],
  ["message M {", 'a: string = "x"'],
  ["message M {", "optional repeated required string a b c = 1"],
  ["message M {", "1 a: optional string"],
  ["message M {", "1 a: repeated string"],
  ["message M {", "1 a: stream stream M"],
  ["message M {", "1 a: map<string, M> b"],
  ["message M {", "1 a: map<string, M, N>"],
  ["message M {", "1 a: map<a b, c d>"],
  ["message M {", "1 a: union { 2 b: M c d } e"],
  ["message M {", "1 a: union U { 2 b: M }"],
  ["message M {", "1 a: enum { A, B }"],
  ["message M {", "1 a: message { 1 b: string }"],
  ["message M {", "1 a: message N { 1 b: string }"],
  ["message M {", "1 a: { b: string }"],
  ["message M {", "1 a: A | B | C"],
  ["message M {", "1 a: stream A | B"],
  ["message M {", "1 a: (string)"],
  ["message M {", "1 a.b: string"],
  ["message M {", "1 a: string[3][4]"],
  ["message M {", "1 a: string [x = 1] [y = 2]"],
  ["message M {", "reserved 1 2 3"],
  ["message M {", "reserved 1 to 2 to 3, a b c"],
  ["message M {", "reserved 1 - 3, 4 .. 5"],
  ["message M {", "reserved 'a' to 'b'"],
  ["message M {", "option a = b"],
  ["message M {", "extensions 100 to 199"],
  ["message M {", "oneof a { string b = 1; M c d = 2; }"],
  ["message M {", "oneof a b { string b = 1; }"],
  ["message M {", "message N { 1 a: string } enum E { A = 1 } service S { get(M): M }"],
  ["message M {", "@a(1 2 b = c) 1 a: string"],
  ["message M {", "@a @b(@c) 1 a: string"],
  ["message M {", "1 a: string @deprecated"],
  ["error E {", "1 a: stream string, b"],
  ["union U {", "1 A, 2 B"],
  ["union U {", "A | B"],
  ["union U {", "1 a: A = 3 b"],
  ["union U {", "stream A a = 1"],
  ["enum E {", "A, B, C"],
  ["enum E {", "A = 1 B"],
  ["enum E {", "1 A 2 B"],
  ["enum E {", "1: A"],
  ["enum E {", "1 = A"],
  ["enum E {", "A = B"],
  ["enum E {", 'A = "a"'],
  ["enum E {", "A = 1 = 2"],
  ["enum E {", "A B = 1"],
  ["enum E {", "1 A = 2"],
  ["enum E {", "A: 1 2 3"],
  ["enum E {", "A = 1 [deprecated = true] [x]"],
  ["enum E {", "A(1), B(2)"],
  ["enum E {", "stream A = 1"],
  ["enum E {", "A = x.y.z"],
  ["enum E {", "A = -1 - 2"],
])("of `%s %s }`, nothing is dropped", (head, text) => {
  const tail = "\nmessage After { 1 a: string }\n";
  expectNothingDropped([
    `${head} ${text} }${tail}`,
    `${head}\n  ${text}\n}${tail}`,
    `${head}\n  ${text}\n  ${text}\n}${tail}`,
  ]);
});
