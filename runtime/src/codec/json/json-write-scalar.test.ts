/** Writers of scalars: canonical spellings, and that the readers take back what they write. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { formatBase64, parseBase64 } from "./json-base64.js";
import { JsonReader, JsonWriter } from "./json-codec.js";
import { readFieldMaskPaths, writeFieldMaskPaths } from "./json-field-mask.js";
import { readDouble, readDuration, readFloat, readTimestamp } from "./json-read-scalar.js";
import { formatDuration, formatTimestamp, parseDuration, parseTimestamp } from "./json-time.js";
import {
  writeBytes,
  writeDouble,
  writeDuration,
  writeFloat,
  writeInt32,
  writeInt64,
  writeTimestamp,
  writeUint32,
  writeUint64,
} from "./json-write-scalar.js";

const writer = (): JsonWriter => new JsonWriter();
const reader = (): JsonReader => new JsonReader();

test("64-bit integers are strings, whatever form they have in TypeScript", () => {
  expect(writeInt64(-(2n ** 63n), writer())).toBe("-9223372036854775808");
  expect(writeInt64(5, writer())).toBe("5");
  expect(writeUint64("18446744073709551615", writer())).toBe("18446744073709551615");
  expect(() => writeUint64(-1n, writer())).toThrow("expected an integer from 0 to 18446744073709551615");
  expect(() => writeUint64(-1, writer())).toThrow("18446744073709551615, got a whole number outside of that");
  expect(() => writeInt64(2 ** 53, writer())).toThrow("expected a bigint or a string, since a number that large");
});

test("an integer that does not fit is told from one that is none", () => {
  expect(() => writeUint32(-1, writer())).toThrow("from 0 to 4294967295, got a whole number outside of that");
  expect(() => writeInt32(2 ** 31, writer())).toThrow("to 2147483647, got a whole number outside of that");
  expect(() => writeInt32(1.5, writer())).toThrow("to 2147483647, got a fraction");
});

test("numbers that JSON lacks are strings", () => {
  expect([NaN, Infinity, -Infinity].map((value) => writeDouble(value, writer()))).toEqual([
    "NaN",
    "Infinity",
    "-Infinity",
  ]);
});

test("a float has its fewest digits and is still the same float", () => {
  expect(writeFloat(Math.fround(0.1), writer())).toBe(0.1);
  expect(() => writeFloat(1e39, writer())).toThrow("beyond the range of a float");
  fc.assert(
    fc.property(fc.float(), (value) => {
      expect(readFloat(writeFloat(value, writer()), reader())).toBe(value);
    }),
  );
});

test("doubles, times and durations read back the same", () => {
  fc.assert(
    fc.property(
      fc.double(),
      fc.date({ min: new Date(-62135596800000), max: new Date(253402300799999), noInvalidDate: true }),
      fc.integer({ min: -315_576_000_000_000, max: 315_576_000_000_000 }),
      (double, date, duration) => {
        expect(readDouble(writeDouble(double, writer()), reader())).toBe(double);
        expect(readTimestamp(writeTimestamp(date, writer()), reader())).toEqual(date);
        expect(readDuration(writeDuration(duration, writer()), reader())).toBe(duration + 0);
      },
    ),
  );
});

test("every nanosecond of a timestamp and a duration survives", () => {
  const nanos = fc.integer({ min: 0, max: 999_999_999 });
  fc.assert(
    fc.property(fc.bigInt({ min: -62135596800n, max: 253402300799n }), nanos, (seconds, nanos) => {
      expect(parseTimestamp(formatTimestamp(seconds, nanos) ?? "")).toEqual({ seconds, nanos });
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 315576000000n }), nanos, fc.boolean(), (seconds, nanos, isNegative) => {
      const span = isNegative ? { seconds: -seconds, nanos: 0 - nanos } : { seconds, nanos };
      expect(parseDuration(formatDuration(span.seconds, span.nanos) ?? "")).toEqual(span);
    }),
  );
});

test("times have 0, 3, 6 or 9 digits", () => {
  expect([0, 10_000_000, 10_000, 10].map((nanos) => formatTimestamp(0n, nanos))).toEqual([
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00.010Z",
    "1970-01-01T00:00:00.000010Z",
    "1970-01-01T00:00:00.000000010Z",
  ]);
  expect(writeDuration(-0.5, writer())).toBe("-0.000500s");
  expect(writeDuration(0.1 + 0.2, writer())).toBe("0.000300s");
  expect(writeDuration(999.9999999, writer())).toBe("1s");
});

test("times out of range are refused", () => {
  expect(formatTimestamp(-62135596801n, 0)).toBeUndefined();
  expect(formatTimestamp(253402300800n, 0)).toBeUndefined();
  expect(formatTimestamp(0n, -1)).toBeUndefined();
  expect(formatDuration(315576000001n, 0)).toBeUndefined();
  expect(formatDuration(1n, -1)).toBeUndefined();
  expect(() => writeTimestamp(new Date(Number.NaN), writer())).toThrow("expected a valid Date");
  expect(() => writeTimestamp(new Date(8.64e15), writer())).toThrow("from year 1 to 9999");
  expect(() => writeDuration(Infinity, writer())).toThrow("expected a number of milliseconds");
});

test("base64 is that of the platform, both ways", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = writeBytes(bytes, writer());
      expect(text).toBe(Buffer.from(bytes).toString("base64"));
      expect(parseBase64(text)).toEqual(bytes);
      expect(parseBase64(Buffer.from(bytes).toString("base64url"))).toEqual(bytes);
      expect(formatBase64(bytes)).toBe(text);
    }),
  );
});

test("field masks are camelCase in JSON, and only paths that come back are written", () => {
  expect(readFieldMaskPaths("foo,barBaz.qux", reader())).toEqual(["foo", "bar_baz.qux"]);
  expect(readFieldMaskPaths("", reader())).toEqual([]);
  expect(writeFieldMaskPaths(["foo", "bar_baz.qux"], writer())).toBe("foo,barBaz.qux");
  for (const path of ["fooBar", "foo_3_bar", "foo__bar", "foo_", ""]) {
    expect(() => writeFieldMaskPaths([path], writer())).toThrow("[0]: expected a path of snake_case names");
  }
  expect(() => readFieldMaskPaths("foo,bar_bar", reader())).toThrow("lowerCamelCase");
});
