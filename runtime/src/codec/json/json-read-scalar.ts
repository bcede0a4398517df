/** Readers of scalars, and of the built-in types `timestamp`, `duration` and `json`, from canonical JSON. */

import { isWellFormed } from "../../bytes/utf8.js";
import { parseBase64 } from "./json-base64.js";
import { isNumeral, parseInteger } from "./json-number.js";
import type { JsonReader } from "./json-codec.js";
import { durationForm, parseDuration, parseTimestamp, timestampForm } from "./json-time.js";
import type { SecondsAndNanos } from "./json-time.js";
import { isJsonList, kindOfJson, setOwn } from "./json-value.js";
import type { JsonInput, JsonValue } from "./json-value.js";

export function readBool(json: JsonInput, reader: JsonReader): boolean {
  return typeof json === "boolean" ? json : reader.expected("a boolean", json);
}

export function readString(json: JsonInput, reader: JsonReader): string {
  if (typeof json !== "string") reader.expected("a string", json);
  if (!isWellFormed(json)) reader.fail("expected a string, got one with half of a surrogate pair");
  return json;
}

/** Base64 in the standard or the URL-safe alphabet, padded or not. */
export function readBytes(json: JsonInput, reader: JsonReader): Uint8Array {
  if (typeof json !== "string") reader.expected("base64 text", json);
  return parseBase64(json) ?? reader.fail("expected base64 text, got a string that is none");
}

/** For `int32`, `sint32` and `sfixed32`. */
export function readInt32(json: JsonInput, reader: JsonReader): number {
  if (typeof json === "number" && (json | 0) === json) return json | 0;
  return Number(readInteger(json, reader, -0x8000_0000n, 0x7fff_ffffn));
}

/** For `uint32` and `fixed32`. */
export function readUint32(json: JsonInput, reader: JsonReader): number {
  if (typeof json === "number" && json >>> 0 === json) return json >>> 0;
  return Number(readInteger(json, reader, 0n, 0xffff_ffffn));
}

/** For `int64`, `sint64` and `sfixed64`. */
export function readInt64(json: JsonInput, reader: JsonReader): bigint {
  return readInteger(json, reader, -0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn);
}

/** For `uint64` and `fixed64`. */
export function readUint64(json: JsonInput, reader: JsonReader): bigint {
  return readInteger(json, reader, 0n, 0xffff_ffff_ffff_ffffn);
}

/** For signed 64-bit fields under `@js(number)`: as many as a number holds exactly. */
export function readInt64Number(json: JsonInput, reader: JsonReader): number {
  return Number(readInteger(json, reader, BigInt(Number.MIN_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)));
}

/** For unsigned 64-bit fields under `@js(number)`: as many as a number holds exactly. */
export function readUint64Number(json: JsonInput, reader: JsonReader): number {
  return Number(readInteger(json, reader, 0n, BigInt(Number.MAX_SAFE_INTEGER)));
}

/** For signed 64-bit fields under `@js(string)`. */
export function readInt64String(json: JsonInput, reader: JsonReader): string {
  return String(readInt64(json, reader));
}

/** For unsigned 64-bit fields under `@js(string)`. */
export function readUint64String(json: JsonInput, reader: JsonReader): string {
  return String(readUint64(json, reader));
}

export function readDouble(json: JsonInput, reader: JsonReader): number {
  if (typeof json === "number") {
    return Number.isFinite(json) ? json : reader.fail("expected a number, got one beyond the range of a double");
  }
  if (typeof json === "bigint") return Number(json);
  if (typeof json !== "string") reader.expected("a number", json);
  if (json === "NaN" || json === "Infinity" || json === "-Infinity") return Number(json);
  if (!isNumeral(json)) reader.fail("expected a number, got a string that is none");
  return readDouble(Number(json), reader);
}

export function readFloat(json: JsonInput, reader: JsonReader): number {
  const value = readDouble(json, reader);
  const float = Math.fround(value);
  if (Number.isFinite(value) && !Number.isFinite(float)) {
    reader.fail("expected a number, got one beyond the range of a float");
  }
  return float;
}

/** The number of an enum value that was not given by a known name; `name` is the enum's. */
export function readEnumNumber(json: JsonInput, reader: JsonReader, name: string): number {
  if (typeof json === "number" || typeof json === "bigint") return readInt32(json, reader);
  if (typeof json !== "string") return reader.expected(`a value of ${name}`, json);
  if (!reader.skipsUnknownEnumNames) reader.fail(`expected a value of ${name}, got a name that it does not have`);
  reader.skip();
  return 0;
}

/** Map keys are JSON strings, here of a bool. */
export function readBoolKey(json: JsonInput, reader: JsonReader): boolean {
  if (json === "true") return true;
  return json === "false" ? false : reader.fail('expected "true" or "false" as the key');
}

/** For the built-in `timestamp`: digits beyond the millisecond are cut off, towards the past. */
export function readTimestamp(json: JsonInput, reader: JsonReader): Date {
  const { seconds, nanos } = readTimestampParts(json, reader);
  return new Date(Number(seconds) * 1000 + Math.floor(nanos / 1e6));
}

/** For the built-in `duration`: milliseconds, with a fraction where it has one. */
export function readDuration(json: JsonInput, reader: JsonReader): number {
  const { seconds, nanos } = readDurationParts(json, reader);
  return Number(seconds) * 1000 + nanos / 1e6;
}

/** For `google.protobuf.Timestamp`. */
export function readTimestampParts(json: JsonInput, reader: JsonReader): SecondsAndNanos {
  const time = typeof json === "string" ? parseTimestamp(json) : undefined;
  return time ?? reader.expected(timestampForm, json);
}

/** For `google.protobuf.Duration`. */
export function readDurationParts(json: JsonInput, reader: JsonReader): SecondsAndNanos {
  const span = typeof json === "string" ? parseDuration(json) : undefined;
  return span ?? reader.expected(durationForm, json);
}

/** For the built-in `json`: a copy, in which integers beyond 2^53 are the nearest number. */
export function readJson(json: JsonInput, reader: JsonReader): JsonValue {
  if (json === null || typeof json === "boolean") return json;
  if (typeof json === "string") return readString(json, reader);
  if (typeof json === "number" || typeof json === "bigint") return readDouble(json, reader);
  if (typeof json !== "object") return reader.expected("JSON", json);
  reader.enter();
  let copy: JsonValue;
  if (isJsonList(json)) {
    copy = json.map((element, index) => reader.at(index, element, readJson));
  } else {
    const object: { [name: string]: JsonValue } = {};
    let index = 0;
    for (const [name, member] of Object.entries(json)) {
      setOwn(object, reader.at(index, name, readString), reader.at(index, member, readJson));
      index++;
    }
    copy = object;
  }
  reader.leave();
  return copy;
}

function readInteger(json: JsonInput, reader: JsonReader, min: bigint, max: bigint): bigint {
  const value = integerOf(json);
  if (typeof value === "bigint" && value >= min && value <= max) return value;
  let got = kindOfJson(json);
  if (value === "fraction") got = "a fraction";
  else if (value !== undefined) got = "an integer outside of that";
  else if (typeof json === "string") got = "a string that is none";
  return reader.fail(`expected an integer from ${min} to ${max}, got ${got}`);
}

function integerOf(json: JsonInput): bigint | "fraction" | "large" | undefined {
  switch (typeof json) {
    case "bigint":
      return json;
    case "string":
      return parseInteger(json);
    case "number":
      if (Number.isInteger(json)) return BigInt(json);
      return Number.isFinite(json) ? "fraction" : "large";
    default:
      return undefined;
  }
}
