/** Reserved numbers and names: written sensibly, and never taken again. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import { enumNumberMax, enumNumberMin, fieldNumberMax } from "../../schema/number-range.js";
import type { ReservedSchema, Schema } from "../../schema/schema.js";
import { fieldOwners } from "../../schema/field-owner.js";
import type { Rule } from "../rule.js";

interface Numbered {
  readonly name: string;
  readonly number: number;
}

interface Owner {
  readonly name: string;
  readonly reserved: ReservedSchema;
  readonly items: readonly Numbered[];
  readonly numberMin: number;
  readonly numberMax: number;
}

export const reserved: Rule = (schema, places, report) => {
  for (const owner of owners(schema)) {
    const ranges = checkRanges(owner, places, report);
    checkNames(owner, places, report);
    for (const item of owner.items) {
      const range = rangeOf(ranges, item.number);
      if (range === undefined) continue;
      const span = places.of(range);
      report.add(
        "reserved-number",
        places.of(item, "number"),
        { number: String(item.number), name: item.name },
        {
          related: span === undefined ? [] : [{ span, message: "reserved here" }],
        },
      );
    }
  }
};

function* owners(schema: Schema): Generator<Owner> {
  for (const { name, reserved, fields } of fieldOwners(schema)) {
    yield { name, reserved, items: fields, numberMin: 1, numberMax: fieldNumberMax };
  }
  for (const file of schema.files) {
    for (const { name, reserved, values } of file.enums) {
      yield { name, reserved, items: values, numberMin: enumNumberMin, numberMax: enumNumberMax };
    }
  }
}

type Range = ReservedSchema["ranges"][number];

/** Reports what is wrong with the ranges and gives back the good ones, sorted. */
function checkRanges(owner: Owner, places: Places, report: Report): readonly Range[] {
  const good: Range[] = [];
  for (const range of owner.reserved.ranges) {
    const text = range.from === range.to ? String(range.from) : `${range.from} to ${range.to}`;
    if (range.from > range.to) {
      report.add("reserved-invalid", places.of(range), { text, reason: "ends before it starts" });
    } else if (range.from < owner.numberMin || range.to > owner.numberMax) {
      const reason = `goes beyond the numbers there are, ${owner.numberMin} to ${owner.numberMax}`;
      report.add("reserved-invalid", places.of(range), { text, reason });
    } else good.push(range);
  }
  good.sort((a, b) => a.from - b.from);
  for (const [index, range] of good.entries()) {
    const before = good[index - 1];
    if (before === undefined || before.to < range.from) continue;
    const text = range.from === range.to ? String(range.from) : `${range.from} to ${range.to}`;
    const span = places.of(before);
    report.add(
      "reserved-invalid",
      places.of(range),
      { text, reason: "reserves a number a second time" },
      {
        related: span === undefined ? [] : [{ span, message: "first reserved here" }],
      },
    );
  }
  return good;
}

function checkNames(owner: Owner, places: Places, report: Report): void {
  const names = new Map<string, number>();
  for (const [index, name] of owner.reserved.names.entries()) {
    if (names.has(name)) {
      const span = places.item(owner.reserved, "reservedName", index);
      report.add("reserved-invalid", span, { text: JSON.stringify(name), reason: "reserves a name a second time" });
    } else names.set(name, index);
  }
  for (const item of owner.items) {
    const index = names.get(item.name);
    if (index === undefined) continue;
    const span = places.item(owner.reserved, "reservedName", index);
    report.add(
      "reserved-name",
      places.of(item),
      { name: item.name },
      {
        related: span === undefined ? [] : [{ span, message: "reserved here" }],
      },
    );
  }
}

/** The last range that starts at or before the number, if it reaches that far; ranges are sorted by their start. */
function rangeOf(ranges: readonly Range[], number: number): Range | undefined {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return undefined;
    if (number < range.from) high = middle - 1;
    else if (number > range.to) low = middle + 1;
    else return range;
  }
  return undefined;
}
