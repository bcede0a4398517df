/** The rules in their order: what was understood and is still refused. */

import type { Report } from "../report/report.js";
import type { Places } from "../schema/places.js";
import type { Schema } from "../schema/schema.js";
import type { Rule } from "./rule.js";
import { constraints } from "./rules/constraints.js";
import { deprecatedUse } from "./rules/deprecated-use.js";
import { emptyUnions } from "./rules/empty-unions.js";
import { enumNumbers } from "./rules/enum-numbers.js";
import { fieldNumbers } from "./rules/field-numbers.js";
import { givenNames } from "./rules/given-names.js";
import { memberNames } from "./rules/member-names.js";
import { portablePaths } from "./rules/portable-paths.js";
import { reserved } from "./rules/reserved.js";
import { policies } from "./rules/policies.js";
import { services } from "./rules/services.js";

const rules: readonly Rule[] = [
  fieldNumbers,
  enumNumbers,
  reserved,
  emptyUnions,
  givenNames,
  memberNames,
  constraints,
  policies,
  services,
  portablePaths,
  deprecatedUse,
];

/** Runs every rule over a schema. Without places (a schema from JSON has none) findings have no span. */
export function check(schema: Schema, places: Places, report: Report): void {
  for (const rule of rules) rule(schema, places, report);
}
