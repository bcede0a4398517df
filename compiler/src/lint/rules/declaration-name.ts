/** Declarations are PascalCase. */

import { pascalCase, renaming } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { declarationsOf } from "../written.js";

export const declarationName: LintRule = defineRule({
  code: "declaration-name",
  check: ({ files, places }, add) => {
    for (const declaration of files.flatMap(declarationsOf)) {
      const { name } = declaration;
      if (/^[A-Z][A-Za-z0-9]*$/.test(name)) continue;
      const kind = declaration.kind === "alias" ? "type" : declaration.kind;
      add(places.of(declaration), { kind, name }, renaming(name, pascalCase(name)));
    }
  },
});
