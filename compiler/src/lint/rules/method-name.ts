/** Methods are camelCase. */

import { camelCase, renaming } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownMethods } from "../written.js";

export const methodName: LintRule = defineRule({
  code: "method-name",
  check: (subject, add) => {
    for (const { method } of ownMethods(subject)) {
      const { name } = method;
      if (/^[a-z][A-Za-z0-9]*$/.test(name)) continue;
      add(subject.places.of(method), { name }, renaming(name, camelCase(name)));
    }
  },
});
