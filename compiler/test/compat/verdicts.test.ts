/** Nothing in a schema can change without a verdict: its properties are counted in its own source. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { breakingCatalog } from "../../src/report/catalog/breaking-catalog.js";
import { twoBuilds } from "./two-builds.js";
import { verdicts } from "./verdicts.js";

/** Every property that an interface of these files declares, by `Interface.property`; figures go with their policy. */
function schemaProperties(): readonly string[] {
  const policy = propertiesOf("policy-schema.ts").filter((property) => property.startsWith("PolicySchema."));
  return [...propertiesOf("schema.ts"), ...policy];
}

function propertiesOf(name: string): readonly string[] {
  const path = fileURLToPath(new URL(`../../src/schema/${name}`, import.meta.url));
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  return file.statements.filter(ts.isInterfaceDeclaration).flatMap((declared) => {
    const own = declared.members.map((member) => `${declared.name.text}.${member.name?.getText(file) ?? "?"}`);
    return own;
  });
}

test("every property of the schema has a verdict, and every verdict a property", () => {
  const inherited = ["ErrorSchema.fullName"];
  expect([...schemaProperties(), ...inherited].sort()).toEqual(Object.keys(verdicts).sort());
});

test("every rule is the verdict on some property", () => {
  const named = new Set(Object.values(verdicts).flatMap(({ rules }) => rules));
  expect(Object.keys(breakingCatalog).filter((rule) => !named.has(rule as keyof typeof breakingCatalog))).toEqual([]);
});

for (const [property, { rules, change, safe }] of Object.entries(verdicts)) {
  if (change === undefined) continue;
  test(`${property}: ${safe === undefined ? rules.join(", ") : "safe"}`, () => {
    expect([...new Set(twoBuilds(change).findings.map(({ rule }) => rule))].sort()).toEqual([...rules].sort());
  });
}
