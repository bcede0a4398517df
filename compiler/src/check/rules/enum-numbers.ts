/** Enum numbers: 32-bit, one of them zero, and shared only where the enum says so. */

import { removal } from "../../report/removal.js";
import { enumNumberMax, enumNumberMin, enumNumberRange } from "../../schema/number-range.js";
import type { EnumValueSchema } from "../../schema/schema.js";
import type { Rule } from "../rule.js";

export const enumNumbers: Rule = (schema, places, report) => {
  for (const declaration of schema.files.flatMap((file) => file.enums)) {
    const allowsAlias = declaration.annotations.some((annotation) => annotation.name === "allowAlias");
    const byNumber = new Map<number, EnumValueSchema>();
    let hasSharedNumber = false;
    for (const value of declaration.values) {
      const span = places.of(value, "number");
      if (value.number < enumNumberMin || value.number > enumNumberMax) {
        report.add("number-out-of-range", span, {
          number: String(value.number),
          what: "enum number",
          range: enumNumberRange,
        });
        continue;
      }
      const first = byNumber.get(value.number);
      if (first === undefined) {
        byNumber.set(value.number, value);
        continue;
      }
      hasSharedNumber = true;
      if (allowsAlias) continue;
      const firstSpan = places.of(first, "number");
      report.add(
        "duplicate-number",
        span,
        { number: String(value.number), first: first.name, second: value.name },
        {
          label: "two names for one number need `@allowAlias` on the enum",
          related: firstSpan === undefined ? [] : [{ span: firstSpan, message: `\`${first.name}\` has it here` }],
        },
      );
    }
    if (allowsAlias && !hasSharedNumber) {
      const index = declaration.annotations.findIndex((annotation) => annotation.name === "allowAlias");
      const annotation = places.item(declaration, "annotation", index);
      const edits = annotation === undefined ? [] : [removal(annotation)];
      const fixes = [{ message: "remove it", edits }];
      report.add("alias-not-needed", annotation, { name: declaration.name }, { fixes });
    }
    if (!byNumber.has(0) && !places.isIncomplete(declaration)) {
      report.add(
        "enum-zero-missing",
        places.of(declaration),
        { name: declaration.name },
        {
          label: "the value with number 0 is what an absent field has",
        },
      );
    }
  }
};
