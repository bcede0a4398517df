/** Examples of single values: what `@example` says if that fits, else something that the constraints allow. */

import type { EnumSchema, FieldSchema, Int64Form, ScalarName } from "../../../schema/schema.js";
import { stringLiteral } from "../../ts/escape.js";
import type { Constraints } from "./constraint.js";
import type { Sample } from "./sample.js";
import { textMatching } from "./sample-pattern.js";

type Plain = Extract<Sample, { readonly kind: "plain" }>;

/** What texts are probably about, by the name of the field. */
const likely: readonly (readonly [RegExp, string])[] = [
  [/e_?mail/i, "ada@example.com"],
  [/url|uri|link|href/i, "https://example.com/"],
  [/^(nick|first|user|customer|full)?_?names?$|author|nickname/i, "Ada"],
  [/currency/i, "EUR"],
  [/country/i, "DE"],
  [/address/i, "12 Harbour Street"],
  [/sku/i, "apple"],
  [/isbn/i, "978-0-14-143951-8"],
  [/(^|[a-z_])id$/i, "A-1"],
];

export function plain(ts: string, json: string = ts): Plain {
  return { kind: "plain", ts, json };
}

/** One value of a scalar. `example` is a text from `@example`, which need not fit. */
export function scalarSample(
  type: ScalarName,
  name: string,
  int64: Int64Form,
  asked: Constraints,
  example: string | undefined,
): Plain {
  switch (type) {
    case "bool":
      return plain(example === "false" ? "false" : "true");
    case "string": {
      const text = example ?? textSample(name, asked);
      return plain(stringLiteral(text));
    }
    case "bytes":
      return bytesSample(asked);
    case "float":
    case "double":
      return plain(decimalIn(example, asked));
    default: {
      const value = integerIn(example, asked);
      if (!type.endsWith("64")) return plain(value);
      const quoted = `"${value}"`;
      return plain({ bigint: `${value}n`, number: value, string: quoted }[int64], quoted);
    }
  }
}

export function enumSample(declared: EnumSchema, example: string | undefined): Plain {
  const values = declared.values.filter(({ deprecated }) => deprecated === undefined);
  const value =
    declared.values.find(({ name }) => name === example) ??
    values.find(({ number }) => number > 0) ??
    declared.values[0];
  const literal = stringLiteral(value?.name ?? "");
  return plain(literal, declared.fullName === "google.protobuf.NullValue" ? "null" : literal);
}

export const timestampSample: Plain = plain('new Date("2026-01-15T09:30:00Z")', '"2026-01-15T09:30:00Z"');
export const durationSample: Plain = plain("1500", '"1.500s"');
export const jsonSample: Plain = plain('{ "any": "value" }');

/** A map's key; two keys of one map differ by their text. */
export function keySample(field: FieldSchema): Plain {
  const type = field.mapKey ?? "string";
  if (type === "string") return plain('"key"');
  if (type === "bool") return plain("true", '"true"');
  const ts = type.endsWith("64") ? { bigint: "1n", number: "1", string: '"1"' }[field.int64] : "1";
  return plain(ts, '"1"');
}

function textSample(name: string, asked: Constraints): string {
  const guess = likely.find(([pattern]) => pattern.test(name))?.[1] ?? inWords(name);
  const pattern = asked.text("pattern");
  if (pattern !== undefined) return textMatching(pattern, guess) ?? guess;
  const least = Math.min(Number(asked.number("minLength") ?? 0), 80);
  const most = Number(asked.number("maxLength") ?? Infinity);
  return guess.padEnd(least, `-${guess || "x"}`).slice(0, Math.max(most, 0));
}

/** `placed at` for `placedAt`. */
function inWords(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll("_", " ");
  return words.trim().toLowerCase() || name;
}

function bytesSample(asked: Constraints): Plain {
  const length = Math.min(
    Math.max(Number(asked.number("minLength") ?? 3), 1),
    Number(asked.number("maxLength") ?? 32),
    32,
  );
  const bytes = Array.from({ length }, (_, index) => index + 1);
  return plain(`new Uint8Array([${bytes.join(", ")}])`, `"${Buffer.from(bytes).toString("base64")}"`);
}

function integerIn(example: string | undefined, asked: Constraints): string {
  if (example !== undefined && /^(0|-?[1-9]\d{0,18})$/.test(example)) return example;
  const [least, most] = [whole(asked.number("min")), whole(asked.number("max"))];
  if (least !== undefined && least > 1n) return String(least);
  if (most !== undefined && most < 1n) return String(most);
  return "1";
}

function whole(text: string | undefined): bigint | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

function decimalIn(example: string | undefined, asked: Constraints): string {
  if (example !== undefined && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(example)) return String(Number(example));
  const [least, most] = [Number(asked.number("min") ?? -Infinity), Number(asked.number("max") ?? Infinity)];
  return String(Math.min(Math.max(1.5, least), most));
}
