/** Every method takes a message of its own. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownMethods } from "../written.js";

export const sharedRequest: LintRule = defineRule({
  code: "shared-request",
  isDefault: false,
  check: (subject, add) => {
    const first = new Map<string, string>();
    for (const { method, service } of ownMethods(subject)) {
      const input = subject.schema.declarations.get(method.input);
      if (method.hasInlineInput || input === undefined) continue;
      const taker = first.get(method.input);
      if (taker === undefined) first.set(method.input, `${service.name}.${method.name}`);
      else add(subject.places.of(method, "parameters"), { name: input.name, method: taker });
    }
  },
});
