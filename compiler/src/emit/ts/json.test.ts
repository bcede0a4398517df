/** The functions for JSON that the compiler prints: which reader and writer each kind of field gets. */

import { expect, test } from "vitest";
import { analyze } from "../../compile.js";
import { createMemoryHost } from "../../../test/support/memory-host.js";
import { Report } from "../../report/report.js";
import { emitTypeScript } from "./emit-typescript.js";

/** The body of one function of the codec file that is generated for a source. */
function functionOf(source: string, name: string): string {
  const report = new Report();
  const host = createMemoryHost({ files: { "a.rpc": `package a\n${source}` } });
  const { schema, places } = analyze(["a.rpc"], host, {}, report);
  const texts = emitTypeScript(schema, { importExtension: ".js", version: "0.0.0", places }, report);
  expect(report.findings().diagnostics.filter((finding) => finding.severity === "error")).toEqual([]);
  const code = texts.get("a.codec.ts") ?? "";
  const start = code.indexOf(`export function ${name}(`);
  return code.slice(start, code.indexOf("\n}\n", start) + 2);
}

test("each field is one line each way", () => {
  const source = `
    message Item {
      1 name: string
      2 note?: string
      3 data: bytes
      4 tags: string[]
      5 byId: map<uint32, Item>
      6 labels: map<string, bool>
      7 madeAt: timestamp
      8 any: json
    }`;
  expect(functionOf(source, "itemToJson"))
    .toBe(`export function itemToJson(value: ItemInit, writer: JsonWriter = new JsonWriter()): JsonObject {
  const object = new JsonObjectWriter(writer, value);
  object.implicit("name", value.name, "", writeString);
  object.explicit("note", value.note, writeString);
  object.implicitBytes("data", value.data, writeBytes);
  object.list("tags", value.tags, writeString);
  object.map("byId", value.byId, writeUint32, itemToJson);
  object.stringMap("labels", value.labels, writeString, writeBool);
  object.explicit("madeAt", value.madeAt, writeTimestamp);
  object.explicit("any", value.any, writeJson);
  return object.close();
}`);
  expect(functionOf(source, "itemFromJson"))
    .toBe(`export function itemFromJson(json: JsonInput, reader: JsonReader = new JsonReader()): Item {
  const fields = new JsonFields(json, reader);
  const value: Item = {
    name: fields.read("name", readString) ?? "",
    note: fields.read("note", readString),
    data: fields.read("data", readBytes) ?? new Uint8Array(0),
    tags: fields.list("tags", readString),
    byId: fields.map("byId", readUint32, itemFromJson, "by_id"),
    labels: fields.map("labels", readString, readBool),
    madeAt: fields.read("madeAt", readTimestamp, "made_at"),
    any: fields.readNullable("any", readJson),
  };
  fields.close();
  return value;
}`);
});

test("64-bit integers follow the form that the field has in TypeScript, keys included", () => {
  const source = `
    message Wide {
      1 big: sint64
      @js(number)
      2 plain: fixed64
      @js(string)
      3 text: int64
      @js(string)
      4 keyed: map<uint64, int64>
    }`;
  const read = functionOf(source, "wideFromJson");
  expect(read).toContain('big: fields.read("big", readInt64) ?? 0n,');
  expect(read).toContain('plain: fields.read("plain", readUint64Number) ?? 0,');
  expect(read).toContain('text: fields.read("text", readInt64String) ?? "0",');
  expect(read).toContain('keyed: fields.map("keyed", readUint64String, readInt64String),');
  expect(functionOf(source, "wideToJson")).toContain('object.implicit("text", value.text, "0", writeInt64);');
});

test("a name given with @name is JSON's; a name with underscores is also the one in a .proto", () => {
  const source = `message Names { @name("htmlURL") 1 link: string, @name("fieldName") 2 Field_Name: string }`;
  expect(functionOf(source, "namesFromJson")).toContain('link: fields.read("htmlURL", readString, "html_url") ?? "",');
  expect(functionOf(source, "namesFromJson")).toContain('fields.read("fieldName", readString, "Field_Name")');
});

test("an alias of an enum value reads as the first of its names; a closed enum refuses other numbers", () => {
  const open = functionOf("@allowAlias enum Size { SMALL = 0, TINY = 0 }", "sizeFromJson");
  expect(open).toContain('case "TINY":\n      return "SMALL";');
  expect(open).toContain('return sizeFromNumber(readEnumNumber(json, reader, "a.Size"));');
  const closed = functionOf("closed enum Switch { OFF = 0 }", "switchFromJson");
  expect(closed).toContain('?? reader.fail("expected a value of a.Switch, got a number that it does not have");');
});

test("an inline union stands for its members, of which one may be present", () => {
  const source = `message Box { content?: union { 1 text: string, 2 inner: Box, 3 free: json } }`;
  expect(functionOf(source, "boxFromJson")).toContain(`content: fields.union(
      fields.member("text", "text", readString),
      fields.member("inner", "inner", boxFromJson),
      fields.memberNullable("free", "free", readJson),
    ),`);
  expect(functionOf(source, "boxToJson")).toContain(`case "inner":
      object.explicit("inner", value.content.value, boxToJson);
      break;`);
});

test("a hostile property keeps its name in JSON", () => {
  const source = "message Odd { 1 __proto__: string, 2 constructor: string }";
  expect(functionOf(source, "oddToJson")).toContain('object.implicit("__proto__", value.__proto___, "", writeString);');
  expect(functionOf(source, "oddFromJson")).toContain('constructor_: fields.read("constructor", readString) ?? "",');
});
