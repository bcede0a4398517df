/** Requests on the command line, item by item. */

import { expect, test } from "vitest";
import { listed } from "./request-source.js";

test.each([
  ["[]", []],
  [" [ ] ", []],
  ['{"id":[1,2]}', ['{"id":[1,2]}']],
  [
    '[{"id":9007199254740993},\n {"id":"],["}, [1], "a,b\\"", 1e999, -0, null]',
    ['{"id":9007199254740993}', '{"id":"],["}', "[1]", '"a,b\\""', "1e999", "-0", "null"],
  ],
])("%s is what stands in it, as it is written", async (text, items) => {
  const found: string[] = [];
  for await (const item of listed(text)) found.push(item);
  expect(found).toEqual(items);
});

test("what is no JSON is told", async () => {
  await expect(listed("[1,,2]").next()).rejects.toThrow("the request is no JSON");
});
