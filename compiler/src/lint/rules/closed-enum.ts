/** Enums are open. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";

export const closedEnum: LintRule = defineRule({
  code: "closed-enum",
  isDefault: false,
  check: ({ files, places }, add) => {
    for (const declared of files.flatMap((file) => file.enums)) {
      if (declared.isClosed) add(places.of(declared), { name: declared.name }, { label: "leave `closed` out" });
    }
  },
});
