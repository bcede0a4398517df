/** Lengths, sizes and twins as rules see them, held to slow and simple ways of counting. */

import { expect, test } from "vitest";
import { hasTwins, isLonger, isShorter, sizeOf } from "./rule.js";

const texts = ["", "a", "ab", "𝒜", "a𝒜b", "𝒜𝒜𝒜", "\ud835", "\udc9c\ud835", "é", "e\u0301", "👩‍🚀"];

test("texts are as long as they have code points", () => {
  for (const text of texts) {
    const length = [...text].length;
    for (let limit = 0; limit < 8; limit++) {
      expect([text, limit, isShorter(text, limit), isLonger(text, limit)]).toEqual([
        text,
        limit,
        length < limit,
        length > limit,
      ]);
    }
  }
});

test("sizes of lists, maps and objects", () => {
  expect([sizeOf(undefined), sizeOf([]), sizeOf([1, 2]), sizeOf(new Map([[1, 2]])), sizeOf({ a: 1, b: 2 })]).toEqual([
    0, 0, 2, 1, 2,
  ]);
});

test("twins are equal values, and bytes with equal contents", () => {
  expect(
    [[], [1], [1, 2], ["a", "b"], [0n, 1n], [new Uint8Array([1, 23]), new Uint8Array([12, 3])]].map(hasTwins),
  ).toEqual([false, false, false, false, false, false]);
  expect(
    [
      [1, 1],
      [NaN, NaN],
      ["a", "b", "a"],
      [0n, 0n],
      [new Uint8Array([7]), new Uint8Array([7])],
    ].map(hasTwins),
  ).toEqual([true, true, true, true, true]);
  expect(hasTwins(undefined)).toBe(false);
});
