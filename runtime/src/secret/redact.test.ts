/** Redaction holds its bounds, whatever it is given, and never throws. */

import { expect, test } from "vitest";
import { redact } from "./redact.js";
import type { SecretFields } from "./secret-fields.js";

test("values take the form that they have in JSON", () => {
  const message = {
    big: 2n ** 63n,
    nan: NaN,
    infinite: -Infinity,
    bytes: new Uint8Array([0, 255]),
    when: new Date(0),
    never: new Date(NaN),
    map: new Map<unknown, unknown>([
      [1, true],
      [2n, null],
    ]),
    absent: undefined,
    wrong: [undefined, Symbol("s"), () => 0],
  };
  expect(redact(undefined, message)).toEqual({
    big: "9223372036854775808",
    nan: "NaN",
    infinite: "-Infinity",
    bytes: "[2 bytes: 00ff]",
    when: "1970-01-01T00:00:00.000Z",
    never: "[no date]",
    map: { 1: true, 2: null },
    wrong: [null, "[symbol]", "[function]"],
  });
});

test("long texts, bytes, lists and maps are cut, and say how long they were", () => {
  const options = { textUnitsMax: 4, itemsMax: 2 };
  expect(redact(undefined, "abcdef", options)).toBe("abcd… (6 in all)");
  expect(redact(undefined, new Uint8Array(5), options)).toBe("[5 bytes: 0000…]");
  expect(redact(undefined, [1, 2, 3, 4], options)).toEqual([1, 2, "… 2 more"]);
  expect(redact(undefined, { a: 1, b: 2, c: 3 }, options)).toEqual({ a: 1, b: 2, "…": "1 more" });
  expect(redact(undefined, new Map(Object.entries({ a: 1, b: 2, c: 3 })), options)).toEqual({
    a: 1,
    b: 2,
    "…": "1 more",
  });
});

test("a message is cut where it is too much, or holds itself", () => {
  const wide = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => 1));
  expect(JSON.stringify(redact(undefined, wide, { valuesMax: 50 })).match(/1/g)).toHaveLength(48);
  const loop: { inner?: unknown } = {};
  loop.inner = loop;
  expect(JSON.stringify(redact(undefined, loop)).length).toBeLessThan(2000);
});

test("what throws when it is looked at is said to be unreadable", () => {
  const thrower = {
    get password(): string {
      throw new Error("hunter2");
    },
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(redact(undefined, [thrower, proxy, { a: thrower }])).toEqual([
    "[cannot be read]",
    "[cannot be read]",
    { a: "[cannot be read]" },
  ]);
});

test("fields with the names of everything that objects inherit are fields like any other", () => {
  const secrets: SecretFields = { fields: { constructor: {} } };
  expect(redact(secrets, { constructor: "x", toString: "y" })).toEqual({ constructor: "[secret]", toString: "y" });
  const named = redact({ fields: {} }, JSON.parse('{"__proto__": {"a": 1}, "valueOf": 2}'));
  expect(JSON.stringify(named)).toBe('{"__proto__":{"a":1},"valueOf":2}');
});
