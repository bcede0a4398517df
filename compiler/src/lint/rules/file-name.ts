/** A file is named after a part of its package. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";

export const fileName: LintRule = defineRule({
  code: "file-name",
  check: ({ files, places }, add) => {
    for (const file of files) {
      const name = file.path.slice(file.path.lastIndexOf("/") + 1);
      const parts = file.package.split(".").map(folded);
      if (file.package === "" || parts.includes(folded(name.replace(/\.rpc$/, "")))) continue;
      const named = file.package
        .split(".")
        .filter((part) => !/^v\d+\w*$/.test(part))
        .at(-1);
      const label = named === undefined ? undefined : `or call the file ${named}.rpc`;
      add(places.of(file), { file: name, package: file.package }, { label });
    }
  },
});

function folded(name: string): string {
  return name.replace(/[-_.]/g, "").toLowerCase();
}
