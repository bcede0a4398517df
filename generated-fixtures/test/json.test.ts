/** Canonical JSON as an application uses it: what is written, what is read, what is refused, and the binary codec as oracle. */

import {
  fromBytes,
  fromJson,
  fromJsonString,
  JsonReadError,
  JsonWriteError,
  toBytes,
  toJson,
  toJsonString,
  TypeRegistry,
} from "@rpcgen/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Int64ValueCodec, StringValueCodec } from "../gen/google/protobuf/wrappers.codec.js";
import { OrderCodec } from "../gen/shop/orders.codec.js";
import type { OrderInit } from "../gen/shop/orders.types.js";
import {
  ChoiceCodec,
  HostileCodec,
  ListsCodec,
  MapsCodec,
  NumbersCodec,
  ScalarsCodec,
  ShapeCodec,
  StandardCodec,
  TreeCodec,
} from "../gen/torture/torture.codec.js";
import type { ChoiceInit, Colour, MapsInit, ScalarsInit } from "../gen/torture/torture.types.js";

const order: OrderInit = {
  id: "A-1",
  status: "PAID",
  items: [{ sku: "apple", quantity: 3, price: { currency: "EUR", minorUnits: 9007199254740993n } }],
  labels: { gift: "yes" },
  placedAt: new Date("2026-02-03T04:05:06.789Z"),
  version: 7,
  delivery: { kind: "courier", value: { address: "Mill Lane 1", express: true } },
};

test("an order reads like JSON that a person would have written", () => {
  expect(toJson(OrderCodec, order)).toEqual({
    id: "A-1",
    status: "PAID",
    items: [{ sku: "apple", quantity: 3, price: { currency: "EUR", minorUnits: "9007199254740993" } }],
    labels: { gift: "yes" },
    placedAt: "2026-02-03T04:05:06.789Z",
    version: "7",
    courier: { address: "Mill Lane 1", express: true },
  });
});

test("options write defaults, and enums as numbers", () => {
  expect(toJson(OrderCodec, {}, { emitDefaults: true, enumsAsNumbers: true })).toMatchObject({
    id: "",
    status: 0,
    items: [],
    labels: {},
    version: "0",
  });
  expect(toJson(OrderCodec, { status: "#99" })).toEqual({ status: 99 });
});

test.each([
  ['{"items":[{},{},{"quantity":"x"}]}', "items[2].quantity: expected an integer from 0 to 4294967295, got a string"],
  ['{"status":"LOST"}', "status: expected a value of shop.orders.v1.OrderStatus, got a name that it does not have"],
  ['{"placedAt":1,"id":"hunter2"}', "placedAt: expected a timestamp"],
  ['{"placedAt":null,"placed_at":"2026-02-03T04:05:06Z"}', "placedAt and placed_at are the same field, given twice"],
  ['{"pickup":{},"courier":{}}', "pickup and courier are members of one union"],
  ['{"colour":"red"}', "unknown field colour"],
  ['{"id":"a","id":"b"}', "line 1, column 11: this name stands twice in one object"],
])("%s is refused where it is wrong", (text, problem) => {
  const read = (): unknown => fromJsonString(OrderCodec, text);
  expect(read).toThrow(JsonReadError);
  expect(read).toThrow(problem);
  expect(read).not.toThrow("hunter2");
});

test("what a newer peer added can be ignored, enum values included", () => {
  const text = '{"id":"A","status":"LOST","colour":{"any":["thing"]}}';
  expect(fromJsonString(OrderCodec, text, { ignoreUnknownFields: true })).toMatchObject({ id: "A", status: "PENDING" });
  const lists = '{"colours":["RED","ULTRAVIOLET","GREEN"]}';
  expect(fromJsonString(ListsCodec, lists, { ignoreUnknownFields: true }).colours).toEqual(["RED", "GREEN"]);
  const maps = '{"byLong":{"1":"ULTRAVIOLET","2":"GREEN"}}';
  expect(fromJsonString(MapsCodec, maps, { ignoreUnknownFields: true }).byLong).toEqual(new Map([[2n, "GREEN"]]));
});

test("a value that does not fit is refused on the way out", () => {
  const write = (): unknown => toJson(OrderCodec, { items: [{ quantity: -1 }] });
  expect(write).toThrow(JsonWriteError);
  expect(write).toThrow("items[0].quantity: expected an integer from 0 to 4294967295");
});

test("an Any shows what is inside, for the types that the registry knows", () => {
  const registry = new TypeRegistry().add(OrderCodec).add(StringValueCodec);
  const pack = (name: string, value: Uint8Array): { any: { typeUrl: string; value: Uint8Array } } => ({
    any: { typeUrl: `type.googleapis.com/${name}`, value },
  });
  const packed = pack(OrderCodec.name, toBytes(OrderCodec, { id: "A-1" }));
  const json = { any: { "@type": "type.googleapis.com/shop.orders.v1.Order", id: "A-1" } };
  expect(toJson(StandardCodec, packed, { registry })).toEqual(json);
  expect(fromJson(StandardCodec, json, { registry })).toMatchObject(packed);
  expect(() => fromJson(StandardCodec, json)).toThrow("any: this Any holds a type that is not in the registry");
  expect(() => toJson(StandardCodec, packed)).toThrow("any: this Any holds a type that is not in the registry");

  const text = pack(StringValueCodec.name, toBytes(StringValueCodec, { value: "x" }));
  const textJson = { any: { "@type": "type.googleapis.com/google.protobuf.StringValue", value: "x" } };
  expect(toJson(StandardCodec, text, { registry })).toEqual(textJson);
  expect(fromJson(StandardCodec, textJson, { registry })).toMatchObject(text);
  for (const hostile of ["", "/", "a/", "__proto__", "x/__proto__", "x/constructor"]) {
    expect(() => fromJson(StandardCodec, { any: { "@type": hostile } }, { registry })).toThrow(JsonReadError);
  }
});

test("standard messages have the JSON that Protobuf gives them", () => {
  const json = { struct: { a: [1, "two", null, { b: true }], __proto__: null }, text: "", number: "-5" };
  const value = fromJson(StandardCodec, json);
  expect(value).toMatchObject({ text: { value: "" }, number: { value: -5n } });
  expect(toJson(StandardCodec, value)).toEqual(json);
  expect(toJson(Int64ValueCodec, {})).toBe("0");
});

test("nesting is limited in every way in which a message can nest", () => {
  const wraps = [
    ['{"left":', "}"],
    ['{"children":[', "]}"],
    ['{"named":{"x":', "}}"],
  ] as const;
  for (const [open, close] of wraps) {
    const deep = (levels: number): string => `${open.repeat(levels)}{}${close.repeat(levels)}`;
    expect(() => fromJsonString(TreeCodec, deep(99))).not.toThrow();
    expect(() => fromJsonString(TreeCodec, deep(100))).toThrow("nested deeper than 100 levels");
    expect(() => fromJsonString(TreeCodec, deep(50_000))).toThrow("nested deeper than 256 levels");
  }
  const list = `${"[".repeat(200)}${"]".repeat(200)}`;
  expect(() => fromJsonString(ScalarsCodec, `{"someJson":${list}}`)).toThrow("nested deeper than 100 levels");
  expect(() => fromJsonString(StandardCodec, `{"struct":{"a":${list}}}`)).toThrow("nested deeper than 100 levels");
});

test("hostile names keep their JSON names and change no prototype", () => {
  const json = JSON.parse('{"__proto__":"p","constructor":"c","toString":"t"}') as Record<string, string>;
  const value = fromJson(HostileCodec, json);
  expect(value).toMatchObject({ __proto___: "p", constructor_: "c", toString_: "t" });
  expect(JSON.stringify(toJson(HostileCodec, value))).toBe('{"constructor":"c","toString":"t","__proto__":"p"}');
  expect(({} as Record<string, unknown>)["p"]).toBeUndefined();
});

test("a union without a member, or with one that only a newer peer knows, is an empty object", () => {
  expect(toJson(ShapeCodec, { kind: "#99", value: new Uint8Array([0xba, 0x06, 0]) })).toEqual({});
  expect(fromJson(ShapeCodec, {}).kind).toBe("#0");
});

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const text = fc.string({ unit: "grapheme" });
const colour = fc.constantFrom<Colour>("RED", "GREEN", "negative", "#99", "#-7");
const moment = fc.date({ min: new Date(-62135596800000), max: new Date(253402300799999), noInvalidDate: true });
const scalars: fc.Arbitrary<ScalarsInit> = fc.record(
  {
    aBool: fc.boolean(),
    anInt32: int32,
    anInt64: int64,
    aUint32: uint32,
    aUint64: uint64,
    aSint32: int32,
    aSint64: int64,
    aFixed32: uint32,
    aFixed64: uint64,
    anSfixed32: int32,
    anSfixed64: int64,
    aFloat: fc.float(),
    aDouble: fc.double(),
    aString: text,
    someBytes: fc.uint8Array(),
    aTimestamp: moment,
    aDuration: fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
    countNumber: fc.maxSafeInteger(),
    countString: uint64.map(String),
  },
  { requiredKeys: [] },
);
const maps: fc.Arbitrary<MapsInit> = fc.record(
  {
    byString: fc.dictionary(text, text),
    byInt: fc.array(fc.tuple(int32, scalars), { maxLength: 3 }).map((entries) => new Map(entries)),
    byLong: fc.array(fc.tuple(uint64, colour), { maxLength: 3 }).map((entries) => new Map(entries)),
    byBool: fc.array(fc.tuple(fc.boolean(), fc.uint8Array()), { maxLength: 2 }).map((entries) => new Map(entries)),
    toTime: fc.dictionary(text, moment, { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);
const choices: fc.Arbitrary<ChoiceInit> = fc.record(
  {
    before: text,
    choice: fc.oneof(
      fc.record({ kind: fc.constant("text" as const), value: text }),
      fc.record({ kind: fc.constant("flag" as const), value: fc.boolean() }),
      fc.record({ kind: fc.constant("toggle" as const), value: fc.constantFrom("OFF" as const, "ON" as const) }),
      fc.record({ kind: fc.constant("when" as const), value: moment }),
      fc.record({ kind: fc.constant("blob" as const), value: fc.uint8Array() }),
    ),
    second: fc.record({ kind: fc.constant("two" as const), value: int64 }),
  },
  { requiredKeys: [] },
);

test("whatever goes through JSON arrives as it does through bytes", () => {
  fc.assert(
    fc.property(scalars, maps, choices, (scalars, maps, choice) => {
      expect(fromJsonString(ScalarsCodec, toJsonString(ScalarsCodec, scalars))).toEqual(
        fromBytes(ScalarsCodec, toBytes(ScalarsCodec, scalars)),
      );
      expect(fromJsonString(MapsCodec, toJsonString(MapsCodec, maps, { indent: 1 }))).toEqual(
        fromBytes(MapsCodec, toBytes(MapsCodec, maps)),
      );
      expect(fromJsonString(ChoiceCodec, toJsonString(ChoiceCodec, choice, { emitDefaults: true }))).toEqual(
        fromBytes(ChoiceCodec, toBytes(ChoiceCodec, choice)),
      );
    }),
  );
});

test("64-bit integers are strings in JSON in whatever form they show in TypeScript", () => {
  const value = { texts: ["-9223372036854775808"], plain: [-1], byKey: new Map([["a", 5]]) };
  expect(toJson(NumbersCodec, value)).toEqual({ texts: ["-9223372036854775808"], plain: ["-1"], byKey: { a: "5" } });
  expect(fromJsonString(NumbersCodec, '{"texts":[9223372036854775807],"plain":[1e3]}')).toMatchObject({
    texts: ["9223372036854775807"],
    plain: [1000],
  });
  expect(() => fromJson(NumbersCodec, { plain: ["9007199254740993"] })).toThrow("plain[0]: expected an integer from");
});
