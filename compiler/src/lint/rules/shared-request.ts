/** Every method takes a message of its own. */

import type { Span } from "../../source/source-file.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownMethods } from "../written.js";

export const sharedRequest: LintRule = defineRule({
  code: "shared-request",
  isDefault: false,
  check: (subject, add) => {
    const first = new Map<string, { readonly name: string; readonly span: Span | undefined }>();
    for (const { method, service } of ownMethods(subject)) {
      const input = subject.schema.declarations.get(method.input);
      if (method.hasInlineInput || input === undefined) continue;
      const taker = first.get(method.input);
      const span = subject.places.of(method, "parameters");
      if (taker === undefined) {
        first.set(method.input, { name: `${service.name}.${method.name}`, span });
        continue;
      }
      const related = taker.span === undefined ? [] : [{ span: taker.span, message: "it takes it here" }];
      add(span, { name: input.name, method: taker.name }, { label: "declare a message of its own", related });
    }
  },
});
