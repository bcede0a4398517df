/** Field and member numbers: in range, and each given once within its owner. */

import { fieldNumberMax, fieldNumberRange, isFieldNumber } from "../../schema/number-range.js";
import type { FieldSchema } from "../../schema/schema.js";
import type { FieldOwner } from "../../schema/field-owner.js";
import { fieldOwners } from "../../schema/field-owner.js";
import type { Rule } from "../rule.js";

const sharedNumbers = "the members of an inline union share names and numbers with the fields of their message";

export const fieldNumbers: Rule = (schema, places, report) => {
  for (const owner of fieldOwners(schema)) {
    const numbers = new FreeNumbers(owner);
    const byNumber = new Map<number, FieldSchema>();
    for (const field of inWrittenOrder(owner)) {
      const span = places.of(field, "number");
      if (!isFieldNumber(field.number)) {
        const free = numbers.next();
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
      const free = numbers.next();
      report.add(
        "duplicate-number",
        span,
        { number: String(field.number), first: first.name, second: field.name },
        {
          label: `${free} is free`,
          notes: first.union === field.union ? [] : [sharedNumbers],
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

/** Hands out numbers that nothing in an owner has: behind the largest one while there are such, then from 1. */
class FreeNumbers {
  readonly #owner: FieldOwner;
  #taken: Set<number> | undefined;
  #last = 0;

  constructor(owner: FieldOwner) {
    this.#owner = owner;
  }

  next(): number {
    // Few messages have a mistake, so nothing is collected before one is found.
    if (this.#taken === undefined) {
      this.#taken = new Set(this.#owner.fields.map((field) => field.number));
      this.#last = this.#owner.fields.findLast((field) => isFieldNumber(field.number))?.number ?? 0;
      if (this.#last === fieldNumberMax) this.#last = 0;
    }
    do this.#last += 1;
    while (!this.#isFree(this.#last) && this.#last < fieldNumberMax);
    return this.#last;
  }

  #isFree(number: number): boolean {
    const { ranges } = this.#owner.reserved;
    return (
      isFieldNumber(number) &&
      this.#taken?.has(number) !== true &&
      !ranges.some((range) => number >= range.from && number <= range.to)
    );
  }
}
