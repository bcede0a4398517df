/** Services say how long a call may take. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { hasAnnotation } from "../written.js";

export const missingTimeout: LintRule = defineRule({
  code: "missing-timeout",
  isDefault: false,
  check: ({ files, places }, add) => {
    for (const service of files.flatMap((file) => file.services)) {
      const answering = service.methods.filter(({ shape }) => shape === "unary" || shape === "clientStream");
      if (hasAnnotation(service, "timeout") || answering.every(({ timeoutMs }) => timeoutMs !== undefined)) continue;
      add(places.of(service), { name: service.name }, { label: "for instance `@timeout(2s)`" });
    }
  },
});
