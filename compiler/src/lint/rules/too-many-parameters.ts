/** Inline parameters are few. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { inlineInputs } from "../written.js";

const label = "declare a message for them";

export const tooManyParameters: LintRule = defineRule({
  code: "too-many-parameters",
  options: { max: 5 },
  check: (subject, add, { max }) => {
    for (const { method, input } of inlineInputs(subject)) {
      const count = input.fields.length;
      if (count > max) add(subject.places.of(method), { name: method.name, count, max }, { label });
    }
  },
});
