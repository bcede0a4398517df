/** Methods that stream are documented. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownMethods } from "../written.js";

const label = "say it above, behind `///`";

export const streamDocs: LintRule = defineRule({
  code: "stream-docs",
  check: (subject, add) => {
    for (const { method } of ownMethods(subject)) {
      const isStream =
        method.shape === "serverStream" || method.shape === "bidiStream" || method.shape === "clientStream";
      if (isStream && method.docs === "") add(subject.places.of(method), { name: method.name }, { label });
    }
  },
});
