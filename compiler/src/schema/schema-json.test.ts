/** The JSON form of a schema: what is written is read back, and nothing else is believed. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { analyze } from "../compile.js";
import { corpusCases } from "../../test/support/corpus.js";
import { schemaOf } from "../../test/support/analyze-text.js";
import { createNodeHost } from "../project/host-node.js";
import { Report } from "../report/report.js";
import { schemaFromJson } from "./from-json.js";
import { schemaToJson } from "./to-json.js";

for (const { name, directory, entry } of corpusCases("lower")) {
  test(`the schema of ${name} survives the way to JSON and back`, () => {
    const { schema } = analyze([entry], createNodeHost(directory), {}, new Report());
    const reading = schemaFromJson(schemaToJson(schema));
    if (reading.kind !== "schema") throw new Error(`${reading.path}: ${reading.message}`);
    expect(reading.schema.files).toEqual(schema.files);
    expect(new Set(reading.schema.declarations.keys())).toEqual(new Set(schema.declarations.keys()));
    expect(schemaToJson(reading.schema)).toBe(schemaToJson(schema));
  });
}

test("every example of the project survives it too", () => {
  const root = join(import.meta.dirname, "../../../idl-examples/torture");
  expect(readFileSync(join(root, "torture.rpc"), "utf8")).toContain("package");
  const { schema } = analyze(["torture.rpc"], createNodeHost(root), {}, new Report());
  const reading = schemaFromJson(schemaToJson(schema));
  expect(reading.kind === "schema" && reading.schema.files).toEqual(schema.files);
});

const good = schemaToJson(
  schemaOf("enum E { A = 0 }\nmessage M { 1 id: string, 2 e: E, 3 all: map<string, M> }\nservice S { get(M): M }"),
);

const problems: readonly (readonly [what: string, text: string, path: string, message: string])[] = [
  ["no JSON", "{", "", "JSON"],
  ["another document", '{"format":"other","version":1,"files":[]}', "format", "has to be one of rpcgen-schema"],
  ["a newer version", '{"format":"rpcgen-schema","version":2,"files":[]}', "version", "has to be 1"],
  ["no object", "[]", "", "has to be an object"],
  ["lists a hundred thousand deep", "[".repeat(1e5) + "]".repeat(1e5), "", "has to be an object"],
  ["objects a hundred thousand deep", '{"a":'.repeat(1e5) + "1" + "}".repeat(1e5), "a", "is not a key"],
  ["an unknown key", good.replace('"package": ""', '"package": "", "extra": 1'), "files[0].extra", "is not a key"],
  [
    "__proto__ as a key",
    good.replace('"package": ""', '"package": "", "__proto__": {"docs": "x"}'),
    "files[0].__proto__",
    "is not a key",
  ],
  ["a missing key", good.replace('"number": 1,', ""), "files[0].messages[0].members[0]", 'lacks "number"'],
  [
    "a key that stands twice",
    good.replace('"package": ""', '"package": "", "p\\u0061ckage": "b"'),
    "",
    '"package" stands twice',
  ],
  [
    "a number too large for a double",
    good.replace('"number": 1,', '"number": 1e400,'),
    "files[0].messages[0].members[0].number",
    "finite",
  ],
  [
    "a fraction",
    good.replace('"number": 1,', '"number": 1.5,'),
    "files[0].messages[0].members[0].number",
    "whole number",
  ],
  [
    "a wrong type",
    good.replace('"name": "id"', '"name": 7'),
    "files[0].messages[0].members[0].name",
    "has to be a string",
  ],
  [
    "an unknown word",
    good.replace('"kind": "scalar"', '"kind": "scala"'),
    "files[0].messages[0].members[0].type.kind",
    "has to be one of",
  ],
  [
    "a type that is not declared",
    good.replace('"input": "M"', '"input": "Missing"'),
    "",
    "refers to the message or union Missing",
  ],
  ["a type of another kind", good.replace('"input": "M"', '"input": "E"'), "", "refers to the message or union E"],
];

test.each(problems)("%s is refused with the place of the problem", (_, text, path, message) => {
  expect(text).not.toBe(good);
  const reading = schemaFromJson(text);
  expect(reading).toEqual({ kind: "invalid", path, message: expect.stringContaining(message) });
});

test("a document that is nested very deep is refused without a stack overflow", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const text = good.replace('"package": ""', `"package": ${deep}`);
  expect(schemaFromJson(text)).toMatchObject({ kind: "invalid" });
});

test("nothing that is read reaches a prototype", () => {
  const schema = schemaOf(
    "package __proto__\nmessage constructor { 1 __proto__: __proto__ }\nenum __proto__ { toString = 0 }\nservice hasOwnProperty { __proto__(constructor): constructor }",
  );
  const reading = schemaFromJson(schemaToJson(schema));
  expect(reading.kind === "schema" && reading.schema.files).toEqual(schema.files);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});

test("a schema cannot be changed, at any depth", () => {
  const schema = schemaOf("message M { 1 id: string }");
  const [file] = schema.files;
  expect(Object.isFrozen(schema) && Object.isFrozen(file?.messages[0]?.fields[0]?.type)).toBe(true);
  const declarations = schema.declarations as Map<string, unknown>;
  expect(() => declarations.set("N", {})).toThrow("cannot be changed");
  expect(() => declarations.clear()).toThrow("cannot be changed");
});

test("a text of ten million characters is read like any other", () => {
  const long = good.replace('"package": ""', `"package": "", "docs": "${"x\\n".repeat(3_000_000)}"`);
  expect(schemaFromJson(long).kind).toBe("schema");
});

test("keys that stand twice are found behind quotes and backslashes of every kind", () => {
  const twice = (docs: string): string => good.replace('"package": ""', `"package": "", "docs": ${docs}, "docs" : ""`);
  for (const docs of ['"\\""', '"\\\\"', '"\\\\\\""', '"{"', '"}\\":"', '""']) {
    expect(schemaFromJson(twice(docs))).toMatchObject({ kind: "invalid" });
  }
});
