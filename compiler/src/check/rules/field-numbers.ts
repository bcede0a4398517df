/** Field and member numbers: in range, and each given once within its owner. */

import { fieldNumberMax, fieldNumberRange, isFieldNumber } from "../../schema/number-range.js";
import type { FieldSchema } from "../../schema/schema.js";
import type { FieldOwner } from "../../schema/field-owner.js";
import { fieldOwners } from "../../schema/field-owner.js";
import type { Rule } from "../rule.js";

export const fieldNumbers: Rule = (schema, places, report) => {
  for (const owner of fieldOwners(schema)) {
    // Numbers are searched for only when one is asked for: few messages have a mistake.
    let free: number | undefined;
    const byNumber = new Map<number, FieldSchema>();
    for (const field of inWrittenOrder(owner)) {
      const span = places.of(field, "number");
      if (!isFieldNumber(field.number)) {
        free = freeNumber(owner, free);
        report.add(
          "number-out-of-range",
          span,
          { number: String(field.number), what: "field number", range: fieldNumberRange },
          {
            label: `${free} is free`,
            fixes:
              span === undefined ? [] : [{ message: `take number ${free}`, edits: [{ span, text: String(free) }] }],
          },
        );
        continue;
      }
      const first = byNumber.get(field.number);
      if (first === undefined) {
        byNumber.set(field.number, field);
        continue;
      }
      const firstSpan = places.of(first, "number");
      free = freeNumber(owner, free);
      report.add(
        "duplicate-number",
        span,
        { number: String(field.number), first: first.name, second: field.name },
        {
          label: `${free} is free`,
          related: firstSpan === undefined ? [] : [{ span: firstSpan, message: `\`${first.name}\` has it here` }],
          fixes: span === undefined ? [] : [{ message: `take number ${free}`, edits: [{ span, text: String(free) }] }],
        },
      );
    }
  }
};

function inWrittenOrder(owner: FieldOwner): readonly FieldSchema[] {
  if (owner.kind === "union") return owner.fields;
  return owner.members.flatMap((member) => (member.kind === "field" ? [member] : member.members));
}

/** The first free number behind `after` or, where that is undefined, behind the largest one in use. */
function freeNumber(owner: FieldOwner, after: number | undefined): number {
  const taken = new Set(owner.fields.map((field) => field.number).filter(isFieldNumber));
  const isFree = (number: number): boolean =>
    isFieldNumber(number) &&
    !taken.has(number) &&
    !owner.reserved.ranges.some((range) => number >= range.from && number <= range.to);
  const isFirstTime = after === undefined && !taken.has(fieldNumberMax);
  let number = isFirstTime ? Math.max(0, owner.fields.at(-1)?.number ?? 0) : (after ?? 0);
  if (number >= fieldNumberMax) number = 0;
  do number += 1;
  while (!isFree(number) && number < fieldNumberMax);
  return number;
}
