/** Generated names: what is mangled, what collides, and how imports give way. */

import { expect, test } from "vitest";
import { localNames, methodName, Names, propertyName } from "../../src/emit/names.js";
import { Imports, relativeModule } from "../../src/emit/ts/imports.js";
import { Report } from "../../src/report/report.js";
import { analyzeTexts } from "../support/analyze-text.js";

function mint(text: string): { names: Names; messages: string[] } {
  const { schema, places } = analyzeTexts({ "main.rpc": text });
  const report = new Report();
  const names = new Names(schema, report, places);
  return { names, messages: report.findings().diagnostics.map(({ code, message }) => `${code}: ${message}`) };
}

test("names that are reserved get an underscore, and only those", () => {
  expect(["class", "then", "constructor", "__proto__", "toString", "placedAt"].map(propertyName)).toEqual(
    ["class", "then", "constructor_", "__proto___", "toString_", "placedAt"], // prettier-ignore
  );
  expect(["class", "then", "valueOf", "get"].map((name) => methodName({ name }))).toEqual([
    "class",
    "then_",
    "valueOf_",
    "get",
  ]);
});

test("local names are free of keywords, of what the function uses, and of each other", () => {
  expect(localNames(["id", "class", "r", "Map", "decodeOrder", "isPending"], ["r"])).toEqual(
    ["id", "class_", "r_", "Map_", "decodeOrder_", "isPending_"], // prettier-ignore
  );
  expect(localNames(["class", "class_", "r_", "r"], ["r"])).toEqual(["class__", "class_", "r_", "r__"]);
});

test("a message, its parts and its functions have names of one kind", () => {
  const { names } = mint(
    "package a\nmessage HTMLPage { 1 id: string }\nenum Kind { A = 0 }\nerror Gone {}\nmessage Date {}",
  );
  expect(names.message("a.HTMLPage")).toEqual({
    source: "main.rpc",
    type: "HTMLPage",
    init: "HTMLPageInit",
    encode: "encodeHTMLPage",
    decode: "decodeHTMLPage",
    toJson: "htmlPageToJson",
    fromJson: "htmlPageFromJson",
    codec: "HTMLPageCodec",
    check: "checkHTMLPage",
    sample: "sampleHTMLPage",
    secrets: "secrets$HTMLPage",
    shape: "shape$HTMLPage",
  });
  expect(names.message("a.Date").type).toBe("Date_");
  expect(names.enum("a.Kind")).toMatchObject({ type: "Kind", toNumber: "kindToNumber", fromNumber: "kindFromNumber" });
  expect(names.error("a.Gone")).toMatchObject({ class: "Gone", errorCodec: "GoneError" });
  expect(names.message("a.Gone")).toMatchObject({ type: "GoneDetail", init: "GoneDetailInit" });
});

const collisions: [string, string][] = [
  [
    "message Order {} message OrderInit {}",
    "message main.Order and message main.OrderInit would both be called `OrderInit`",
  ],
  ["message Order { payment?: union { 1 a: string } } message OrderPayment {}", "would both be called `OrderPayment`"],
  ["error Gone {} message GoneError {}", "would both be called `GoneError`"],
  ["message Date {} message Date_ {}", "would both be called `Date_`"],
  [
    "message M { 1 toString: string 2 toString_: string }",
    "field toString of main.M and field toString_ of main.M would both be called `toString_`",
  ],
  ["message M {} service S { then(M): M then_(M): M }", "would both be called `then_`"],
  ["message M { 1 m: map<string, string> } message MMEntry {}", "would both be called `decodeMMEntry`"],
];
for (const [text, message] of collisions) {
  test(`collisions are found in: ${text}`, () => {
    const { messages } = mint(`package main\n${text}`);
    expect(messages.filter((line) => line.startsWith("name-collision")).join("; ")).toContain(message);
  });
}

test("names that are only alike do not collide", () => {
  expect(
    mint("package main\nmessage Order { 1 init: string } message Orders {} enum OrderKind { A = 0 }").messages,
  ).toEqual([]);
});

test("two sources that differ only in case would overwrite each other's output", () => {
  const { schema } = analyzeTexts({ "a.rpc": 'package a\nimport "A.rpc"', "A.rpc": "package b" });
  const report = new Report();
  new Names(schema, report);
  expect(report.findings().diagnostics.map(({ code }) => code)).toEqual(["output-collision"]);
});

test("imports give way to names of the file itself, and to each other, in the order in which they are asked for", () => {
  const imports = new Imports(new Set(["Reader"]));
  expect(imports.use("@rpcgen/runtime/codegen/v1", "Reader", true)).toBe("Reader$1");
  expect(imports.use("@rpcgen/runtime/codegen/v1", "Reader", true)).toBe("Reader$1");
  expect(imports.use("./b.types.js", "Money", true)).toBe("Money");
  expect(imports.use("./a.types.js", "Money", true)).toBe("Money$1");
  expect(imports.use("./own.types.js", "Reader", true, true)).toBe("Reader");
  const modules = imports.structures().map((structure) => structure.moduleSpecifier);
  expect(modules).toEqual(["@rpcgen/runtime/codegen/v1", "./a.types.js", "./b.types.js", "./own.types.js"]);
});

test("a name that is needed as a value is not imported as a type as well", () => {
  const imports = new Imports(new Set());
  imports.use("./a.types.js", "Gone", true);
  imports.use("./a.types.js", "Gone", false);
  expect(imports.structures().map((structure) => structure.isTypeOnly)).toEqual([false]);
});

test("files find each other wherever they are", () => {
  expect(relativeModule("a.types.ts", "b.types.ts", ".js")).toBe("./b.types.js");
  expect(relativeModule("shop/a.codec.ts", "shop/b.types.ts", "")).toBe("./b.types");
  expect(relativeModule("shop/x/a.codec.ts", "money/b.types.ts", ".ts")).toBe("../../money/b.types.ts");
  expect(relativeModule("a.codec.ts", "money/b.types.ts", ".js")).toBe("./money/b.types.js");
});
