/** Identifiers of 64 bits are not shown as numbers. */

import { wordsOf } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownFields } from "../written.js";

export const idAsNumber: LintRule = defineRule({
  code: "id-as-number",
  check: (subject, add) => {
    for (const { field } of ownFields(subject)) {
      const last = wordsOf(field.name).at(-1) ?? "";
      if (field.int64 !== "number" || !["id", "ids", "identifier", "hash"].includes(last)) continue;
      const index = field.annotations.findIndex(({ name }) => name === "js");
      const details = { label: "`@js(string)` holds all of it" };
      add(subject.places.item(field, "annotation", index), { name: field.name }, details);
    }
  },
});
