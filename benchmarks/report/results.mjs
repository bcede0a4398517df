/** Results that are kept: one JSON file for each suite, from which the document is written. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchmarks } from "../setup/paths.mjs";

const path = (suite) => join(benchmarks, "results", `${suite}.json`);

export function keepResult(suite, result) {
  mkdirSync(join(benchmarks, "results"), { recursive: true });
  writeFileSync(path(suite), `${JSON.stringify(result, rounded, 2)}\n`);
}

/** The kept result of a suite; undefined where there is none. */
export function keptResult(suite) {
  return existsSync(path(suite)) ? JSON.parse(readFileSync(path(suite), "utf8")) : undefined;
}

// More digits than these are noise, and make every difference of two files unreadable.
function rounded(key, value) {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
