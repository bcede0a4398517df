/** What only reads says that it may be repeated. */

import { wordsOf } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownMethods } from "../written.js";

export const missingIdempotent: LintRule = defineRule({
  code: "missing-idempotent",
  options: {
    verbs: ["get", "list", "find", "search", "count", "read", "fetch", "lookup", "has", "exists"] as readonly string[],
  },
  check: (subject, add, { verbs }) => {
    for (const { method, service } of ownMethods(subject)) {
      // Only a unary call can be repeated, and what goes away need not be mended.
      if (method.shape !== "unary" || method.isIdempotent) continue;
      if (method.deprecated !== undefined || service.deprecated !== undefined) continue;
      if (!verbs.includes(wordsOf(method.name)[0] ?? "")) continue;
      const span = subject.places.of(method);
      const edits = span === undefined ? [] : [{ span: { ...span, end: span.start }, text: "@idempotent " }];
      add(span, { name: method.name }, { fixes: [{ message: "add `@idempotent` if it is so", edits }] });
    }
  },
});
