/** The examples of every breaking code break, and their mended forms do not; levels are those that the catalogue says. */

import { expect, test } from "vitest";
import { becomes, breakingCatalog, isBreakingCode } from "../../src/report/catalog/breaking-catalog.js";
import { twoBuilds } from "./two-builds.js";

const codes = Object.keys(breakingCatalog).filter(isBreakingCode);

for (const code of codes) {
  const { wrong, right, levels, severity } = breakingCatalog[code];
  if (!wrong.includes(becomes)) continue;
  test(`${code}: its wrong example has it, its right one has not`, () => {
    const found = twoBuilds(wrong).findings.filter(({ rule }) => rule === code);
    expect(found.length).toBeGreaterThan(0);
    for (const finding of found) {
      expect(finding.weight).toBe(severity === "error" ? "breaking" : "additive");
      expect(finding.levels.length).toBeGreaterThan(0);
      expect(finding.why).toMatch(/^[A-Z`].*\.$/);
      for (const level of finding.levels) expect(levels).toContain(level);
    }
    expect(twoBuilds(right).findings.map(({ rule }) => rule)).not.toContain(code);
  });
}

test("nothing changes by being written twice", () => {
  for (const code of codes) {
    const [text = ""] = breakingCatalog[code].wrong.split(becomes);
    if (breakingCatalog[code].wrong.includes(becomes)) expect(twoBuilds(text + becomes + text).findings).toEqual([]);
  }
});
