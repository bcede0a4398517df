/** Field and member numbers: in range, and each given once within its owner. */

import type { FieldSchema } from "../../schema/schema.js";
import type { FieldOwner } from "../../schema/field-owner.js";
import { fieldOwners } from "../../schema/field-owner.js";
import type { Rule } from "../rule.js";

/** The largest number that a Protobuf tag can hold. */
export const fieldNumberMax: number = 536_870_911;
const protobufFrom = 19_000;
const protobufTo = 19_999;

export const fieldNumbers: Rule = (schema, places, report) => {
  for (const owner of fieldOwners(schema)) {
    // Numbers are searched for only when one is asked for: few messages have a mistake.
    let free: number | undefined;
    const byNumber = new Map<number, FieldSchema>();
    for (const field of inWrittenOrder(owner)) {
      const span = places.of(field, "number");
      if (!isFieldNumber(field.number)) {
        free ??= freeNumber(owner);
        report.add(
          "number-out-of-range",
          span,
          { number: String(field.number), what: "field number", range: rangeText },
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
      free ??= freeNumber(owner);
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

const rangeText = `from 1 to ${fieldNumberMax} without ${protobufFrom} to ${protobufTo}`;

function isFieldNumber(number: number): boolean {
  return number >= 1 && number <= fieldNumberMax && (number < protobufFrom || number > protobufTo);
}

function inWrittenOrder(owner: FieldOwner): readonly FieldSchema[] {
  if (owner.kind === "union") return owner.fields;
  return owner.members.flatMap((member) => (member.kind === "field" ? [member] : member.members));
}

/** The number after the largest valid one, or the smallest free one where there is none after it. */
function freeNumber(owner: FieldOwner): number {
  const taken = new Set(owner.fields.map((field) => field.number).filter(isFieldNumber));
  const isFree = (number: number): boolean =>
    isFieldNumber(number) &&
    !taken.has(number) &&
    !owner.reserved.ranges.some((range) => number >= range.from && number <= range.to);
  const next = Math.max(0, ...[...taken].slice(-1_000)) + 1;
  for (let number = next; number < next + 2_000; number++) if (isFree(number)) return number;
  let number = 1;
  while (!isFree(number) && number < fieldNumberMax) number += 1;
  return number;
}
