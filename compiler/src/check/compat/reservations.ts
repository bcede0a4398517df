/** Numbers and names that were given up: they stay reserved, so that nothing takes their place. */

import type { Declaration, Described, ReservedSchema } from "../../schema/schema.js";
import type { Comparison, CompatRule } from "./comparison.js";
import type { Finding } from "./finding.js";
import { makeFinding } from "./make-finding.js";

export const reservations: CompatRule = function* (comparison) {
  for (const { old, new: now } of comparison.declarations.pairs) {
    const [before, after] = [numberedOf(old), numberedOf(now)];
    if (before === undefined || after === undefined) continue;
    yield* givenUp(comparison, before, after);
    yield* released(comparison, before, after);
  }
};

/** A declaration with numbers, whatever its parts are called. */
interface Numbered {
  readonly declared: Declaration;
  readonly parts: readonly (Described & { readonly number: number })[];
  readonly reserved: ReservedSchema;
}

function numberedOf(declared: Declaration): Numbered | undefined {
  if (declared.kind === "enum") return { declared, parts: declared.values, reserved: declared.reserved };
  if (!("fields" in declared)) return undefined;
  return { declared, parts: declared.fields, reserved: declared.reserved };
}

function* givenUp(comparison: Comparison, old: Numbered, now: Numbered): Iterable<Finding> {
  const [numbers, names] = [new Set(now.parts.map(({ number }) => number)), new Set(now.parts.map(({ name }) => name))];
  const seen = new Set<number>();
  for (const part of old.parts) {
    const about = {
      name: old.declared.name,
      subject: `${old.declared.fullName}.${part.name}`,
      newPlace: comparison.newPlace(now.declared, now.declared.fullName),
      oldPlace: comparison.oldPlace(part, old.declared.fullName, "number"),
    };
    const isNumberGone = !numbers.has(part.number) && !seen.has(part.number);
    seen.add(part.number);
    if (isNumberGone && !holds(now.reserved, part.number)) {
      yield makeFinding("number-not-reserved", {
        ...about,
        was: `${part.number} (\`${part.name}\`)`,
        levels: ["wire"],
        why: `Whatever takes number ${part.number} next is read by old peers, and from stored bytes, as \`${part.name}\`.`,
      });
    }
    // A part that was only renamed is told as such.
    const isRemoved = !numbers.has(part.number) && !names.has(part.name);
    if (isRemoved && !now.reserved.names.includes(part.name)) {
      yield makeFinding("name-not-reserved", {
        ...about,
        was: `\`${part.name}\``,
        levels: ["json"],
        why: `Whatever is called \`${part.name}\` next is read from old JSON with the old meaning.`,
      });
    }
  }
}

function holds({ ranges }: ReservedSchema, number: number): boolean {
  return ranges.some(({ from, to }) => from <= number && number <= to);
}

function* released(comparison: Comparison, old: Numbered, now: Numbered): Iterable<Finding> {
  const about = {
    name: old.declared.name,
    subject: old.declared.fullName,
    newPlace: comparison.newPlace(now.declared, now.declared.fullName),
    oldPlace: comparison.oldPlace(old.declared, old.declared.fullName),
  };
  for (const range of old.reserved.ranges) {
    const gap = firstGap(range, now.reserved);
    if (gap === undefined) continue;
    const taker = now.parts.find(({ number }) => number >= gap.from && number <= gap.to);
    const text = gap.from === gap.to ? String(gap.from) : `${gap.from} to ${gap.to}`;
    yield makeFinding("reservation-removed", {
      ...about,
      was: text,
      levels: ["wire"],
      why:
        taker === undefined
          ? "Whatever takes it next is misread by old peers and from stored bytes."
          : `\`${taker.name}\` has taken it, which is misread by peers and from bytes that are older than the reservation.`,
    });
  }
  for (const name of old.reserved.names) {
    if (now.reserved.names.includes(name)) continue;
    yield makeFinding("reservation-removed", {
      ...about,
      was: JSON.stringify(name),
      levels: ["json"],
      why: "JSON that is older than the reservation still carries the name with its old meaning.",
    });
  }
}

/** The first numbers of a range that are not reserved any more. */
function firstGap(
  range: ReservedSchema["ranges"][number],
  { ranges }: ReservedSchema,
): ReservedSchema["ranges"][number] | undefined {
  let from = range.from;
  for (const next of [...ranges].sort((a, b) => a.from - b.from)) {
    if (next.to < from) continue;
    if (next.from > from) return { from, to: Math.min(range.to, next.from - 1) };
    from = next.to + 1;
    if (from > range.to) return undefined;
  }
  return from > range.to ? undefined : { from, to: range.to };
}
