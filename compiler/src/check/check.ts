/** The rules in their order: what was understood and is still refused. */

import type { Report } from "../report/report.js";
import type { Places } from "../schema/places.js";
import type { Schema } from "../schema/schema.js";
import type { Rule } from "./rule.js";

const rules: readonly Rule[] = [];

/** Runs every rule over a schema. Without places (a schema from JSON has none) findings have no span. */
export function check(schema: Schema, places: Places, report: Report): void {
  for (const rule of rules) rule(schema, places, report);
}
