/** The same file, laid out at random: formatting settles at once, keeps every remark in order, and changes no meaning. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { seed, tries } from "../../../runtime/test/kit/random.js";
import { Report } from "../../src/report/report.js";
import { schemaToJson } from "../../src/schema/to-json.js";
import { createSourceFile } from "../../src/source/source-file.js";
import { formatSource } from "../../src/syntax/format/format.js";
import { scan } from "../../src/syntax/scan.js";
import { analyzeTexts } from "../support/analyze-text.js";
import { randomLayouts } from "./random-layout.js";

/** Beside each file, how often it is tried: the long ones take their time. */
const files: readonly (readonly [path: string, count: number])[] = [
  ["chat/chat.rpc", 20],
  ["shop/payments.rpc", 20],
  ["library/lending.rpc", 20],
  ["shop/orders.rpc", 12],
  ["torture/torture.rpc", 6],
];

test.each(files)(`%s survives %i random layouts (SEED=${seed})`, (path, count) => {
  const text = readFileSync(new URL(`../../../idl-examples/${path}`, import.meta.url), "utf8");
  fc.assert(
    fc.property(randomLayouts(text), (layout) => {
      const formatted = formatSource(layout) ?? "refused";
      expect(formatSource(formatted)).toBe(formatted);
      expect(wordsOf(formatted)).toEqual(wordsOf(layout));
      expect(remarksOf(formatted)).toEqual(remarksOf(layout));
      expect(meaningOf(formatted)).toBe(meaningOf(layout));
    }),
    // Making a whole file smaller would take minutes.
    { seed, numRuns: tries(count), endOnFailure: true },
  );
});

function wordsOf(text: string): readonly string[] {
  const { tokens } = scan(createSourceFile("main.rpc", text), new Report());
  return tokens.map(({ image }) => image).filter((image) => image !== "," && image !== ";");
}

/** Blanks aside. A `///` that documents nothing since a comma follows it is allowed to become `//`. */
function remarksOf(text: string): readonly string[] {
  const { comments } = scan(createSourceFile("main.rpc", text), new Report());
  return comments.map((comment) => comment.text.replace(/\s+/g, " ").trim().replace(/^\/+/, "//"));
}

/** The schema without the places of its things. */
function meaningOf(text: string): string {
  return schemaToJson(analyzeTexts({ "main.rpc": text }).schema).replace(/"(line|column)": \d+/g, "");
}
