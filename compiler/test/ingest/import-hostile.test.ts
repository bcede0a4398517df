/** Foreign files that are broken, huge or hostile: a diagnostic, never an exception, and never a way out of a comment. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { numbersFrom, seed, tries } from "../../../runtime/test/kit/random.js";
import { compileImported, importTexts } from "./import-text.js";

const folder = join(import.meta.dirname, "../corpus/import");

test.each(["shop.proto", "legacy.proto", "edition.proto", "store.thrift"])(
  `%s, changed at random, is reported or compiles (SEED=${seed})`,
  (name) => {
    const random = numbersFrom(seed);
    const original = readFileSync(join(folder, name), "utf8");
    const pieces = original.split(/(\s+|[{}()<>[\];,=:"])/).filter((piece) => piece !== "");
    for (let round = 0; round < tries(100); round++) {
      const changed = [...pieces];
      for (let count = 1 + random(3); count > 0; count--) {
        const at = random(changed.length);
        const kind = random(4);
        if (kind === 0) changed.splice(at, 1);
        else if (kind === 1) changed.splice(at, 0, changed[random(changed.length)] ?? "");
        else if (kind === 2)
          changed[at] = ["{", "}", "\u202e", "*/", "/*", '"', "-1", "99999999999", ";"][random(9)] ?? "";
        else changed.splice(at);
      }
      const { texts, report } = importTexts({ [name]: changed.join("") });
      if (!report.hasErrors) expect(compileImported(texts).errors, changed.join("")).toEqual([]);
    }
  },
);

test("nothing in a comment or a string gets out of it", () => {
  const evil = "*/ message Evil { 1 x: int32 } /* \u202e \u2028 message Evil { 1 x: int32 }";
  const { texts } = importTexts({
    "a.proto": `// ${evil}\nsyntax = "proto3"; package a; /* / ${evil.replaceAll("*/", "")} */
      option (a.b) = "\\"\\n} message Evil {} \\000 \\xff \\u0001";
      // ${evil}
      message M { string id = 1 [json_name = "\\n\\u202e"]; }`,
    "b.thrift": `# ${evil}\n/** ${evil.replaceAll("*/", "")} */ struct S { 1: string id (k = "\\"} message Evil {}") }`,
  });
  const { analysis, errors } = compileImported(texts);
  expect(errors).toEqual([]);
  const names = analysis.schema.files.flatMap(({ messages }) => messages.map((message) => message.name));
  expect(names.sort()).toEqual(["M", "S"]);
});

test("hostile names are kept apart, and what would not compile is renamed and reported", () => {
  const names = ["string", "map", "timestamp", "constructor", "__proto__", "Date", "Promise", "package", "stream"];
  const messages = names.map((name) => `message ${name} { string constructor = 1; string __proto__ = 2; }`).join("\n");
  const services = "service Orders { rpc then(Date) returns (Promise); rpc constructor(Date) returns (Date); }";
  const taken = "message OrdersClient {} message Foo { message Bar {} } message FooBar {} message Foo_Bar {}";
  const long = `message ${"L".repeat(300)} { message ${"M".repeat(300)} {} }`;
  const text = `syntax = "proto3"; package a; ${messages} ${services} ${taken} ${long}`;
  const { texts, codes } = importTexts({ "a.proto": text });
  expect(compileImported(texts).errors).toEqual([]);
  expect(codes).toContain("imported-name");
});

test("nesting that is too deep is reported once", () => {
  const deep = `${"message M { ".repeat(20_000)}${"}".repeat(20_000)}`;
  const { diagnostics } = importTexts({ "deep.proto": deep, "deep.thrift": `typedef ${"list<".repeat(20_000)}` });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "brackets nest deeper than 100",
    "brackets nest deeper than 100",
  ]);
});

test("files that import each other in a circle are reported and cut", () => {
  const { diagnostics } = importTexts({
    "a.proto": 'syntax = "proto3"; import "b.proto"; message A { B b = 1; }',
    "b.proto": 'syntax = "proto3"; import "a.proto"; message B { A a = 1; }',
  });
  expect(diagnostics.map(({ code }) => code)).toContain("imported-import-cycle");
});

test("ten thousand messages, and a chain of a thousand files, are read in one go", { timeout: 120_000 }, () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `message M${index} { M${index} m = 1; }`).join("\n");
  expect(importTexts({ "many.proto": `syntax = "proto3"; ${many}` }).diagnostics).toEqual([]);
  const chain = Array.from({ length: 1_000 }, (_, index) => [
    `c${index}.proto`,
    `syntax = "proto3"; ${index === 999 ? "" : `import public "c${index + 1}.proto";`} message C${index} {}`,
  ]);
  expect(importTexts(Object.fromEntries(chain) as Record<string, string>).diagnostics).toEqual([]);
});

test("the well-known types are in the standard library, and written only as times with nanoseconds where that is asked", () => {
  const text =
    'syntax = "proto3"; import "google/protobuf/timestamp.proto"; message M { google.protobuf.Timestamp at = 1; }';
  expect(importTexts({ "m.proto": text }).texts["m.rpc"]).toContain("1 at: timestamp");
  expect(importTexts({ "m.proto": text }, true).texts["m.rpc"]).toContain("1 at: google.protobuf.Timestamp");
  const standard = importTexts({ "google/protobuf/timestamp.proto": "syntax = 'proto3';" });
  expect(standard.codes).toEqual(["imported-standard"]);
  expect(standard.texts).toEqual({});
});
