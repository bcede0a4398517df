/** Metadata keeps order, folds case, and refuses what cannot be sent. */

import { expect, it } from "vitest";
import { Metadata } from "./metadata.js";

it("keys are found in any case, may repeat, and keep their order", () => {
  const metadata = Metadata.from({ "X-One": ["a", "b"], two: "c" });
  metadata.append("x-one", "d");
  expect([...metadata]).toEqual([["x-one", "a"], ["x-one", "b"], ["two", "c"], ["x-one", "d"]]); // prettier-ignore
  expect(metadata.get("X-ONE")).toBe("a");
  expect(metadata.getAll("x-One")).toEqual(["a", "b", "d"]);
  metadata.set("X-One", "e");
  expect([...metadata]).toEqual([["two", "c"], ["x-one", "e"]]); // prettier-ignore
  expect(metadata.delete("two").has("two")).toBe(false);
});

it("a copy is a copy", () => {
  const first = Metadata.from([["a", "b"]]);
  Metadata.from(first).append("a", "c");
  expect(first.size).toBe(1);
});

it("keys named like parts of Object are ordinary keys", () => {
  const metadata = Metadata.from(JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>);
  expect(metadata.get("__proto__")).toBe("x");
  expect(metadata.get("constructor")).toBe("y");
  expect(metadata.get("tostring")).toBeUndefined();
});

it("bytes go through keys that end in -bin", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const metadata = new Metadata().appendBytes("trace-bin", bytes);
  expect(metadata.getBytes("trace-bin")).toEqual(bytes);
  expect(() => metadata.appendBytes("trace", bytes)).toThrow("must end in -bin");
});

it.each([
  ["", "x"],
  ["a b", "x"],
  ["ä", "x"],
  ["a\0", "x"],
  ["rpc-status", "x"],
  ["RPC-Status", "x"],
  ["a".repeat(129), "x"],
  ["a", "x\r\ny"],
  ["a", "x\0"],
  ["a", "ä"],
  ["a", "\u007f"],
  ["a-bin", "abc*"],
  ["a-bin", "abcde"],
])("refuses %j: %j without repeating the value", (key, value) => {
  const act = (): Metadata => new Metadata().append(key, value);
  expect(act).toThrow(expect.objectContaining({ code: "invalid-argument" }) as Error);
  if (value.length > 1) expect(act).not.toThrow(value);
});
