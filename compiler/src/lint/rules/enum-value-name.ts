/** Enum values are UPPER_CASE. */

import { renaming, upperCase } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";

export const enumValueName: LintRule = defineRule({
  code: "enum-value-name",
  check: ({ files, places }, add) => {
    for (const value of files.flatMap((file) => file.enums).flatMap(({ values }) => values)) {
      const { name } = value;
      if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name)) add(places.of(value), { name }, renaming(name, upperCase(name)));
    }
  },
});
