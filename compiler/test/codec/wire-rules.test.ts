/** The rules of Protobuf's wire format that no single field shows: merging, last one wins, what is kept and refused. */

import { expect, test } from "vitest";
import { fromBytes, toBytes } from "../../../runtime/src/codec/binary.js";
import type { BinaryCodec } from "../../../runtime/src/codec/codec.js";
import { generate } from "../support/load-generated.js";
import { everyType } from "./every-type.js";

const { load } = generate("wire-rules", { "every.rpc": everyType });
const codecs = await load("every.codec.ts");
const codecOf = (name: string): BinaryCodec<object> => codecs[`${name}Codec`] as BinaryCodec<object>;

const read = (name: string, hex: string): object =>
  fromBytes(codecOf(name), Buffer.from(hex.replaceAll(" ", ""), "hex"));
const write = (name: string, value: object): string => Buffer.from(toBytes(codecOf(name), value)).toString("hex");
const rewrite = (name: string, hex: string): string => write(name, read(name, hex));

test("the last one of a repeated scalar wins", () => {
  expect(read("Scalars", "10 01 10 02")).toMatchObject({ anInt32: 2 });
});

test("lists are read packed and unpacked, whatever they are written as", () => {
  expect(read("Lists", "12 02 01 02 10 03 12 01 04")).toMatchObject({ int32s: [1, 2, 3, 4] });
  expect(read("Lists", "6a 02 01 02 68 03")).toMatchObject({ loose: [1, 2, 3] });
  expect(read("Lists", "31 000000000000f03f 32 08 0000000000000040")).toMatchObject({ doubles: [1, 2] });
  expect(read("Lists", "0a 00")).toMatchObject({ bools: [] });
  expect(rewrite("Lists", "10 01 10 02 6a 02 01 02")).toBe("12020102" + "68016802");
});

test("parts of a singular message are merged: scalars replaced, lists continued, messages merged in turn", () => {
  const parts = "12 04 08 01 18 00" + "12 06 22 02 08 05 08 07" + "12 04 22 02 08 06";
  const tree = read("Tree", parts) as { left: { value: number; children: { value: number }[] } };
  expect(tree.left.value).toBe(7);
  expect(tree.left.children.map((child) => child.value)).toEqual([5, 6]);
});

test("merging keeps the unknown fields of every part", () => {
  expect(rewrite("Wrapper", "0a 03 a0 06 01" + "0a 05 10 05 a8 06 02")).toBe("0a08" + "1005" + "a00601" + "a80602");
});

test("merging many small parts takes time in proportion to their number", () => {
  const part = Buffer.from("12042202080a", "hex");
  const repeat = (bytes: Buffer): Buffer => Buffer.concat(Array.from({ length: 100_000 }, () => bytes));
  const many = repeat(part);
  const tree = fromBytes(codecOf("Tree"), many) as { left: { children: object[] } };
  expect(tree.left.children).toHaveLength(100_000);
  const unknown = fromBytes(codecOf("Tree"), repeat(Buffer.from("1203a00601", "hex"))) as {
    left: { $unknown: Uint8Array };
  };
  expect(unknown.left.$unknown).toHaveLength(300_000);
});

test("the same member of a union again is merged, another one replaces it", () => {
  expect(read("Choice", "22 02 08 01 22 04 12 02 08 02")).toMatchObject({
    choice: { kind: "tree", value: { value: 1, left: { value: 2 } } },
  });
  expect(read("Choice", "22 02 08 01 12 01 61 22 04 12 02 08 02")).toMatchObject({
    choice: { kind: "tree", value: { value: 0, left: { value: 2 } } },
  });
  expect(read("Shape", "0a 02 08 02 0a 02 10 04")).toEqual({ kind: "point", value: { x: 1, y: 2 } });
  expect(read("Shape", "0a 02 08 02 12 01 61")).toEqual({ kind: "name", value: "a" });
});

test("a member with the value zero is still there", () => {
  for (const choice of [
    { kind: "text", value: "" },
    { kind: "flag", value: false },
    { kind: "toggle", value: "OFF" },
  ]) {
    expect(fromBytes(codecOf("Choice"), toBytes(codecOf("Choice"), { choice }))).toMatchObject({ choice });
  }
});

test("fields are written by ascending number, members of unions among them", () => {
  const value = { after: { aBool: true }, between: "m", choice: { kind: "tree", value: {} }, before: "b" };
  expect(write("Choice", value)).toBe("0a0162" + "1a016d" + "2200" + "2a020801");
});

test("unknown fields, groups among them, are written behind the known ones", () => {
  const unknown = "a0 06 01" + "a3 06 08 01 a4 06" + "aa 06 01 61" + "b5 06 00 00 00 01";
  expect(rewrite("Point", unknown + "08 02")).toBe("0802" + unknown.replaceAll(" ", ""));
});

test("a known number with another wire type is an unknown field", () => {
  expect(read("Point", "0a 01 61")).toMatchObject({ x: 0 });
  expect(rewrite("Point", "0a 01 61 08 02")).toBe("0802" + "0a0161");
});

test("an unknown member of a union is kept as it came; a union without any member is its own kind", () => {
  expect(read("Shape", "a2 06 01 61")).toEqual({ kind: "#100", value: Uint8Array.of(0xa2, 6, 1, 0x61) });
  expect(rewrite("Shape", "a2 06 01 61 a2 06 01 62")).toBe("a2060161a2060162");
  expect(read("Shape", "12 01 61 a0 06 01")).toMatchObject({ kind: "#100" });
  expect(read("Shape", "")).toMatchObject({ kind: "#0" });
  expect(rewrite("Shape", "")).toBe("");
});

test("map entries may lack key or value, repeat a key, and hold fields that nobody knows", () => {
  const map = (
    read("Maps", "0a 00" + "0a 03 0a 01 61" + "0a 03 12 01 62" + "0a 08 0a 01 61 12 01 63 18 05") as {
      byString: Map<string, string>;
    }
  ).byString;
  expect([...map]).toEqual([
    ["", "b"],
    ["a", "c"],
  ]);
  const byInt = (read("Maps", "12 02 08 05") as { byInt: Map<number, object> }).byInt;
  expect(byInt.get(5)).toMatchObject({ aString: "", anInt64: 0n });
  const toShape = (read("Maps", "32 03 0a 01 61") as { toShape: Map<string, object> }).toShape;
  expect(toShape.get("a")).toMatchObject({ kind: "#0" });
});

test("keys that mean something to objects are only keys", () => {
  const map = JSON.parse('{"__proto__":"p","constructor":"c"}') as object;
  const back = fromBytes(codecOf("Maps"), toBytes(codecOf("Maps"), { byString: map })) as {
    byString: Map<string, string>;
  };
  expect([...back.byString.keys()]).toEqual(["__proto__", "constructor"]);
  const data = fromBytes(codecOf("Wrapper"), toBytes(codecOf("Wrapper"), { data: map })) as { data: object };
  expect(Object.keys(data.data)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(data.data)).toBe(Object.prototype);
});

test("varints of 64 bits are cut to 32 for enums and int32, and any bit makes a bool true", () => {
  expect(read("Scalars", "10 81 80 80 80 80 01")).toMatchObject({ anInt32: 1 });
  expect(read("Scalars", "80 01 c8 81 80 80 80 80 01")).toMatchObject({ aColour: "DEEP" });
  expect(read("Scalars", "80 01 ff ff ff ff ff ff ff ff ff 01")).toMatchObject({ aColour: "NEGATIVE" });
  expect(read("Scalars", "08 80 80 80 80 80 80 80 80 80 01")).toMatchObject({ aBool: true });
});

test("minus zero is a value, zero and absence are the same", () => {
  expect(write("Scalars", { aDouble: -0 })).toBe("690000000000000080");
  expect(write("Scalars", { aDouble: 0, aFloat: 0, anInt32: 0, aString: "", aColour: "RED", anInt64: 0n })).toBe("");
  expect(write("Optionals", { aDouble: 0, aString: "" })).toBe("190000000000000000" + "2200");
});

test("an open enum keeps what it does not know, a closed one refuses it", () => {
  expect(read("Scalars", "80 01 07")).toMatchObject({ aColour: "#7" });
  expect(rewrite("Scalars", "80 01 07")).toBe("800107");
  expect(() => read("Scalars", "88 01 07")).toThrow("cannot decode every.v1.Scalars: a closed enum has no value");
});

test("a nested field that is longer than its message is refused", () => {
  expect(() => read("Wrapper", "0a 02 72 05 61 62 63 64 65")).toThrow("a field is longer than its message");
  expect(() => read("Lists", "12 01 ff 01")).toThrow("an item is longer than its packed list");
});

test("messages nest a hundred levels deep and no deeper, and the error says where", () => {
  const nest = (levels: number): Uint8Array => {
    let bytes = Buffer.alloc(0);
    for (let i = 0; i < levels; i++) {
      const length = [];
      for (let rest = bytes.length; ; rest >>>= 7) {
        if (rest < 128) {
          length.push(rest);
          break;
        }
        length.push((rest & 127) | 128);
      }
      bytes = Buffer.concat([Buffer.from([0x12, ...length]), bytes]);
    }
    return bytes;
  };
  expect(() => fromBytes(codecOf("Tree"), nest(100))).not.toThrow();
  expect(() => fromBytes(codecOf("Tree"), nest(101))).toThrow(
    "cannot decode every.v1.Tree: nested deeper than 100 levels",
  );
  expect(() => fromBytes(codecOf("Tree"), nest(20_000))).toThrow("nested deeper than 100 levels");
  expect(() => fromBytes(codecOf("Tree"), nest(11), { depthMax: 10 })).toThrow("nested deeper than 10 levels");
});

test("two million empty messages in four million bytes are refused before they fill the memory", () => {
  const bomb = Buffer.alloc(4_000_000);
  for (let i = 0; i < bomb.length; i += 2) bomb[i] = 0x22;
  expect(() => fromBytes(codecOf("Tree"), bomb)).toThrow("more than 262144 messages inside one");
});

test("values that do not fit are EncodeErrors that name message and field and show no contents", () => {
  const wrong: [string, unknown, RegExp][] = [
    [
      "Scalars",
      { anInt32: 1.5 },
      /^cannot encode every\.v1\.Scalars: field 2 wants a whole number .*, got a fraction$/,
    ],
    ["Scalars", { aUint64: -1n }, /field 5 .* not negative/],
    [
      "Scalars",
      { aString: 12345678 },
      /^cannot encode every\.v1\.Scalars: field 14 wants a string, got (?!.*12345678)/,
    ],
    [
      "Scalars",
      { aColour: "MAUVE" },
      /^cannot encode every\.v1\.Scalars: field 16 wants a value of its enum(?!.*MAUVE)/,
    ],
    ["Scalars", { aSwitch: "#1" }, /field 17 wants a value of its enum/],
    ["Scalars", { asString: "1e3" }, /field 19 wants a whole number/],
    ["Scalars", { someBytes: "text" }, /field 15 wants a Uint8Array, got a string/],
    ["Lists", { strings: "abc" }, /field 8 wants an array, got a string/],
    ["Lists", { int32s: [1, "2"] }, /^cannot encode every\.v1\.Lists: field 2 /],
    ["Maps", { byString: { a: 1 } }, /^cannot encode every\.v1\.Maps: field 1 wants a string, got/],
    ["Maps", { byInt: { 1: {} } }, /field 2 wants a Map, got an object/],
    ["Choice", { choice: { kind: "txt", value: "" } }, /field 2 wants a member of its union/],
    ["Shape", { kind: "sphere", value: new Uint8Array(0) }, /every\.v1\.Shape: wants one of its members/],
    ["Wrapper", { inner: { anInt32: 2 ** 40 } }, /^cannot encode every\.v1\.Scalars: field 2 /],
    ["Wrapper", { inner: null }, /every\.v1\.Scalars: wants an object, got null/],
    ["Optionals", { when: new Date(NaN) }, /google\.protobuf\.Timestamp: wants a valid Date/],
    ["Wrapper", { data: { a: 1n } }, /google\.protobuf\.Value: wants a JSON value, got a bigint/],
  ];
  for (const [name, value, message] of wrong) {
    expect(() => write(name, value as object), message.source).toThrow(message);
    expect(() => write(name, value as object)).toThrow(expect.objectContaining({ name: "EncodeError" }));
  }
});

test("a value that contains itself is refused, and the next one is written as if nothing had happened", () => {
  const tree: { left?: object } = {};
  tree.left = tree;
  expect(() => write("Tree", tree)).toThrow("cannot encode every.v1.Tree: field 2 nests deeper than 100 levels");
  expect(write("Tree", { left: { value: 1 } })).toBe("12020801");
});

test("a declared error carries its detail to the other side", async () => {
  const { Broken } = (await load("every.types.ts")) as {
    Broken: new (detail: object, message?: string) => Error & { detail: object };
  };
  const { BrokenError } = codecs as {
    BrokenError: {
      encode: BinaryCodec<object>["encode"];
      decode: (r: unknown, end: number, message: string, facts: object) => Error;
    };
  };
  const error = new Broken({ reason: "worn" });
  expect(error.detail).toEqual({ reason: "worn", codes: [] });
  expect(error).toMatchObject({ code: "data-loss", message: "broken", name: "Broken", typeName: "every.v1.Broken" });
  const { Reader } = await import("../../../runtime/src/bytes/reader.js");
  const { Writer } = await import("../../../runtime/src/bytes/writer.js");
  const writer = new Writer();
  const end = BrokenError.encode(writer, error, 0);
  const again = BrokenError.decode(new Reader(writer.buffer, 0, end), end, "it broke", {});
  expect(again).toBeInstanceOf(Broken);
  expect(again).toMatchObject({ message: "it broke", detail: { reason: "worn", codes: [] } });
});
