/** Messages in JSON, with codecs written as the compiler writes them: fields, lists, maps, unions, paths, limits. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonReader, JsonWriter } from "./json-codec.js";
import type { JsonCodec, JsonReadOptions } from "./json-codec.js";
import { JsonFields } from "./json-fields.js";
import { JsonObjectWriter } from "./json-object.js";
import { readInt32, readInt64, readJson, readString } from "./json-read-scalar.js";
import type { JsonInput, JsonObject, JsonValue } from "./json-value.js";
import { writeInt32, writeInt64, writeJson, writeString } from "./json-write-scalar.js";
import { fromJson, fromJsonString, toJson, toJsonString } from "./json.js";

interface Node {
  readonly name: string;
  readonly size?: number | undefined;
  readonly children: readonly Node[];
  readonly byId: ReadonlyMap<bigint, string>;
  readonly labels: ReadonlyMap<string, Node>;
  readonly extra?: JsonValue | undefined;
  readonly choice?:
    { readonly kind: "left"; readonly value: string } | { readonly kind: "right"; readonly value: Node };
}

/** A Node as it is passed in. */
interface NodeInit {
  readonly name?: string;
  readonly size?: number | undefined;
  readonly children?: readonly NodeInit[];
  readonly byId?: ReadonlyMap<bigint, string>;
  readonly labels?: ReadonlyMap<string, NodeInit>;
  readonly extra?: JsonValue | undefined;
  readonly choice?: Node["choice"];
}

function nodeToJson(value: NodeInit, writer: JsonWriter = new JsonWriter()): JsonObject {
  const object = new JsonObjectWriter(writer, value);
  object.implicit("name", value.name, "", writeString);
  object.explicit("size", value.size, writeInt32);
  object.list("children", value.children, nodeToJson);
  object.map("byId", value.byId, writeInt64, writeString);
  object.stringMap("labels", value.labels, writeString, nodeToJson);
  object.explicit("extra", value.extra, writeJson);
  if (value.choice?.kind === "left") object.explicit("goLeft", value.choice.value, writeString);
  if (value.choice?.kind === "right") object.explicit("goRight", value.choice.value, nodeToJson);
  return object.close();
}

function nodeFromJson(json: JsonInput, reader: JsonReader = new JsonReader()): Node {
  const fields = new JsonFields(json, reader);
  const choice = fields.union(
    fields.member("left", "goLeft", readString, "go_left"),
    fields.member("right", "goRight", nodeFromJson, "go_right"),
  );
  const node: Node = {
    name: fields.read("name", readString) ?? "",
    size: fields.read("size", readInt32),
    children: fields.list("children", nodeFromJson),
    byId: fields.map("byId", readInt64, readString, "by_id"),
    labels: fields.map("labels", readString, nodeFromJson),
    extra: fields.readNullable("extra", readJson),
    ...(choice === undefined ? {} : { choice }),
  };
  fields.close();
  return node;
}

const NodeCodec: JsonCodec<Node, NodeInit> = { name: "test.Node", toJson: nodeToJson, fromJson: nodeFromJson };

const read = (json: JsonInput, options?: JsonReadOptions): Node => fromJson(NodeCodec, json, options);
const empty: Node = { name: "", children: [], byId: new Map(), labels: new Map() };

test("absent and null are the same, except where null is a value", () => {
  expect(read({})).toEqual(empty);
  expect(read({ name: null, size: null, children: null, byId: null, labels: null, goLeft: null })).toEqual(empty);
  expect(read({ extra: null })).toEqual({ ...empty, extra: null });
});

test("both the JSON name and the name in a .proto are read, not both at once", () => {
  expect(read({ by_id: { 7: "x" } }).byId).toEqual(new Map([[7n, "x"]]));
  expect(() => read({ by_id: {}, byId: {} })).toThrow("byId and by_id are the same field, given twice");
});

test.each<[JsonInput, string]>([
  [null, "expected an object, got null"],
  [{ children: [{}, {}, { size: "x" }] }, "children[2].size: expected an integer"],
  [{ children: [null] }, "children[0]: expected an object, got null"],
  [{ children: {} }, "children: expected a list, got an object"],
  [{ labels: { secret: { name: 1 } } }, "labels[0].name: expected a string, got a number"],
  [{ labels: { secret: null } }, "labels[0]: expected an object, got null"],
  [{ byId: { secret: "" } }, "byId[0]: expected an integer"],
  [{ byId: { "1": "a", "1.0": "b" } }, "byId[1]: this key stands twice in one map"],
  [{ goLeft: "", goRight: {} }, "left and right are members of one union, of which one at most may be present"],
  [{ goRight: { nope: 1 } }, "goRight: unknown field nope"],
  [{ "alice@example.com": 1 }, "unknown field (its name is no identifier)"],
])("errors point at the field and tell no contents (%#)", (json, problem) => {
  expect(() => read(json)).toThrow(problem);
  expect(() => read(json)).not.toThrow("secret");
});

test("unknown fields are refused unless they are to be ignored", () => {
  const json = { nope: { deep: [1] }, name: "a" };
  expect(() => read(json)).toThrow("unknown field nope");
  expect(read(json, { ignoreUnknownFields: true }).name).toBe("a");
});

test("hostile names are only names", () => {
  const labels = read(
    JSON.parse('{"labels":{"__proto__":{},"constructor":{"name":"c"},"toString":{}}}') as JsonInput,
  ).labels;
  expect([...labels.keys()]).toEqual(["__proto__", "constructor", "toString"]);
  const json = toJson(NodeCodec, { labels });
  expect(JSON.stringify(json)).toBe('{"labels":{"__proto__":{},"constructor":{"name":"c"},"toString":{}}}');
  expect(() => read(JSON.parse('{"__proto__":1}') as JsonInput)).toThrow("unknown field __proto__");
});

test("depth is limited both ways, also for a value that contains itself", () => {
  const nest = (levels: number): JsonInput => (levels === 0 ? {} : { children: [nest(levels - 1)] });
  expect(read(nest(99)).children).toHaveLength(1);
  expect(() => read(nest(100))).toThrow("nested deeper than 100 levels");
  const children: NodeInit[] = [];
  const cyclic: NodeInit = { children };
  children.push(cyclic);
  expect(() => toJson(NodeCodec, cyclic)).toThrow("nested deeper than 100 levels");
});

test("what does not fit is refused on the way out, with its place", () => {
  expect(() => toJson(NodeCodec, { children: [{ size: 1.5 }] })).toThrow(
    "children[0].size: expected an integer from -2147483648 to 2147483647, got a fraction",
  );
  expect(() => toJson(NodeCodec, { name: "\udc00" })).toThrow("name: expected a string");
  expect(() => toJson(NodeCodec, { extra: [Number.NaN] })).toThrow("extra[0]: expected a JSON value, got NaN");
});

test("defaults are left out, or written where asked for", () => {
  expect(toJson(NodeCodec, {})).toEqual({});
  expect(toJson(NodeCodec, {}, { emitDefaults: true })).toEqual({ name: "", children: [], byId: {}, labels: {} });
});

test("whatever is written reads back the same", () => {
  const nodes = (levels: number): fc.Arbitrary<Node> => {
    const inner = levels === 0 ? fc.constant(empty) : nodes(levels - 1);
    return fc.record(
      {
        name: fc.string({ unit: "grapheme" }),
        size: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        children: fc.array(inner, { maxLength: 2 }),
        byId: fc
          .array(fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.string()))
          .map((entries) => new Map(entries)),
        labels: fc.array(fc.tuple(fc.string(), inner), { maxLength: 2 }).map((entries) => new Map(entries)),
        extra: fc.jsonValue() as fc.Arbitrary<JsonValue>,
        choice: fc.oneof(
          fc.record({ kind: fc.constant("left" as const), value: fc.string() }),
          fc.record({ kind: fc.constant("right" as const), value: inner }),
        ),
      },
      { requiredKeys: ["name", "children", "byId", "labels"] },
    );
  };
  fc.assert(
    fc.property(nodes(2), (value) => {
      expect(fromJsonString(NodeCodec, toJsonString(NodeCodec, value))).toEqual(value);
    }),
  );
});
