/** What is deprecated says what to use instead. */

import type { Described } from "../../schema/schema.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { declarationsOf, ownFields, ownMethods } from "../written.js";

export const deprecatedReason: LintRule = defineRule({
  code: "deprecated-reason",
  check: (subject, add) => {
    const look = (thing: Described): void => {
      if (thing.deprecated !== "") return;
      const index = thing.annotations.findIndex(({ name }) => name === "deprecated");
      const label = 'for instance `@deprecated("use …")`';
      add(subject.places.item(thing, "annotation", index), { name: thing.name }, { label });
    };
    for (const file of subject.files) {
      for (const declaration of declarationsOf(file)) look(declaration);
      for (const { values } of file.enums) values.forEach(look);
    }
    for (const { field } of ownFields(subject)) look(field);
    for (const { method } of ownMethods(subject)) look(method);
  },
});
