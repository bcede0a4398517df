/** The examples that `rpcgen explain` shows: the wrong one is refused with the code it explains, the right one is not. */

import { expect, test } from "vitest";
import { analyzeText } from "../../../test/support/analyze-text.js";
import { checkCatalog } from "./check-catalog.js";
import { nameCatalog } from "./name-catalog.js";

/** Examples that are sentences, or need more than one file. */
const toldOnly = new Set([
  "package-collision",
  "import-not-found",
  "import-path-invalid",
  "import-cycle",
  "import-repeated",
  "import-unused",
  "not-imported",
  "too-many-methods",
]);

for (const [code, entry] of Object.entries({ ...nameCatalog, ...checkCatalog })) {
  if (toldOnly.has(code)) continue;
  test(`the examples of ${code} show it`, () => {
    const codesOf = (text: string): readonly string[] => analyzeText(text).diagnostics.map((found) => found.code);
    expect(codesOf(entry.wrong)).toContain(code);
    expect(codesOf(entry.right)).not.toContain(code);
  });
}
