/** The strict JSON parser: what it takes, what it refuses, and that it agrees with `JSON.parse` elsewhere. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { seed, tries } from "../../../test/kit/random.js";
import { JsonReadError } from "./json-error.js";
import { printJson } from "./json-print.js";
import { parseJson } from "./json-text.js";
import { isJsonList } from "./json-value.js";
import type { JsonInput, JsonValue } from "./json-value.js";

test("any value that JSON.stringify prints is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: "medium" }), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(withNumbers(parseJson(text))).toEqual(withNumbers(JSON.parse(text)));
    }),
  );
});

test("any text is refused by both parsers or by none, apart from names that stand twice", () => {
  const fragments = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"\\u0041"',
    "1",
    "-0",
    "01",
    "1e5",
    ".5",
    "true",
    "nul",
    " ",
    "\n",
    "\u00a0",
    "\\",
  );
  fc.assert(
    fc.property(fc.array(fragments, { maxLength: 9 }), (parts) => {
      const text = parts.join("");
      const ours = attempt(() => parseJson(text));
      if (ours instanceof JsonReadError && ours.message.includes("twice")) return;
      const theirs = attempt(() => JSON.parse(text) as unknown);
      expect(ours instanceof Error).toBe(theirs instanceof Error);
      if (!(ours instanceof Error)) expect(withNumbers(ours)).toEqual(withNumbers(theirs));
    }),
    { seed, numRuns: tries(1000) },
  );
});

test("printing is that of JSON.stringify, with the sign of zero", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: -1, max: 11 }), (value, indent) => {
      const json = value as JsonValue;
      expect(printJson(json, indent).replaceAll(/(?<![\w.".-])-0(?![\w.])/g, "0")).toBe(
        JSON.stringify(json, undefined, indent).replaceAll(/(?<![\w.".-])-0(?![\w.])/g, "0"),
      );
      expect(withBigIntsRounded(parseJson(printJson(json)))).toEqual(json);
    }),
  );
  expect(printJson([-0, { a: -0 }])).toBe('[-0,{"a":-0}]');
});

test("integers keep their digits, as bigint where a number would lose some", () => {
  expect(parseJson("9007199254740991")).toBe(9007199254740991);
  expect(parseJson("9007199254740993")).toBe(9007199254740993n);
  expect(parseJson("-18446744073709551615")).toBe(-18446744073709551615n);
  expect(parseJson("1e30")).toBe(1e30);
  expect(parseJson("-0")).toBe(-0);
  expect(parseJson("9".repeat(400))).toBe(Number.POSITIVE_INFINITY);
});

test.each([
  ['{"a":1,"a":2}', "line 1, column 8: this name stands twice in one object"],
  ['{"a":1,"\\u0061":2}', "line 1, column 8: this name stands twice in one object"],
  ['{"a":{"__proto__":1,"__proto__":2}}', "this name stands twice in one object"],
  ['{\n  "a": 1,\n}', "line 3, column 1: expected a name in double quotes"],
  ["[1 2]", "line 1, column 4: expected a comma or ]"],
  ["[1,]", "line 1, column 4: expected a value"],
  ["{a:1}", "expected a name in double quotes"],
  ['{"a" 1}', "expected a colon"],
  ["", "line 1, column 1: expected a value"],
  ["1 1", "line 1, column 3: expected the end of the text"],
  ['"\\x"', "expected a character that can be escaped"],
  ['"\\u12"', "expected four hexadecimal digits"],
  ['"tab\there"', "expected the end of a string"],
  ['"abc', "expected the end of a string"],
  ["NaN", "expected a value"],
  ["+1", "expected a value"],
])("refuses %s", (text, problem) => {
  expect(() => parseJson(text)).toThrow(problem);
});

test("what is wrong is never quoted", () => {
  const error = attempt(() => parseJson('{"password": hunter2}'));
  expect(String(error)).not.toContain("hunter2");
});

test("nesting is limited, so that no text exhausts the stack", () => {
  const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  expect(parseJson(nested(256))).toBeInstanceOf(Array);
  const error = attempt(() => parseJson(nested(100_000)));
  expect(error).toMatchObject({ name: "JsonReadError", kind: "limit" });
});

test("a name such as __proto__ is an own property and changes no prototype", () => {
  const object = parseJson('{"__proto__":{"polluted":true},"constructor":1}');
  expect(Object.keys(object as object)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  expect("polluted" in {}).toBe(false);
});

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

/** The value with every integer rounded to a number, and no sign on zero, so that both parsers can be compared. */
function withNumbers(value: unknown): unknown {
  const text = JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "bigint" ? Number(member) : member,
  );
  return JSON.parse(text);
}

function withBigIntsRounded(value: JsonInput): JsonInput {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (isJsonList(value)) return value.map(withBigIntsRounded);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withBigIntsRounded(member)]));
}
