/** Writers of scalars, and of the built-in types `timestamp`, `duration` and `json`, as canonical JSON. */

import { isWellFormed } from "../../bytes/utf8.js";
import { formatBase64 } from "./json-base64.js";
import { shortestFloat } from "./json-number.js";
import { durationFromMilliseconds, formatDuration, formatTimestamp } from "./json-time.js";
import { isJsonList, setOwn } from "./json-value.js";
import type { JsonValue } from "./json-value.js";
import type { JsonWriter } from "./json-codec.js";

export function writeBool(value: boolean, writer: JsonWriter): boolean {
  return typeof value === "boolean" ? value : writer.expected("a boolean", value);
}

export function writeString(value: string, writer: JsonWriter): string {
  if (typeof value !== "string") writer.expected("a string", value);
  if (!isWellFormed(value)) writer.fail("expected a string, got one with half of a surrogate pair");
  return value;
}

/** Base64 in the standard alphabet with padding. */
export function writeBytes(value: Uint8Array, writer: JsonWriter): string {
  return value instanceof Uint8Array ? formatBase64(value) : writer.expected("bytes", value);
}

/** For `int32`, `sint32` and `sfixed32`. */
export function writeInt32(value: number, writer: JsonWriter): number {
  if (typeof value === "number" && (value | 0) === value) return value | 0;
  return writer.expected("an integer from -2147483648 to 2147483647", value);
}

/** For `uint32` and `fixed32`. */
export function writeUint32(value: number, writer: JsonWriter): number {
  if (typeof value === "number" && value >>> 0 === value) return value >>> 0;
  return writer.expected("an integer from 0 to 4294967295", value);
}

/** For `int64`, `sint64` and `sfixed64`, in any of their forms in TypeScript: a string, which no parser rounds. */
export function writeInt64(value: bigint | number | string, writer: JsonWriter): string {
  return integerText(value, writer, -0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn);
}

/** For `uint64` and `fixed64`, in any of their forms in TypeScript: a string, which no parser rounds. */
export function writeUint64(value: bigint | number | string, writer: JsonWriter): string {
  return integerText(value, writer, 0n, 0xffff_ffff_ffff_ffffn);
}

/** A number or, where JSON has none for it, "NaN", "Infinity" or "-Infinity". */
export function writeDouble(value: number, writer: JsonWriter): number | string {
  if (typeof value !== "number") writer.expected("a number", value);
  return Number.isFinite(value) ? writer.number(value) : String(value);
}

/** As a double, rounded to the nearest float and with its fewest digits. */
export function writeFloat(value: number, writer: JsonWriter): number | string {
  if (typeof value !== "number") writer.expected("a number", value);
  if (!Number.isFinite(value)) return String(value);
  if (!Number.isFinite(Math.fround(value))) writer.fail("expected a number, got one beyond the range of a float");
  return writer.number(shortestFloat(value));
}

/** For the built-in `timestamp`. */
export function writeTimestamp(value: Date, writer: JsonWriter): string {
  const milliseconds = value instanceof Date ? value.getTime() : Number.NaN;
  if (Number.isNaN(milliseconds)) writer.expected("a valid Date", value);
  const seconds = Math.floor(milliseconds / 1000);
  return writeTimestampParts(BigInt(seconds), (milliseconds - seconds * 1000) * 1e6, writer);
}

/** For the built-in `duration`, of so many milliseconds. */
export function writeDuration(value: number, writer: JsonWriter): string {
  const span = typeof value === "number" ? durationFromMilliseconds(value) : undefined;
  if (span === undefined) return writer.expected("a number of milliseconds", value);
  return writeDurationParts(span.seconds, span.nanos, writer);
}

/** For `google.protobuf.Timestamp`. */
export function writeTimestampParts(seconds: bigint, nanos: number, writer: JsonWriter): string {
  return formatTimestamp(seconds, nanos) ?? writer.fail("expected a timestamp from year 1 to 9999, got another");
}

/** For `google.protobuf.Duration`. */
export function writeDurationParts(seconds: bigint, nanos: number, writer: JsonWriter): string {
  return (
    formatDuration(seconds, nanos) ??
    writer.fail("expected a duration of up to 315576000000 seconds whose parts have one sign, got another")
  );
}

/** For the built-in `json`: a copy without properties that are undefined. What is not plain JSON, as NaN, is an error. */
export function writeJson(value: JsonValue, writer: JsonWriter): JsonValue {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return writeString(value, writer);
  if (typeof value === "number" && Number.isFinite(value)) return writer.number(value);
  if (typeof value !== "object") return writer.expected("a JSON value", value);
  writer.enter();
  let copy: JsonValue;
  if (isJsonList(value)) {
    copy = value.map((element, index) => writer.at(index, element, writeJson));
  } else {
    if (!isPlainObject(value)) writer.expected("a JSON value", value);
    const object: { [name: string]: JsonValue } = {};
    let index = 0;
    for (const [name, member] of Object.entries<JsonValue | undefined>(value)) {
      if (member === undefined) continue;
      setOwn(object, String(writer.at(index, name, writeString)), writer.at(index, member, writeJson));
      index++;
    }
    copy = object;
  }
  writer.leave();
  return copy;
}

/** A Map, a Date or an instance of a class has no JSON of its own. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function integerText(value: bigint | number | string, writer: JsonWriter, min: bigint, max: bigint): string {
  let integer: bigint | undefined;
  if (typeof value === "bigint") integer = value;
  else if (typeof value === "number" && Number.isSafeInteger(value)) integer = BigInt(value);
  else if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) integer = BigInt(value);
  if (integer !== undefined && integer >= min && integer <= max) return String(integer);
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    writer.fail("expected a bigint or a string, since a number that large is not exact");
  }
  return writer.expected(`an integer from ${min} to ${max}`, value);
}
