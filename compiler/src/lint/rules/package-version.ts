/** Packages end in a version. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";

export const packageVersion: LintRule = defineRule({
  code: "package-version",
  check: ({ files, places }, add) => {
    for (const file of files) {
      const name = file.package;
      if (name === "" || /(^|\.)v[1-9][0-9]*((alpha|beta|test)[0-9]*)?$/.test(name)) continue;
      add(places.of(file), { name }, { label: `\`${name}.v1\` would` });
    }
  },
});
