/** Differences between texts: what is shown turns the one into the other. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { unifiedDiff } from "./line-diff.js";

test("shows what changed with three lines around it", () => {
  const before = "a\nb\nc\nd\ne\nf\ng\nh\n";
  expect(unifiedDiff("x.rpc", before, before.replace("e\n", "E\nEE\n"))).toBe(
    ["--- x.rpc", "+++ x.rpc", "@@ -2,7 +2,8 @@", " b", " c", " d", "-e", "+E", "+EE", " f", " g", " h"].join("\n"),
  );
});

test("changes far from each other stand in hunks of their own", () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const after = lines.map((line, index) => (index === 2 || index === 25 ? "new" : line));
  const diff = unifiedDiff("x.rpc", lines.join("\n"), after.join("\n"));
  expect(diff.match(/^@@.*@@$/gm)).toEqual(["@@ -1,6 +1,6 @@", "@@ -23,7 +23,7 @@"]);
});

test("every difference leads from the one text to the other", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(applied(before, unifiedDiff("x", before, after))).toBe(after);
    }),
  );
});

/** Carries out the hunks of a difference. */
function applied(before: string, diff: string): string {
  const old = before.split("\n");
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split("\n").slice(2)) {
    const start = /^@@ -(\d+)/.exec(line)?.[1];
    if (start !== undefined) {
      while (at < Number(start) - 1) result.push(old[at++] ?? "");
    } else if (line.startsWith("+")) {
      result.push(line.slice(1));
    } else {
      expect(old[at]).toBe(line.slice(1));
      if (line.startsWith(" ")) result.push(line.slice(1));
      at += 1;
    }
  }
  return [...result, ...old.slice(at)].join("\n");
}
