/** Money is no binary fraction. */

import { wordsOf } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownFields } from "../written.js";

const moneyWords: ReadonlySet<string> = new Set("price cost fee balance salary money tax discount".split(" "));

export const moneyAsFloat: LintRule = defineRule({
  code: "money-as-float",
  check: (subject, add) => {
    for (const { field } of ownFields(subject)) {
      const { type, name } = field;
      if (type.kind !== "scalar" || (type.name !== "float" && type.name !== "double")) continue;
      if (!moneyWords.has(wordsOf(name).at(-1) ?? "")) continue;
      const label = "count the smallest unit in an `int64`";
      add(subject.places.of(field, "type"), { name, type: type.name }, { label });
    }
  },
});
