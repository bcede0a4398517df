/** Readers of scalars: the edges of each type, every accepted spelling, and what the errors say. */

import { expect, test } from "vitest";
import { JsonReader } from "./json-codec.js";
import type { ReadJson } from "./json-codec.js";
import {
  readBool,
  readBoolKey,
  readBytes,
  readDouble,
  readDuration,
  readFloat,
  readInt32,
  readInt64,
  readInt64Number,
  readInt64String,
  readJson,
  readString,
  readTimestamp,
  readTimestampParts,
  readUint32,
  readUint64,
  readUint64Number,
} from "./json-read-scalar.js";
import type { JsonInput } from "./json-value.js";

function read<T>(reader: ReadJson<T>, json: JsonInput): T {
  return reader(json, new JsonReader());
}

test.each<[string, ReadJson<unknown>, JsonInput, unknown]>([
  ["int32 max", readInt32, 2147483647, 2147483647],
  ["int32 min", readInt32, -2147483648, -2147483648],
  ["int32 minus zero", readInt32, -0, 0],
  ["int32 in quotes", readInt32, "-12", -12],
  ["int32 with exponent", readInt32, "1e5", 100000],
  ["int32 with fraction zero", readInt32, "100.000", 100],
  ["int32 with both", readInt32, "2.147483647e9", 2147483647],
  ["int32 as a shifted exponent", readInt32, "1200e-2", 12],
  ["int32 zero with an absurd exponent", readInt32, "0e999999999", 0],
  ["uint32 max", readUint32, 4294967295, 4294967295],
  ["int64 max", readInt64, "9223372036854775807", 9223372036854775807n],
  ["int64 as bigint", readInt64, 9007199254740993n, 9007199254740993n],
  ["int64 as number", readInt64, 9223372036854774784, 9223372036854774784n],
  ["uint64 max", readUint64, "18446744073709551615", 18446744073709551615n],
  ["int64 as safe number", readInt64Number, "9007199254740991", Number.MAX_SAFE_INTEGER],
  ["int64 as string", readInt64String, 1, "1"],
  ["double", readDouble, 1.5, 1.5],
  ["double in quotes", readDouble, "-1.5e2", -150],
  ["double of a long integer", readDouble, 9007199254740993n, 9007199254740992],
  ["double NaN", readDouble, "NaN", NaN],
  ["double minus infinity", readDouble, "-Infinity", -Infinity],
  ["float", readFloat, 0.1, Math.fround(0.1)],
  ["float infinity", readFloat, "Infinity", Infinity],
  ["string", readString, "\u0000\u{1F600}", "\u0000\u{1F600}"],
  ["bool", readBool, false, false],
  ["bool key", readBoolKey, "true", true],
  ["bytes, padded", readBytes, "AQI=", Uint8Array.of(1, 2)],
  ["bytes, not padded", readBytes, "AQI", Uint8Array.of(1, 2)],
  ["bytes, standard alphabet", readBytes, "+/+/", Uint8Array.of(0xfb, 0xff, 0xbf)],
  ["bytes, URL-safe alphabet", readBytes, "-_-_", Uint8Array.of(0xfb, 0xff, 0xbf)],
  ["bytes, none", readBytes, "", Uint8Array.of()],
  ["timestamp", readTimestamp, "2025-01-31T09:30:00.1239Z", new Date("2025-01-31T09:30:00.123Z")],
  ["timestamp before 1970", readTimestamp, "1969-12-31T23:59:59.9999Z", new Date(-1)],
  ["timestamp with offset", readTimestamp, "1970-01-01T08:00:01+08:00", new Date(1000)],
  ["timestamp on a leap day", readTimestamp, "2000-02-29T00:00:00Z", new Date(Date.UTC(2000, 1, 29))],
  ["timestamp, first", readTimestampParts, "0001-01-01T00:00:00Z", { seconds: -62135596800n, nanos: 0 }],
  [
    "timestamp, last",
    readTimestampParts,
    "9999-12-31T23:59:59.999999999Z",
    { seconds: 253402300799n, nanos: 999999999 },
  ],
  ["duration", readDuration, "1.5s", 1500],
  ["negative duration", readDuration, "-0.000001s", -0.001],
])("reads %s", (_name, reader, json, value) => {
  expect(read(reader, json)).toEqual(value);
});

test.each<[ReadJson<unknown>, JsonInput, string]>([
  [readInt32, 2147483648, "expected an integer from -2147483648 to 2147483647, got an integer outside of that"],
  [readInt32, 0.5, "got a fraction"],
  [readInt32, "1e-1", "got a fraction"],
  [readInt32, "1e999999999", "got an integer outside of that"],
  [readInt32, " 1", "got a string that is none"],
  [readInt32, "+1", "got a string that is none"],
  [readInt32, "01", "got a string that is none"],
  [readInt32, "", "got a string that is none"],
  [readInt32, "0x10", "got a string that is none"],
  [readInt32, null, "got null"],
  [readInt32, true, "got a boolean"],
  [readUint32, -1, "expected an integer from 0 to 4294967295, got an integer outside of that"],
  [readInt64, "9223372036854775808", "got an integer outside of that"],
  [readInt64, "-9223372036854775809", "got an integer outside of that"],
  [readUint64, "18446744073709551616", "got an integer outside of that"],
  [readUint64, Infinity, "got an integer outside of that"],
  [readInt64Number, "9007199254740992", "expected an integer from -9007199254740991 to 9007199254740991"],
  [readUint64Number, "-1", "expected an integer from 0 to 9007199254740991"],
  [readDouble, Infinity, "beyond the range of a double"],
  [readDouble, "1e400", "beyond the range of a double"],
  [readDouble, "nan", "got a string that is none"],
  [readDouble, [], "expected a number, got a list"],
  [readFloat, 3.502823e38, "beyond the range of a float"],
  [readString, 1, "expected a string, got a number"],
  [readString, "\ud800", "half of a surrogate pair"],
  [readBool, "true", "expected a boolean, got a string"],
  [readBoolKey, "yes", 'expected "true" or "false" as the key'],
  [readBytes, "A", "got a string that is none"],
  [readBytes, "AQ=", "got a string that is none"],
  [readBytes, "A=Q=", "got a string that is none"],
  [readBytes, "AQ I", "got a string that is none"],
  [readBytes, "ÄQI=", "got a string that is none"],
  [readTimestamp, "2025-02-29T00:00:00Z", "expected a timestamp"],
  [readTimestamp, "2025-01-31T24:00:00Z", "expected a timestamp"],
  [readTimestamp, "2025-01-31T00:00:60Z", "expected a timestamp"],
  [readTimestamp, "2025-01-31T00:00:00", "expected a timestamp"],
  [readTimestamp, "2025-01-31t00:00:00Z", "expected a timestamp"],
  [readTimestamp, "0001-01-01T00:00:00+00:01", "expected a timestamp"],
  [readTimestamp, "0000-01-01T00:00:00Z", "expected a timestamp"],
  [readTimestamp, "10000-01-01T00:00:00Z", "expected a timestamp"],
  [readTimestamp, 0, "got a number"],
  [readDuration, "1", "expected a duration"],
  [readDuration, "1.s", "expected a duration"],
  [readDuration, "315576000001s", "expected a duration"],
  [readJson, [1, { a: Infinity }], "[1][0]: expected a number"],
])("refuses what does not fit (%#)", (reader, json, problem) => {
  expect(() => read(reader, json)).toThrow(problem);
});

test("a very long number costs no more than its length", () => {
  const zeros = "0".repeat(1_000_000);
  expect(() => read(readInt64, `1${zeros}1`)).toThrow("outside of that");
  expect(read(readInt64, `1.${zeros}`)).toBe(1n);
});

test("json is copied with its own __proto__, and limited in depth", () => {
  const hostile = JSON.parse('{"__proto__":{"polluted":1}}') as JsonInput;
  const copy = read(readJson, hostile);
  expect(Object.keys(copy as object)).toEqual(["__proto__"]);
  expect("polluted" in {}).toBe(false);
  let deep: JsonInput = 1;
  for (let level = 0; level < 5000; level++) deep = [deep];
  expect(() => read(readJson, deep)).toThrow("nested deeper than 100 levels");
});
