/** Random edits against a running server: its text stays the editor's text, and it says what the command line says. */

import { expect, test } from "vitest";
import type { Position, Range } from "vscode-languageserver/node";
import { numbersFrom, seed, tries } from "../../../runtime/test/kit/random.js";
import { analyze } from "../../src/compile.js";
import { OpenDocuments } from "../../src/language-server/workspace/open-documents.js";
import { createNodeHost } from "../../src/project/host-node.js";
import { Report } from "../../src/report/report.js";
import { positionAt } from "../../src/source/source-file.js";
import { createMemoryHost } from "../support/memory-host.js";
import { connectInProcess } from "./in-process.js";
import { health, money, orders } from "./shop-project.js";

const disk = createNodeHost();
const files = {
  "/shop/rpcgen.config.json": "{}",
  "/shop/rpc/money.rpc": money,
  "/shop/rpc/health.rpc": health,
  "/shop/rpc/orders.rpc": orders,
};
const uri = "file:///shop/rpc/orders.rpc";

const insertions = [
  "x",
  "{",
  "}",
  "\n",
  "\r\n",
  "\r",
  "\u{1f600}",
  '"',
  "@",
  "message M { 1 a: string }\n",
  " ",
  "//",
  "/*",
  ":",
  "\ud800",
  "é",
  "12 ",
];

interface Change {
  readonly range: Range;
  readonly text: string;
}

/** Mostly inside of the text, sometimes far outside of it. */
function randomChange(text: string, next: (below: number) => number): Change {
  const lines = text.split(/\r\n|\r|\n/);
  const position = (): Position => {
    const line = next(lines.length + (next(10) === 0 ? 5 : 0));
    return { line, character: next((lines[line]?.length ?? 0) + (next(10) === 0 ? 50 : 1)) };
  };
  const start = position();
  const isShort = next(3) > 0;
  const end = isShort ? { line: start.line, character: start.character + next(4) } : start;
  return { range: { start, end }, text: insertions[next(insertions.length)] ?? "" };
}

/** What the protocol says of an edit, done the slow way. */
function applied(text: string, { range, text: inserted }: Change): string {
  const ends = [...text.matchAll(/\r\n|\r|\n/g)];
  const offset = ({ line, character }: Position): number => {
    if (line > ends.length) return text.length;
    const start = line === 0 ? 0 : (ends[line - 1]?.index ?? 0) + (ends[line - 1]?.[0].length ?? 0);
    return Math.min(start + character, ends[line]?.index ?? text.length);
  };
  return text.slice(0, offset(range.start)) + inserted + text.slice(offset(range.end));
}

/** What `rpcgen check` finds in the file. */
function checked(text: string): readonly string[] {
  const host = createMemoryHost({
    files: { ...files, "/shop/rpc/orders.rpc": text },
    workingDirectory: "/shop",
    behind: disk,
  });
  const report = new Report();
  const entries = ["health", "money", "orders"].map((name) => `/shop/rpc/${name}.rpc`);
  analyze(entries, host, { roots: ["/shop/rpc"] }, report);
  return report.findings().diagnostics.flatMap(({ code, message, span }) => {
    if (span === undefined || span.source.displayPath !== "rpc/orders.rpc") return [];
    const { line, column } = positionAt(span.source, span.start);
    return [`${line}:${column} ${code} ${message}`];
  });
}

test(`after random edits the server knows the text of the editor, and finds what the command finds (SEED=${seed})`, async () => {
  const next = numbersFrom(seed);
  const client = connectInProcess(createMemoryHost({ files, workingDirectory: "/shop", behind: disk }));
  await client.initialize(["file:///shop"]);
  let version = 1;
  for (let round = 0; round < tries(12); round++) {
    let text = orders;
    if (round === 0) client.open(uri, text, version);
    else client.change(uri, ++version, { text });
    for (let edit = 0; edit < 25; edit++) {
      const change = randomChange(text, next);
      text = applied(text, change);
      client.change(uri, ++version, change);
      // Requests fall between edits, wherever they are.
      if (edit % 8 === 0) void client.at("completion", uri, change.range.start).catch(() => undefined);
    }
    const wanted = version;
    const diagnostics = await client.diagnostics(uri, (published) => published.version === wanted);
    const found = diagnostics.map(({ range, code, message }) => {
      return `${range.start.line + 1}:${range.start.character + 1} ${String(code)} ${typeof message === "string" ? (message.split("\n")[0] ?? "") : message.value}`;
    });
    expect(found, `SEED=${seed}, round ${round}`).toEqual(checked(text));
    for (const method of ["documentSymbol", "semanticTokens/full", "foldingRange", "documentLink"])
      await client.request(`textDocument/${method}`, { textDocument: { uri } });
  }
  expect(client.logged).toEqual([]);
});

test(`the text of a document is that of the editor after every edit (SEED=${seed})`, () => {
  const next = numbersFrom(seed);
  const documents = new OpenDocuments(disk);
  let text = orders;
  documents.open(uri, "rpc", 1, text);
  for (let edit = 0; edit < tries(2_000); edit++) {
    const change = randomChange(text, next);
    text = applied(text, change);
    documents.change(uri, edit + 2, [change]);
    if (documents.textOf(uri) !== text) expect(documents.textOf(uri), `SEED=${seed}, edit ${edit}`).toBe(text);
  }
  expect(documents.textOf(uri)).toBe(text);
});

test("a thousand edits at once are answered with the diagnostics of the last", async () => {
  const client = connectInProcess(createMemoryHost({ files, workingDirectory: "/shop", behind: disk }));
  await client.initialize(["file:///shop"]);
  client.open(uri, orders);
  const versions: number[] = [];
  void client.diagnostics(uri, ({ version }) => {
    if (version !== undefined) versions.push(version);
    return version === 1_001;
  });
  for (let version = 2; version <= 1_001; version++) {
    client.change(uri, version, {
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      text: "\n",
    });
  }
  await client.diagnostics(uri, ({ version }) => version === 1_001);
  expect(versions.length).toBeLessThan(50);
});
