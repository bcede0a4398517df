/** The differences of two pieces of JSON, and the key that those share which have none. */

import { expect, test } from "vitest";
import type { JsonValue } from "../../codec/json/json-value.js";
import { randomFrom } from "../seeded-random.js";
import { jsonDifferences, jsonKey } from "./json-differences.js";

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

const pairs: readonly (readonly [JsonValue, JsonValue, readonly string[], boolean])[] = [
  [{ a: 1, b: [] }, { b: [], a: 1 }, [], true],
  [{ a: 1 }, { a: 1, b: 2 }, ["b"], true],
  [{ a: 1 }, { a: 1, b: 2 }, [], false],
  [[1, 2], [2, 1], [], false],
  [["1,2"], ["1", "2"], [], false],
  [{ a: "b" }, ['"a":"b"'], [], false],
  [[], {}, [], false],
  [null, {}, [], false],
  [0, -0, [], true],
  [{ items: [{ id: 1, at: 5 }] }, { items: [{ id: 1, at: 6 }] }, ["items[].at"], true],
  [{ items: [{ id: 1 }] }, { items: [{ id: 1 }, { id: 2 }] }, ["items[]"], true],
  [{ items: [{ id: 1 }] }, { items: [] }, ["items[].id"], false],
  [JSON.parse('{"__proto__":{"a":1}}') as JsonValue, {}, [], false],
];

test.each(pairs)("%j and %j without %j: %s", (one, other, ignore, isSame) => {
  const ignored = new Set(ignore);
  expect(jsonDifferences(one, other, ignored).length === 0).toBe(isSame);
  expect(jsonKey(one, ignored) === jsonKey(other, ignored)).toBe(isSame);
});

test("the keys of random JSON are the same exactly where there are no differences", () => {
  const random = randomFrom(seed);
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const make = (depth: number): JsonValue => {
    const size = Math.floor(random() * 3);
    switch (pick(...(depth > 2 ? ["leaf"] : ["leaf", "list", "object"]))) {
      case "list":
        return Array.from({ length: size }, () => make(depth + 1));
      case "object":
        return Object.fromEntries(Array.from({ length: size }, () => [pick("a", "b", "c"), make(depth + 1)]));
      default:
        return pick<JsonValue>(1, 2, "1", "", true, null);
    }
  };
  let same = 0;
  for (let i = 0; i < 20_000; i++) {
    const [one, other] = [make(0), make(0)];
    const ignored = new Set(pick<string[]>([], ["a"], ["a.b", "[]"], ["b[].a", "c"]));
    const isSame = jsonDifferences(one, other, ignored).length === 0;
    same += Number(isSame);
    const said = `SEED=${seed} ${JSON.stringify([one, other, [...ignored]])}`;
    expect(jsonKey(one, ignored) === jsonKey(other, ignored), said).toBe(isSame);
  }
  expect(same).toBeGreaterThan(100);
});
