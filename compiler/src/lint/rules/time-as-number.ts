/** Times are written as times. */

import { wordsOf } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownFields } from "../written.js";

const units: ReadonlySet<string> = new Set(
  "ms millis milliseconds micros nanos secs seconds minutes hours days".split(" "),
);

const spans: ReadonlySet<string> = new Set("timeout duration ttl interval elapsed latency".split(" "));

const points: ReadonlySet<string> = new Set("timestamp datetime".split(" "));

export const timeAsNumber: LintRule = defineRule({
  code: "time-as-number",
  check: (subject, add) => {
    for (const { field } of ownFields(subject)) {
      if (field.type.kind !== "scalar" || field.cardinality === "map") continue;
      const isNumber = field.type.name !== "string" && field.type.name !== "bytes" && field.type.name !== "bool";
      const type = timeType(field.name, isNumber, field.type.name === "string");
      if (type !== undefined) add(subject.places.of(field, "type"), { name: field.name, type });
    }
  },
});

function timeType(name: string, isNumber: boolean, isString: boolean): "timestamp" | "duration" | undefined {
  if (!isNumber && !isString) return undefined;
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  // `placedAt` is a point in time; `at` alone may be a place.
  if (points.has(last) || (last === "at" && words.length > 1)) return "timestamp";
  if (!isNumber) return undefined;
  if (spans.has(last) || (units.has(last) && words.length > 1)) return "duration";
  return undefined;
}
