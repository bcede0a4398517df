/** The status that an error travels with. */

import type { CompatRule } from "./comparison.js";
import { makeFinding } from "./make-finding.js";

export const errorCodes: CompatRule = function* (comparison) {
  for (const { old, new: now } of comparison.declarations.pairs) {
    if (old.kind !== "error" || now.kind !== "error" || old.code === now.code) continue;
    yield makeFinding("error-code-changed", {
      name: old.name,
      was: old.code,
      is: now.code,
      subject: old.fullName,
      levels: ["wire", "source"],
      why: "Each side meets another status than it was built for, and whatever decides by it does something else.",
      breaks: ["oldClientNewServer", "newClientOldServer"],
      newPlace: comparison.newPlace(now, now.fullName),
      oldPlace: comparison.oldPlace(old, old.fullName),
      touched: [{ kind: "declaration", fullName: old.fullName }],
    });
  }
};
