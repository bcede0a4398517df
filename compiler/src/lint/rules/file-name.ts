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
      add(places.of(file), { file: name, package: file.package });
    }
  },
});

function folded(name: string): string {
  return name.replace(/[-_.]/g, "").toLowerCase();
}
