/** Results that are kept: one JSON file for each suite, from which the document is written. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { benchmarks } from "../setup/paths.mjs";

const path = (suite) => join(benchmarks, "results", `${suite}.json`);

export async function keepResult(suite, result) {
  mkdirSync(join(benchmarks, "results"), { recursive: true });
  // In the project's own layout, so that its check of formats has nothing to say.
  writeFileSync(path(suite), await format(JSON.stringify(result, rounded), { parser: "json", printWidth: 120 }));
}

/** The kept result of a suite; undefined where there is none. */
export function keptResult(suite) {
  return existsSync(path(suite)) ? JSON.parse(readFileSync(path(suite), "utf8")) : undefined;
}

// More digits than these are noise, and make every difference of two files unreadable.
function rounded(key, value) {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
