/** Every construct and every hostile name, used as a stranger would: nothing runs, nothing leaks, nothing is lost. */

import { fromBytes, fromJsonString, toBytes, toJsonString } from "@rpcgen/runtime";
import { expect, test } from "vitest";
import { createTortureClient } from "../gen/torture/torture.client.js";
import {
  ChoiceCodec,
  HostileCodec,
  ListsCodec,
  MapsCodec,
  OptionalsCodec,
  ScalarsCodec,
  TreeCodec,
} from "../gen/torture/torture.codec.js";
import type { TortureHandler } from "../gen/torture/torture.server.js";
import { serveTorture } from "../gen/torture/torture.server.js";
import type { HostileInit, ListsInit, MapsInit, ScalarsInit, Shape, TreeInit } from "../gen/torture/torture.types.js";
import { Broken, Empty } from "../gen/torture/torture.types.js";
import { codecs, collect, speaking, twoSides } from "./two-sides.js";

const scalars: ScalarsInit = {
  aBool: true,
  anInt32: -2147483648,
  anInt64: -9223372036854775808n,
  aUint32: 4294967295,
  aUint64: 18446744073709551615n,
  aSint32: -1,
  aSint64: 9223372036854775807n,
  aFixed32: 4294967295,
  aFixed64: 1n,
  anSfixed32: -7,
  anSfixed64: -7n,
  aFloat: 1.5,
  aDouble: -0,
  aString: "\u0000 \u2028 😈 \"'`${}",
  someBytes: new Uint8Array([0, 255]),
  aTimestamp: new Date(-1),
  aDuration: -1500.5,
  someJson: { a: [1, "two", null, { __proto__: null, b: true }] },
  countNumber: Number.MAX_SAFE_INTEGER,
  countString: "18446744073709551615",
};

test("every scalar survives bytes and JSON at its extremes", () => {
  const back = fromBytes(ScalarsCodec, toBytes(ScalarsCodec, scalars));
  expect(back).toEqual(scalars);
  expect(Object.is(back.aDouble, -0)).toBe(true);
  expect(fromJsonString(ScalarsCodec, toJsonString(ScalarsCodec, scalars))).toEqual(back);
});

test("explicit fields tell absent from zero", () => {
  expect(fromBytes(OptionalsCodec, toBytes(OptionalsCodec, {}))).toEqual({});
  const zeros = { aBool: false, anInt32: 0, anInt64: 0n, aString: "", aMessage: {}, anEnum: "RED", last: 0n } as const;
  const back = fromBytes(OptionalsCodec, toBytes(OptionalsCodec, zeros));
  expect(back).toMatchObject({ aBool: false, anInt32: 0, anInt64: 0n, aString: "", anEnum: "RED", last: 0n });
  expect(back.aDouble).toBeUndefined();
  expect(fromJsonString(OptionalsCodec, toJsonString(OptionalsCodec, zeros))).toEqual(back);
});

test("lists and maps of everything survive bytes and JSON", () => {
  const lists: ListsInit = {
    bools: [true, false],
    int32s: [-1, 0, 1],
    int64s: [-1n, 2n ** 62n],
    doubles: [0.1, Infinity],
    strings: ["", "x".repeat(1000)],
    blobs: [new Uint8Array(0), new Uint8Array([1])],
    colours: ["DEEP_BLUE", "negative", "#99"],
    messages: [scalars],
    unions: [
      { kind: "name", value: "n" },
      { kind: "nested", value: { value: 1 } },
    ],
    loose: [1, 2, 3],
    times: [new Date(0)],
    values: [null, 1, "a", [true], {}],
    zigzags: [-5n],
  };
  const listsBack = fromBytes(ListsCodec, toBytes(ListsCodec, lists));
  expect(listsBack).toMatchObject({ ...lists, messages: [scalars] });
  expect(fromJsonString(ListsCodec, toJsonString(ListsCodec, lists))).toEqual(listsBack);

  const maps: MapsInit = {
    byString: JSON.parse('{"__proto__":"own","constructor":"c","":"empty"}') as Record<string, string>,
    byInt: new Map([[-3, scalars]]),
    byLong: new Map([[18446744073709551615n, "GREEN"]]),
    byBool: new Map([[false, new Uint8Array([9])]]),
    byZigzag: new Map([[-9n, 0.5]]),
    toUnion: { s: { kind: "circle", value: { radius: 2 } } },
    toTime: { t: new Date(5) },
  };
  const mapsBack = fromBytes(MapsCodec, toBytes(MapsCodec, maps));
  expect([...mapsBack.byString]).toEqual([
    ["__proto__", "own"],
    ["constructor", "c"],
    ["", "empty"],
  ]);
  expect(mapsBack.byLong.get(18446744073709551615n)).toBe("GREEN");
  expect(fromJsonString(MapsCodec, toJsonString(MapsCodec, maps))).toEqual(mapsBack);
  expect(({} as Record<string, unknown>)["own"]).toBeUndefined();
});

test("names that mean something to JavaScript are only names", () => {
  const hostile: HostileInit = {
    class: "c",
    then: "t",
    toJSON: "j",
    map: "m",
    kind: "k",
    writer: "w",
    into: "i",
    end: "e",
    NaN: 1,
  };
  const named = HostileCodec.fromJson(
    JSON.parse('{"constructor":"1","prototype":"2","hasOwnProperty":"3","toString":"4","valueOf":"5","__proto__":"6"}'),
  );
  expect(named).toMatchObject({
    constructor_: "1",
    prototype: "2",
    hasOwnProperty_: "3",
    toString_: "4",
    valueOf_: "5",
  });
  expect(Object.getPrototypeOf(named)).toBe(Object.prototype);
  const text = toJsonString(HostileCodec, named);
  expect(text).toContain('"__proto__":"6"');
  expect(fromJsonString(HostileCodec, text)).toEqual(named);
  expect(fromBytes(HostileCodec, toBytes(HostileCodec, hostile))).toMatchObject(hostile);
  expect(fromBytes(HostileCodec, toBytes(HostileCodec, {}))).toMatchObject({ constructor_: "", toString_: "" });
  expect("pwned" in globalThis).toBe(false);
});

test("members of an inline union keep their order among other fields", () => {
  const choices = [
    { kind: "text", value: "" },
    { kind: "tree", value: { value: 1 } },
    { kind: "flag", value: false },
    { kind: "toggle", value: "OFF" },
    { kind: "when", value: new Date(1) },
    { kind: "blob", value: new Uint8Array(0) },
  ] as const;
  for (const choice of choices) {
    const back = fromBytes(ChoiceCodec, toBytes(ChoiceCodec, { before: "b", choice, between: "m", after: "a" }));
    expect(back.choice?.kind).toBe(choice.kind);
    expect(fromJsonString(ChoiceCodec, toJsonString(ChoiceCodec, back))).toEqual(back);
  }
  expect(fromBytes(ChoiceCodec, toBytes(ChoiceCodec, {})).choice).toBeUndefined();
});

test("a tree that contains itself is refused with a sentence, not a stack overflow", () => {
  const tree: { value: number; left?: TreeInit } = { value: 1 };
  tree.left = tree;
  expect(() => toBytes(TreeCodec, tree)).toThrow(/torture\.v1\.Tree.*(deep|nest)/i);
  expect(() => toJsonString(TreeCodec, tree)).toThrow(/(deep|nest)/i);
});

const handler: TortureHandler = {
  then_: (tree) => tree,
  catch(tree) {
    if (tree.value === 1) throw new Empty({});
    throw new Broken({ name: "n", message: "m", stack: "s", code: 5, detail: tree });
  },
  async *constructor_(tree) {
    yield tree;
  },
  async toString_(trees) {
    return { children: await collect(trees) };
  },
  async *__proto___(trees) {
    yield* trees;
  },
  delete() {},
  class() {},
  inline: (await_, class_, options, call) => ({
    before: [await_, String(class_), options.join(), [...call.keys()].join()].join("/"),
  }),
  plain: () => ({ int32s: [1] }),
  list: async () => ["a", "b"],
  async *maybe(id) {
    yield { kind: "name", value: id } satisfies Shape;
  },
  union: (shape) => shape,
  slow: () => true,
};

test.each(codecs)(
  "methods with hostile names are called like any other, and a client is not thenable, in %s",
  async (codec) => {
    const services = [serveTorture(handler)];
    const { channel } = await twoSides(services, "memory", {}, speaking(codec, services));
    const torture = createTortureClient(channel);
    expect(await Promise.resolve(torture)).toBe(torture);
    expect((await torture.then_({ value: 3 })).value).toBe(3);
    expect((await collect(torture.constructor_({ value: 4 }))).map((tree) => tree.value)).toEqual([4]);
    expect((await torture.toString_([{ value: 5 }])).children[0]?.value).toBe(5);
    expect(await collect(torture.__proto___([{ value: 6 }]))).toHaveLength(1);
    await torture.delete({ value: 1 });
    expect(await torture.class()).toBeUndefined();
    const choice = await torture.inline("a", 2, ["GREEN"], new Map([["k", 1n]]));
    expect(choice.before).toBe("a/2/GREEN/k");
    expect((await torture.plain()).int32s).toEqual([1]);
    expect(await torture.list()).toEqual(["a", "b"]);
    expect(await collect(torture.maybe("x"))).toEqual([{ kind: "name", value: "x" }]);
    expect(await torture.union({ kind: "number", value: 5n })).toEqual({ kind: "number", value: 5n });
    expect(await torture.slow()).toBe(true);

    const broken = await torture.catch({ value: 2 }).catch((error: unknown) => error);
    expect(broken).toBeInstanceOf(Broken);
    expect((broken as Broken).detail).toMatchObject({ name: "n", message: "m", stack: "s", code: 5 });
    await expect(torture.catch({ value: 1 })).rejects.toBeInstanceOf(Empty);
  },
);
