/** What docs/FAULTS.md names as shown is there: files, titles of tests, chaos cases. And docs/FLEET.md lists all chaos cases. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string): string => readFileSync(root(path), "utf8");

const folder = "scripts/chaos/cases";
const cases = readdirSync(root(folder)).flatMap((name) =>
  [...read(`${folder}/${name}`).matchAll(/\bid: "(F\d\d[ab]?)"/g)].map(([, id = ""]) => id),
);

/** The rows of a page's tables, as cells. */
function rowsOf(page: string): readonly (readonly string[])[] {
  return page
    .split("\n")
    .filter((line) => /^\| (?!-)/.test(line))
    .map((line) => line.slice(2, -2).split(" | "));
}

test("every fault names what shows it, and that is there", () => {
  const rows = rowsOf(read("docs/FAULTS.md")).filter(([, , shows]) => shows !== "shown by");
  expect(rows.length).toBeGreaterThan(20);
  const missing: string[] = [];
  for (const [fault = "", , shows = ""] of rows) {
    const files = [...shows.matchAll(/`([^`]+)`((?:: "[^"]+")?(?:; "[^"]+")*)/g)];
    const ids = [...shows.matchAll(/\bF\d\d[ab]?\b/g)].map(([id]) => id);
    if (files.length + ids.length === 0 && !shows.includes("](")) missing.push(`${fault}: nothing`);
    for (const id of ids) if (!cases.some((one) => one.startsWith(id))) missing.push(`${fault}: ${id}`);
    for (const [, path = "", titles = ""] of files) {
      const text = existsSync(root(path)) ? read(path) : undefined;
      if (text === undefined) missing.push(`${fault}: ${path}`);
      for (const [, title = ""] of titles.matchAll(/"([^"]+)"/g)) {
        if (text?.includes(title) !== true) missing.push(`${fault}: ${path}: ${title}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

test("the table of chaos cases lists all there are, and no others", () => {
  const listed = rowsOf(read("docs/FLEET.md"))
    .map(([first = ""]) => first)
    .filter((first) => /^F\d\d/.test(first))
    .flatMap((first) => first.split(", "));
  expect(listed.toSorted()).toEqual(cases.toSorted());
});
