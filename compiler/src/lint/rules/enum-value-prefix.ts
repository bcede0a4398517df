/** Enum values do not repeat the name of their enum. */

import { renaming, upperCase } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";

export const enumValuePrefix: LintRule = defineRule({
  code: "enum-value-prefix",
  check: ({ files, places }, add) => {
    for (const declared of files.flatMap((file) => file.enums)) {
      const prefix = `${upperCase(declared.name)}_`;
      for (const value of declared.values) {
        if (!value.name.toUpperCase().startsWith(prefix)) continue;
        const rest = value.name.slice(prefix.length);
        const better = /^[A-Za-z]/.test(rest) ? rest : "";
        add(places.of(value), { name: value.name, enum: declared.name }, renaming(value.name, better));
      }
    }
  },
});
