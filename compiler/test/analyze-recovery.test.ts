/** Broken sources all the way through the compiler: whatever is missing, it answers with findings and never throws. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { schemaFromJson } from "../src/schema/from-json.js";
import { schemaToJson } from "../src/schema/to-json.js";
import { analyzeText } from "./support/analyze-text.js";

const examples = join(import.meta.dirname, "../../idl-examples");
const paths = readdirSync(examples, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".rpc"))
  .sort();

/** What could be understood of a broken text has to be a whole schema. */
function expectWholeSchema(text: string): void {
  const { schema } = analyzeText(text);
  const reading = schemaFromJson(schemaToJson(schema));
  if (reading.kind === "invalid") throw new Error(`${reading.path}: ${reading.message}\n${text}`);
  expect(reading.schema.files.length).toBe(schema.files.length);
}

test.each(paths)("%s without one of its lines, or cut after it, still gives a schema", (path) => {
  const lines = readFileSync(join(examples, path), "utf8").split("\n");
  // Long files are sampled, so that the test stays cheap.
  const step = Math.ceil(lines.length / 50);
  for (let index = 0; index < lines.length; index += step) {
    expectWholeSchema([...lines.slice(0, index), ...lines.slice(index + 1)].join("\n"));
    expectWholeSchema(lines.slice(0, index + 1).join("\n"));
  }
});

test("the chat without any one of its words, or with one twice, still gives a schema", () => {
  const text = readFileSync(join(examples, "chat/chat.rpc"), "utf8");
  for (const match of text.matchAll(/[A-Za-z0-9_]+|[^\sA-Za-z0-9_]/g)) {
    const end = match.index + match[0].length;
    expectWholeSchema(text.slice(0, match.index) + text.slice(end));
    expectWholeSchema(`${text.slice(0, end)} ${text.slice(match.index)}`);
  }
});
