/** What others use is documented. */

import type { Described } from "../../schema/schema.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { declarationsOf, ownFields, ownMethods } from "../written.js";

export const missingDocs: LintRule = defineRule({
  code: "missing-docs",
  isDefault: false,
  options: {
    kinds: ["message", "enum", "union", "error", "type", "service", "method"] as readonly string[],
  },
  check: (subject, add, { kinds }) => {
    const { places } = subject;
    const look = (kind: string, thing: Described): void => {
      if (thing.docs === "" && kinds.includes(kind)) add(places.of(thing), { kind, name: thing.name });
    };
    for (const file of subject.files) {
      if (file.docs === "" && file.package !== "" && kinds.includes("package")) {
        add(places.of(file), { kind: "package", name: file.package });
      }
      for (const one of declarationsOf(file)) look(one.kind === "alias" ? "type" : one.kind, one);
      for (const value of file.enums.flatMap(({ values }) => values)) look("value", value);
    }
    for (const { method } of ownMethods(subject)) look("method", method);
    for (const { field } of ownFields(subject)) look("field", field);
  },
});
