/** Timestamps, durations and JSON values on the wire. */

import { expect, test } from "vitest";
import { Reader } from "../../bytes/reader.js";
import { Writer } from "../../bytes/writer.js";
import { fromBytes, toBytes } from "../binary.js";
import type { BinaryCodec } from "../codec.js";
import type { JsonValue } from "../json/json-value.js";
import { decodeDuration, encodeDuration } from "./duration.js";
import { decodeJson, encodeJson } from "./json-on-wire.js";
import { decodeTimestamp, encodeTimestamp } from "./timestamp.js";

const timestamp: BinaryCodec<Date> = { name: "Timestamp", encode: encodeTimestamp, decode: decodeTimestamp };
const duration: BinaryCodec<number> = { name: "Duration", encode: encodeDuration, decode: decodeDuration };
const json: BinaryCodec<JsonValue> = { name: "Value", encode: encodeJson, decode: decodeJson };

const hex = <T>(codec: BinaryCodec<T>, value: T): string => Buffer.from(toBytes(codec, value)).toString("hex");
const back = <T>(codec: BinaryCodec<T>, value: T): T => fromBytes(codec, toBytes(codec, value));

test("timestamps are seconds and nanoseconds that never count down", () => {
  expect(hex(timestamp, new Date(0))).toBe("");
  expect(hex(timestamp, new Date(1500))).toBe("0801" + "1080cab5ee01");
  expect(hex(timestamp, new Date(-1))).toBe("08ffffffffffffffffff01" + "10c08faedc03");
  for (const time of [-8.64e15, -62135596800001, -1, 0, 1, 999, 8.64e15])
    expect(back(timestamp, new Date(time)).getTime()).toBe(time);
});

test("nanoseconds are rounded down to milliseconds, and no Date is made where none reaches", () => {
  expect(fromBytes(timestamp, Buffer.from("10ff93ebdc03", "hex")).getTime()).toBe(999);
  expect(() => fromBytes(timestamp, Buffer.from("08ffffffffffffff0f", "hex"))).toThrow(
    "outside of what a Date can hold",
  );
  expect(() => toBytes(timestamp, new Date(NaN))).toThrow("wants a valid Date, got an invalid Date");
});

test("parts of one timestamp or duration are merged", () => {
  const half = new Reader(Buffer.from("1080cab5ee01", "hex"));
  expect(decodeTimestamp(half, half.end, new Date(2000)).getTime()).toBe(2500);
  const more = new Reader(Buffer.from("1080cab5ee01", "hex"));
  expect(decodeDuration(more, more.end, 2000)).toBe(2500);
});

test("durations keep their sign in both parts, and their nanoseconds", () => {
  for (const value of [0, 1, -1, 0.000001, -1500.5, 3_600_000, 999.9999999, 315_576_000_000_000]) {
    expect(back(duration, value)).toBeCloseTo(value, 6);
  }
  expect(hex(duration, -1500)).toBe("08ffffffffffffffffff01" + "1080b6ca91feffffffff01");
  expect(hex(duration, 999.9999999)).toBe("0801");
  for (const wrong of [NaN, Infinity, 315_576_000_000_001]) {
    expect(() => toBytes(duration, wrong)).toThrow("wants a number of milliseconds up to ten thousand years");
  }
});

test("a duration above ten thousand years is not read, as it could not be written", () => {
  const seconds = (count: number): Uint8Array => {
    const w = new Writer();
    return w.buffer.slice(0, w.int64(0, 8, count));
  };
  expect(fromBytes(duration, seconds(315_576_000_000))).toBe(315_576_000_000_000);
  for (const count of [315_576_000_001, -315_576_000_001, Number.MAX_SAFE_INTEGER]) {
    expect(() => fromBytes(duration, seconds(count))).toThrow("a duration is longer than ten thousand years");
  }
});

test("JSON values come back as they were", () => {
  const values: JsonValue[] = [
    null,
    true,
    false,
    0,
    -0,
    1.5,
    "",
    "text",
    [],
    {},
    [1, [2, { a: null }]],
    { a: { b: [true] } },
  ];
  for (const value of values) expect(back(json, value)).toEqual(value);
  expect(hex(json, null)).toBe("0800");
  expect(hex(json, { a: 1 })).toBe("2a10" + "0a0e0a0161" + "1209" + "11000000000000f03f");
});

test("a JSON value without content is null, one given twice is merged", () => {
  expect(fromBytes(json, new Uint8Array(0))).toBeNull();
  const twice = Buffer.concat([toBytes(json, { a: 1 }), toBytes(json, { b: 2 })]);
  expect(fromBytes(json, twice)).toEqual({ a: 1, b: 2 });
  expect(fromBytes(json, Buffer.concat([toBytes(json, [1]), toBytes(json, [2])]))).toEqual([1, 2]);
  expect(fromBytes(json, Buffer.concat([toBytes(json, [1]), toBytes(json, "x")]))).toBe("x");
});

test("names of a JSON object are its own properties, whatever they are", () => {
  const value = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as JsonValue;
  const read = back(json, value) as object;
  expect(Object.keys(read)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("JSON that is too deep, contains itself or is no JSON is refused both ways", () => {
  let deep: JsonValue = 1;
  for (let i = 0; i < 60; i++) deep = [deep];
  expect(() => toBytes(json, deep)).toThrow("nests deeper than 100 levels");
  const ring: JsonValue[] = [];
  ring.push(ring);
  expect(() => toBytes(json, ring)).toThrow("nests deeper than 100 levels");
  for (const wrong of [undefined, 1n, Symbol("s"), () => 1, new Date(0), new Map()]) {
    expect(() => toBytes(json, wrong as unknown as JsonValue)).toThrow("google.protobuf.Value: wants a JSON value");
  }
  let bytes = Buffer.alloc(0);
  for (let i = 0; i < 70; i++) {
    const list = Buffer.concat([Buffer.from([0x0a, (bytes.length & 127) | 128, bytes.length >> 7]), bytes]);
    bytes = Buffer.concat([Buffer.from([0x32, (list.length & 127) | 128, list.length >> 7]), list]);
  }
  expect(() => fromBytes(json, bytes)).toThrow("nested deeper than 100 levels");
});

test("encoding that is interrupted leaves nothing behind for the next message", () => {
  const trap = {
    get a(): JsonValue {
      throw new Error("a getter of the user's");
    },
  };
  expect(() => toBytes(json, trap)).toThrow("a getter of the user's");
  expect(hex(json, [null])).toBe("32040a020800");
  const nested = {
    get a(): JsonValue {
      return hex(json, "inner");
    },
  };
  expect(back(json, nested)).toEqual({ a: hex(json, "inner") });
});
