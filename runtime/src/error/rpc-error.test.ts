/** What an error says of itself when it is printed. */

import { expect, test } from "vitest";
import { RpcError } from "./rpc-error.js";

test("an error names its code, its sentence, its method and its peer", () => {
  const facts = { method: "/a.v1.S/Get", peer: "127.0.0.1:7000" };
  expect(String(new RpcError("not-found", "no such thing", facts))).toBe(
    "RpcError [not-found]: no such thing (/a.v1.S/Get at 127.0.0.1:7000)",
  );
  expect(String(new RpcError("not-found", "no such thing", { peer: "memory:a" }))).toBe(
    "RpcError [not-found]: no such thing (at memory:a)",
  );
  expect(String(new RpcError("not-found", "no such thing"))).toBe("RpcError [not-found]: no such thing");
});

test("errors know each other by a brand, not by their class", () => {
  expect(RpcError.is(new RpcError("internal", ""))).toBe(true);
  expect(RpcError.is(Object.create(RpcError.prototype))).toBe(true);
  for (const other of [new Error("internal"), null, undefined, "internal", { code: "internal" }]) {
    expect(RpcError.is(other)).toBe(false);
  }
});

test("JSON of an error has the sentence, too", () => {
  const error = new RpcError("not-found", "no such thing", { peer: "memory:a", cause: new Error("why") });
  expect(JSON.parse(JSON.stringify({ error }))).toEqual({
    error: {
      name: "RpcError",
      code: "not-found",
      message: "no such thing",
      peer: "memory:a",
      neverProcessed: false,
      attempts: [],
    },
  });
});
