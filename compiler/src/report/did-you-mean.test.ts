/** Suggestions: near names are found, far ones are not, and a huge choice costs little. */

import { expect, test } from "vitest";
import { didYouMean } from "./did-you-mean.js";

test.each([
  ["LineItme", ["Order", "LineItem"], "LineItem"],
  ["lineitem", ["LineItem"], "LineItem"],
  ["strng", ["bytes", "string"], "string"],
  ["Ordr", ["Older", "Order"], "Order"],
  ["mesage", ["message", "service"], "message"],
  ["Order", ["Order"], undefined],
  ["a", ["b"], "b"],
  ["Order", ["Payment"], undefined],
  ["ab", ["xy"], undefined],
  ["", ["a"], undefined],
  ["toString", [], undefined],
])("for %s among %j finds %s", (name, candidates, expected) => {
  expect(didYouMean(name, candidates)).toBe(expected);
});

test("takes the first of equally near names", () => {
  expect(didYouMean("Onder", ["Order", "Under"])).toBe("Order");
});

test("prefers the same word in another case to a word with another letter", () => {
  expect(didYouMean("order", ["Border", "Order"])).toBe("Order");
});

test("does not compare names that nobody mistypes", () => {
  expect(didYouMean("x".repeat(1_000_000), [`${"x".repeat(999_999)}y`])).toBeUndefined();
});
