/** What is exported to `.proto` and imported again is the schema that it was, to the last annotation. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { emitProto } from "../../src/emit/proto/emit-proto.js";
import type { Schema } from "../../src/schema/schema.js";
import { schemaToJson } from "../../src/schema/to-json.js";
import type { TextAnalysis } from "../support/analyze-text.js";
import { analyzeTexts } from "../support/analyze-text.js";
import { fileNames, soundProject } from "../support/random-project.js";
import { importTexts } from "./import-text.js";
import { randomFile } from "./random-file.js";

const examples = join(import.meta.dirname, "../../../idl-examples");

/** The schema without places. Import clauses are sorted when a file is laid out, so their order says nothing either. */
function canonical(schema: Schema): readonly unknown[] {
  const { files } = JSON.parse(schemaToJson(schema), (key, value: unknown): unknown => {
    if (key === "line" || key === "column") return undefined;
    return key === "imports" && Array.isArray(value) ? [...value].sort() : value;
  }) as { readonly files: readonly { readonly path: string }[] };
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function expectSameBack(texts: Readonly<Record<string, string>>): void {
  const before = analyzeTexts(texts, Object.keys(texts));
  expect(errorsOf(before)).toEqual([]);
  const exported = Object.fromEntries(emitProto(before.schema, { isPlain: false }));
  const imported = importTexts(exported);
  expect(imported.diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  const after = analyzeTexts(imported.texts, Object.keys(imported.texts));
  expect(errorsOf(after)).toEqual([]);
  expect(canonical(after.schema)).toEqual(canonical(before.schema));
}

function errorsOf({ diagnostics }: TextAnalysis): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

function textsIn(directory: string): Readonly<Record<string, string>> {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".rpc"));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(directory, path), "utf8")]));
}

const folders = ["greeter", "shop", "route-guide", "chat", "library", "evolution/v1", "evolution/v2", "torture"];

test.each(folders)("%s comes back from .proto as it was", (folder) => {
  expectSameBack(textsIn(join(examples, folder)));
});

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

test(`random projects come back from .proto as they were (seed ${seed})`, () => {
  const sameBack = (texts: readonly string[]): void =>
    expectSameBack(Object.fromEntries(texts.map((text, index) => [fileNames[index] ?? "", text])));
  fc.assert(fc.property(soundProject, sameBack), { numRuns: 15, seed });
});

test(`random declarations come back from .proto as they were (seed ${seed})`, () => {
  fc.assert(
    fc.property(randomFile, (text) => expectSameBack({ "deep/er/x.rpc": text })),
    { numRuns: 60, seed },
  );
});

/** What `.proto` has no words for. */
const wordless: Readonly<Record<string, string>> = {
  "shop/orders.rpc": `
      /// About the package.
      ///
      ///   indented
      @namespace("acme")
      @namespace("other")
      package shop.v1
      import "money.rpc"
      import "google/protobuf/timestamp.rpc"
      import "google/protobuf/struct.rpc"

      /// Three letters.
      @pattern("^[A-Z]{3}$") @example("EUR") @example("a\\u{1f600}\\n\\"b\\"")
      type Currency = string
      @items(1, 9)
      type Currencies = Currency[]
      type Prices = map<Currency, common.Money>
      @js(string)
      type Big = int64

      @acme.audit("orders", 7, true, 1.5m, some, -2.5)
      message Order {
        reserved 49, 12 to 15, "oldTotal", 50 to max, "old_name"
        1 id: string
        @name("URL") 2 url: string
        3 snake_case: int32
        @deprecated("gone soon") 4 note?: string
        5 currency: Currency
        6 more: Currency[]
        7 all: Currencies
        8 prices: Prices
        @secret @minLength(2) @maxLength(30) 9 token: bytes
        @js(number) @min(-4) @max(900) 10 total: sint64
        @unpacked @unique 11 loose: State[]
        16 exact: google.protobuf.Timestamp
        17 at: timestamp
        18 value: google.protobuf.Value
        19 json: json[]
        /// Which one.
        @required payWith?: union { 30 card: string, @deprecated 31 voucher: Order }
        41 big: Big
      }
      @allowAlias @deprecated
      closed enum State { PAID = 2, @deprecated("old") SETTLED = 2, NONE = 0, reserved 9, 5 to 6, "GONE" }
      enum Other { NONE = 0, SOME = -1 }
      union Event { 4 b: Order, 2 a: timestamp, reserved 9, "oldMember" }
      /// Not there.
      @code(NOT_FOUND) error NoOrder { 1 id: string }
      error Odd {}

      @timeout(2s) @deprecated("use V2") @retry @hedge(100ms, 3) @cache(30s) @rateLimit(0.5, 20) @concurrency(64, adaptive)
      service Orders extends common.Base {
        @idempotent @timeout(500ms) get(
          /// Which.
          @minLength(1) id: Currency,
          when?: timestamp, deep: Currencies): Order? throws NoOrder, common.TooMuch
        @name("URLOf") urlOf(Order): string
        @retry(3, 50ms, 2s) @idempotencyKey list(): Currency[]
        @idempotencyKey(shared) @hedge(1s) first(): string?
        any(): State?
        sum(): map<string, Order>
        noop(): void throws Odd
        oneway log(Event)
        oneway ping()
        watch(Order): stream Event
        put(stream Order): void
        talk(stream Event): stream Order
        stamp(): google.protobuf.Timestamp
        time(): timestamp?
        @deprecated rpcURL(Order): Big
      }
    `,
  "shop/money.rpc": `
      package shop.common
      message Money { 1 units: int64 }
      error TooMuch { 1 money: Money }
      service Base { ping2(): void, check(level: int32): Money throws TooMuch }
    `,
  "money.rpc": `message Unused {}`,
};

test("everything that .proto has no words for comes back", () => {
  expectSameBack(wordless);
});

test("packages and names that the options could be taken for do no harm", () => {
  expectSameBack({
    "a.rpc": `package a.rpcgen.b\nimport "sub/b.rpc"\n@min(3) type file = int32\nmessage rpcgen { 1 file: file, 2 m: common.X }`,
    "sub/b.rpc": `package a.common\nimport "../c.rpc"\nmessage X { 1 y: Y }`,
    "sub/c.rpc": `package a.other\nmessage Z {}`,
    "c.rpc": `package a.common\nmessage Y {}`,
  });
});

test("fields that were added by hand to an exported file are imported as any other", () => {
  const { schema } = analyzeTexts({ "a.rpc": `package a\n@code(ABORTED) error E { @min(2) 1 x: int32 }` });
  const text = emitProto(schema, { isPlain: false }).get("a.proto") ?? "";
  const { texts, diagnostics } = importTexts({
    "a.proto": text.replace(/\n}\n/, "\n  optional string more_text = 2;\n}\n"),
  });
  expect(diagnostics).toEqual([]);
  expect(texts["a.rpc"]).toBe(
    "package a\n\n@code(ABORTED)\nerror E {\n  @min(2)\n  1 x:         int32\n  2 moreText?: string\n}\n",
  );
});

test.each([
  ["name", '(rpcgen.field) = { name: "x: string } error Evil { 1 y" }'],
  ["name", '(rpcgen.field) = { annotations { name: "min(1) 2 y" } }'],
  ["number", '(rpcgen.field) = { annotations { name: "min" args { number: "1) 2 y: string" } } }'],
  ["text format", "(rpcgen.field) = { annotations { } } }"],
  ["text format", "(rpcgen.field) = 7"],
  ["text format", `(rpcgen.field) = { ${"a { ".repeat(50)} ${"} ".repeat(50)} }`],
])("options that no export writes are refused: %s", (what, option) => {
  const head = 'syntax = "proto3";\nimport "rpcgen/options.proto";\noption (rpcgen.file) = { path: "a.rpc" };\n';
  const { report, diagnostics } = importTexts({ "a.proto": `${head}message M { int32 a = 1 [${option}]; }` });
  expect(report.hasErrors, JSON.stringify(diagnostics)).toBe(true);
  expect(diagnostics[0]?.message).toContain(what === "text format" ? "" : what);
});

test("protobufjs, which knows nothing of them, reads the options", () => {
  const schema = analyzeTexts(textsIn(join(examples, "torture")), ["torture.rpc"]).schema;
  const root = new protobuf.Root();
  for (const path of ["any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers", "descriptor"]) {
    const nested = protobuf.common.get(`google/protobuf/${path}.proto`)?.nested;
    if (nested !== undefined) root.addJSON(nested);
  }
  const exported = emitProto(schema, { isPlain: false });
  for (const [path, text] of exported) {
    if (path !== "rpcgen/options.proto") protobuf.parse(text, root, { keepCase: true });
  }
  root.resolveAll();
  expect(root.lookupType("torture.v1.Scalars").fieldsArray).toHaveLength(20);
});
