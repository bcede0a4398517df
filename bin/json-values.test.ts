/** JSON values one after the other, in whatever pieces they come. */

import { expect, test } from "vitest";
import { jsonValues } from "./json-values.js";

async function all(chunks: readonly (string | Uint8Array)[]): Promise<readonly string[]> {
  const values: string[] = [];
  async function* stream(): AsyncGenerator<string | Uint8Array> {
    yield* chunks;
  }
  for await (const value of jsonValues(stream())) values.push(value);
  return values;
}

const texts: readonly (readonly [string, readonly unknown[]])[] = [
  ["", []],
  ["  \n ", []],
  ["{}", [{}]],
  ['{"a":1}{"a":2}', [{ a: 1 }, { a: 2 }]],
  ['{"a":"}{"}\n[1,\n2] , "x\\"y" \n 7\n true', [{ a: "}{" }, [1, 2], 'x"y', 7, true]],
  ['"a""b"', ["a", "b"]],
  ['{"é":"😀\\\\"}', [{ é: "😀\\" }]],
];

test.each(texts)("%j", async (text, values) => {
  expect((await all([text])).map((value) => JSON.parse(value) as unknown)).toEqual(values);
  const bytes = new TextEncoder().encode(text);
  const single = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
  expect((await all(single)).map((value) => JSON.parse(value) as unknown)).toEqual(values);
});

test.each(['{"a":', "1 2", "{]", "}", "{a:1}", '"\n"', "nul"])("%j is none", async (text) => {
  await expect(all([text])).rejects.toThrow(/is no JSON/);
});

test("bytes that are no UTF-8 are told", async () => {
  await expect(all([new Uint8Array([0x22, 0xff, 0x22])])).rejects.toThrow("standard input is no UTF-8");
});
