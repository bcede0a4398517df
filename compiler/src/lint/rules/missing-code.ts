/** Errors have a status code. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { hasAnnotation } from "../written.js";

const label = "for instance `@code(FAILED_PRECONDITION)`";

export const missingCode: LintRule = defineRule({
  code: "missing-code",
  check: ({ files, places }, add) => {
    for (const error of files.flatMap((file) => file.errors)) {
      if (!hasAnnotation(error, "code")) add(places.of(error), { name: error.name }, { label });
    }
  },
});
