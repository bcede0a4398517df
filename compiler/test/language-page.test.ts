/** The page on the language: whatever has a name in the compiler stands on it, and its example is right. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { annotationCatalog } from "../src/bind/annotation-catalog.js";
import { allBuiltinNames } from "../src/bind/built-in-names.js";
import { analyzeTexts } from "./support/analyze-text.js";

const page = readFileSync(new URL("../../docs/LANGUAGE.md", import.meta.url), "utf8");

test("every annotation and every built-in type is on the page", () => {
  const names = [...[...annotationCatalog.keys()].map((name) => `@${name}`), ...allBuiltinNames];
  expect(names.filter((name) => !new RegExp(`\`${name}\\b`).test(page))).toEqual([]);
});

test("the example on the page is read without a finding once what it imports is there", () => {
  const example = /```\n(\/\/\/ Docs are Markdown[^]*?)```/.exec(page)?.[1] ?? "";
  const health = 'import "health.rpc"\n';
  const empty = ["LineItem", "Card", "Voucher", "Cancelled", "GetOrder", "WatchOrders", "ImportSummary", "Note"]
    .map((name) => `message ${name} {}\n`)
    .join("");
  const { findings } = analyzeTexts({
    "orders.rpc": `${example.replace('import "money.rpc"\n', health)}${empty}error OrderNotFound {}\n`,
    "health.rpc": "package health.v1\nservice Health { check(): bool }",
  });
  expect(example).toContain("service Orders");
  expect(findings).toEqual([]);
});
