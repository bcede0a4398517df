/** Names of the wire, of JSON and of `.proto`, made from the one that was written. */

import { expect, test } from "vitest";
import { lowerCamelCase, pascalCase, protoFieldName, protocJsonName, snakeCase } from "./naming.js";

test.each([
  ["placed_at", "placedAt"],
  ["placedAt", "placedAt"],
  ["PlacedAt", "PlacedAt"],
  ["a__b", "aB"],
  ["line_2_text", "line2Text"],
  ["x_1", "x1"],
  ["_private", "_private"],
  ["trailing_", "trailing_"],
  ["__proto__", "__proto__"],
  ["_", "_"],
  ["HTML_url", "HTMLUrl"],
])("%s is %s in lowerCamelCase, which stays as it is then", (name, camel) => {
  expect(lowerCamelCase(name)).toBe(camel);
  expect(lowerCamelCase(camel)).toBe(camel);
});

test.each([
  ["placedAt", "placed_at"],
  ["htmlURL", "html_url"],
  ["HTMLPage", "html_page"],
  ["line2Text", "line2_text"],
  ["placed_at", "placed_at"],
])("%s is %s in snake_case", (name, snake) => {
  expect(snakeCase(name)).toBe(snake);
});

test.each([
  ["give_back", "GiveBack"],
  ["giveBack", "GiveBack"],
  ["_then", "_Then"],
])("%s is %s in PascalCase", (name, pascal) => {
  expect(pascalCase(name)).toBe(pascal);
});

test("a name in .proto is the written one, or what the given name makes of it if that can stand there", () => {
  expect(protoFieldName("placedAt", undefined)).toBe("placed_at");
  expect(protoFieldName("placedAt", "soldAt")).toBe("sold_at");
  expect(protoFieldName("placedAt", "sold at")).toBe("placed_at");
  expect(protoFieldName("Placed_At", "soldAt")).toBe("Placed_At");
});

test("protoc joins at every underscore, those at the ends included", () => {
  expect(protocJsonName("placed_at")).toBe("placedAt");
  expect(protocJsonName("_private")).toBe("Private");
  expect(protocJsonName("a__b_")).toBe("aB");
});
