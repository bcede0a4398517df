/** The value zero of an enum says that it is none. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";

export const enumZeroName: LintRule = defineRule({
  code: "enum-zero-name",
  isDefault: false,
  options: { names: ["UNSPECIFIED", "UNKNOWN", "NONE"] as readonly string[] },
  check: ({ files, places }, add, { names }) => {
    for (const { values } of files.flatMap((file) => file.enums)) {
      const zeros = values.filter(({ number }) => number === 0);
      const [zero] = zeros;
      if (zero === undefined || zeros.some(({ name }) => names.includes(name))) continue;
      const label = "an absent field has this value";
      add(places.of(zero), { name: zero.name, names: names.join(", ") }, { label });
    }
  },
});
