/** What changes a fingerprint, and what does not. */

import { expect, test } from "vitest";
import { schemaOf } from "../../test/support/analyze-text.js";

const base = `
package shop.v1
enum Status { NONE = 0, PAID = 1 }
message Item { 1 sku: string, 2 next: Item }
message Order { 1 id: string, 2 items: Item[], 3 status: Status, 4 byKey: map<string, int32>, pay?: union { 5 card: string, 6 cash: bool }, 7 numbers: int32[] }
union Event { 1 placed: Order, 2 gone: string }
@code(NOT_FOUND) error Gone { 1 id: string }
message Unrelated { 1 id: string }
service Orders {
  get(id: string): Order throws Gone
  watch(Order): stream Event
}
`;

function fingerprint(text: string): string | undefined {
  return schemaOf(text).files[0]?.services.find((service) => service.name === "Orders")?.fingerprint;
}

const original = fingerprint(base);

const harmless: readonly (readonly [what: string, from: string, to: string])[] = [
  ["docs", "message Item", "/// An item.\nmessage Item"],
  ["comments and layout", "message Item { 1 sku: string, 2", "message Item {\n// stock\n 1 sku: string\n2"],
  ["constraints", "1 sku: string", "@minLength(1) 1 sku: string"],
  ["a deadline", "get(id", "@timeout(1s) get(id"],
  ["deprecation", "message Unrelated", "@deprecated message Unrelated"],
  ["reserved numbers", "message Item { 1", "message Item { reserved 9 1"],
  ["the order of fields", "1 sku: string, 2 next: Item", "2 next: Item, 1 sku: string"],
  ["the name of an inline union", "pay?: union", "payment?: union"],
  ["what the service does not reach", "message Unrelated { 1 id: string }", "message Unrelated { 1 id: int64 }"],
  ["an alias for the same type", "message Item { 1 sku: string", "type Sku = string\nmessage Item { 1 sku: Sku"],
];

test.each(harmless)("%s does not change it", (_, from, to) => {
  expect(base).toContain(from);
  expect(fingerprint(base.replace(from, to))).toBe(original);
});

test("the order of declarations does not change it", () => {
  const blocks = base.trim().split("\n").slice(1);
  const service = blocks.slice(blocks.findIndex((line) => line.startsWith("service")));
  const others = blocks.slice(0, blocks.length - service.length);
  expect(fingerprint(["package shop.v1", ...service, ...others.reverse()].join("\n"))).toBe(original);
});

const harmful: readonly (readonly [what: string, from: string, to: string])[] = [
  ["a field's number", "1 sku: string", "3 sku: string"],
  ["a field's type", "1 sku: string", "1 sku: bytes"],
  ["a field's name, which JSON shows", "1 sku: string", "1 code: string"],
  ["presence", "1 sku: string", "1 sku?: string"],
  ["a list", "1 sku: string", "1 sku: string[]"],
  ["packing", "7 numbers: int32[]", "@unpacked 7 numbers: int32[]"],
  ["a map's key", "map<string, int32>", "map<int32, int32>"],
  ["an added field", "1 sku: string", "1 sku: string, 3 more: string"],
  ["a field that leaves a union", "6 cash: bool }", "} 6 cash: bool"],
  ["an enum's number", "PAID = 1", "PAID = 2"],
  ["an enum that closes", "enum Status", "closed enum Status"],
  ["a union's member", "2 gone: string", "3 gone: string"],
  ["an error's status", "@code(NOT_FOUND)", "@code(ABORTED)"],
  ["an error's field", "error Gone { 1 id: string }", "error Gone { 1 id: int32 }"],
  ["what is thrown", " throws Gone", ""],
  ["a method's shape", "watch(Order): stream Event", "watch(Order): Event"],
  ["a method's name", "watch(Order)", "follow(Order)"],
  ["a name on the wire", "watch(Order)", '@name("Follow") watch(Order)'],
  ["an inline parameter", "get(id: string)", "get(id: string, exact: bool)"],
  ["a type deep below", "next: Item }", "next: Item, 3 deep: Deep }\nmessage Deep { 1 x: int32 }"],
  ["the package", "package shop.v1", "package shop.v2"],
];

test.each(harmful)("%s changes it", (_, from, to) => {
  expect(base).toContain(from);
  expect(fingerprint(base.replace(from, to))).not.toBe(original);
});

test("the order of methods changes it, since calls travel by index", () => {
  const lines = base.split("\n");
  const at = lines.findIndex((line) => line.includes("get(id"));
  const swapped = [...lines.slice(0, at), lines[at + 1], lines[at], ...lines.slice(at + 2)].join("\n");
  expect(fingerprint(swapped)).not.toBe(original);
});

test("it is 16 hexadecimal digits, the same in every run", () => {
  expect(original).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint("message A { 1 a: A } service Orders { get(A): A }")).toMatchInlineSnapshot(`"ceaa0cf6ad6af9a7"`);
});
