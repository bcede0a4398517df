/** The `.proto` that is printed means the same as the schema: protobufjs, which knows nothing of it, is asked. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { analyzeText, schemaOf } from "../../../test/support/analyze-text.js";
import { analyze } from "../../compile.js";
import { createNodeHost } from "../../project/host-node.js";
import { Report } from "../../report/report.js";
import type { FieldSchema, Schema } from "../../schema/schema.js";
import { emitProto } from "./emit-proto.js";

const examples = join(import.meta.dirname, "../../../../idl-examples");

function parse(schema: Schema): protobuf.Root {
  const root = new protobuf.Root();
  for (const path of ["any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers"]) {
    const nested = protobuf.common.get(`google/protobuf/${path}.proto`)?.nested;
    if (nested !== undefined) root.addJSON(nested);
  }
  for (const text of emitProto(schema).values()) protobuf.parse(text, root, { keepCase: true });
  root.resolveAll();
  return root;
}

function typeName(field: FieldSchema): string {
  const builtins = { timestamp: "Timestamp", duration: "Duration", json: "Value" } as const;
  if (field.type.kind === "builtin") return `google.protobuf.${builtins[field.type.name]}`;
  return field.type.name;
}

function expectSameField(parsed: protobuf.Type, field: FieldSchema): void {
  const found = parsed.fields[field.protoName];
  const type = found?.resolvedType?.fullName.slice(1) ?? found?.type;
  expect({ of: parsed.fullName, id: found?.id, type }).toEqual({
    of: parsed.fullName,
    id: field.number,
    type: typeName(field),
  });
  expect(found instanceof protobuf.MapField).toBe(field.cardinality === "map");
  expect(found?.repeated ?? false).toBe(field.cardinality === "repeated");
  // protobufjs calls strings and messages packed too, and does not pack them.
  const isPackable = !["string", "bytes"].includes(field.type.name) && ["scalar", "enum"].includes(field.type.kind);
  if (field.cardinality === "repeated" && isPackable) expect(found?.packed).toBe(field.packed);
  if (found instanceof protobuf.MapField) expect(found.keyType).toBe(field.mapKey);
}

const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
for (const folder of folders.filter(({ name }) => name !== "evolution")) {
  test(`what is printed for ${folder.name} means the same to protobufjs`, () => {
    const directory = join(examples, folder.name);
    const entries = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".rpc"),
    );
    const report = new Report();
    const { schema } = analyze(entries, createNodeHost(directory), {}, report);
    expect(report.findings().diagnostics).toEqual([]);
    const root = parse(schema);
    for (const file of schema.files.filter(({ isStandard }) => !isStandard)) {
      for (const owner of [...file.messages, ...file.errors, ...file.unions]) {
        const parsed = root.lookupType(owner.fullName);
        // protobufjs drops a field of this name without a word, to protect its own objects.
        const fields = owner.fields.filter(({ protoName }) => protoName !== "__proto__");
        for (const field of fields) expectSameField(parsed, field);
        expect(Object.keys(parsed.fields)).toHaveLength(fields.length);
      }
      for (const service of file.services) {
        const methods = root.lookupService(service.fullName).methods;
        expect(Object.keys(methods)).toEqual(service.methods.map(({ wireName }) => wireName));
        for (const { wireName, input, shape } of service.methods) {
          expect(methods[wireName]?.requestType).toBe(`.${input}`);
          expect(methods[wireName]?.responseStream ?? false).toBe(shape === "serverStream" || shape === "bidiStream");
        }
      }
    }
  });
}

test("explicit presence is `optional`, a union is a oneof, and names that differ get a json_name", () => {
  const schema = schemaOf(`
    message M {
      1 note?: string
      2 placedAt: int32
      3 htmlURL: string
      @unpacked 4 loose: int32[]
      choice?: union { 5 a: string, 6 b: M }
      reserved 9, 12 to 15, "oldName"
    }
    union U { 1 value: M, 2 other: string }
  `);
  expect(emitProto(schema).get("main.proto")).toMatchInlineSnapshot(`
    "// Printed by rpcgen from main.rpc. Edit that file instead.

    syntax = "proto3";

    message U {
      oneof value_ {
        .M value = 1;
        string other = 2;
      }
    }

    message M {
      optional string note = 1;
      int32 placed_at = 2;
      string html_url = 3 [json_name = "htmlURL"];
      repeated int32 loose = 4 [packed = false];
      oneof choice {
        string a = 5;
        .M b = 6;
      }
      reserved 9, 12 to 15;
      reserved "old_name";
    }
    "
  `);
});

test("enum values that would meet in their package get the name of their enum in front", () => {
  const text = emitProto(
    schemaOf("enum HttpState { NONE = 0, OPEN = 1 }\nenum Door { NONE = 0, SHUT = 1 }\nenum Alone { LEFT = 0 }"),
  ).get("main.proto");
  expect(text).toContain("HTTP_STATE_NONE = 0;");
  expect(text).toContain("HTTP_STATE_OPEN = 1;");
  expect(text).toContain("DOOR_NONE = 0;");
  expect(text).toContain("  LEFT = 0;");
});

test("the value with number zero stands first, as proto3 wants it", () => {
  const text = emitProto(schemaOf("enum E { A = 2, B = 0, C = 1 }")).get("main.proto");
  expect(text?.replace(/\s+/g, " ")).toContain("{ B = 0; A = 2; C = 1; }");
});

test("docs stay comments, whatever they hold", () => {
  const { schema } = analyzeText(
    "/// One */ /* two\u2028message Evil { int32 x = 1; }\r/// ```\nmessage M { 1 id: string }",
  );
  const text = emitProto(schema).get("main.proto") ?? "";
  const code = text.split("\n").filter((line) => !line.trimStart().startsWith("//"));
  expect(code.join(" ")).not.toContain("Evil");
  const root = new protobuf.Root();
  protobuf.parse(text, root);
  expect(root.nestedArray.map(({ name }) => name)).toEqual(["M"]);
});

test("equal sources give equal texts, whatever the order of the entries", () => {
  const host = createNodeHost(join(examples, "shop"));
  const print = (entries: readonly string[]): readonly (readonly [string, string])[] => [
    ...emitProto(analyze(entries, host, {}, new Report()).schema),
  ];
  expect(print(["orders.rpc", "money.rpc", "health.rpc"])).toEqual(print(["health.rpc", "orders.rpc", "money.rpc"]));
});
