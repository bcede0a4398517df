/** What a configuration may say, and the sentence for everything else. */

import { expect, test } from "vitest";
import { checkConfig, defineConfig } from "./config.js";

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

test.each<readonly [unknown, string]>([
  [null, "it must export a plain object, not null"],
  [undefined, "it must export a plain object, not undefined"],
  ["rpc", "it must export a plain object, not a string"],
  [[], "it must export a plain object, not an array"],
  [(): object => ({}), "it must export a plain object, not a function"],
  [Promise.resolve({}), "it must export a plain object, not a promise"],
  [new Map(), "it must export a plain object, not an object of a class"],
  [{ rooot: "idl" }, "there is no key `rooot`; did you mean `root`?"],
  [
    { somethingElse: 1 },
    "there is no key `somethingElse`; the keys are root, files, out, importRoots, importExtension",
  ],
  [{ [Symbol("root")]: "idl" }, "there is no key `Symbol(root)`"],
  [JSON.parse('{ "__proto__": { "root": "idl" } }'), "there is no key `__proto__`"],
  [cyclic, "there is no key `self`"],
  [{ root: 1 }, "`root` must be a string, not a number"],
  [{ root: null }, "`root` must be a string, not null"],
  [{ out: " " }, "`out` must not be empty"],
  [{ out: "a\0b" }, "`out` must not hold a NUL character"],
  [{ files: {} }, "`files` must be a string, not an object"],
  [{ files: [] }, "`files` must not be empty"],
  [{ files: ["a", null] }, "`files` at position 1 must be a string, not null"],
  [{ importRoots: "a" }, "`importRoots` must be an array of strings, not a string"],
  [{ importExtension: "ts" }, '`importExtension` must be ".js", ".ts" or "none", not "ts"'],
])("%j is refused: %s", (value, reason) => {
  expect(checkConfig(value)).toEqual({ kind: "invalid", reason: expect.stringContaining(reason) });
});

test("a getter that throws, and a proxy that does, are told and not thrown", () => {
  const boom = (): never => {
    throw new Error("boom");
  };
  expect(checkConfig(Object.defineProperty({}, "root", { get: boom }))).toMatchObject({ kind: "invalid" });
  expect(checkConfig(new Proxy({}, { ownKeys: boom }))).toMatchObject({ kind: "invalid" });
});

test("a configuration comes out as it went in, without what was left undefined", () => {
  const config = defineConfig({ root: "idl", files: ["idl/*.rpc"], out: undefined, importExtension: ".ts" });
  const result = checkConfig(config);
  expect(result).toEqual({ kind: "config", config: { root: "idl", files: ["idl/*.rpc"], importExtension: ".ts" } });
  expect(checkConfig(Object.assign(Object.create(null), { out: "gen" }))).toMatchObject({ kind: "config" });
});
