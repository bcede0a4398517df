/** Packages are lower case. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { wordsOf } from "../name-words.js";

export const packageName: LintRule = defineRule({
  code: "package-name",
  check: ({ files, places }, add) => {
    for (const file of files) {
      const name = file.package;
      if (/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/.test(name) || name === "") continue;
      const better = name.split(".").map((part) => wordsOf(part).join("_"));
      add(places.of(file), { name }, { label: `\`${better.join(".")}\` would be` });
    }
  },
});
