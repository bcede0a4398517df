/** Reports members without a number, each with the next one that is free as its repair. */

import type { EnumValueNode, FieldNode, NumberLiteral, ReservedNode } from "./ast.js";
import type { Building } from "./cst.js";

/** Reports fields without a number, members of inline unions included: they share the numbers of the message. */
export function reportMissingNumbers(
  building: Building,
  fields: readonly FieldNode[],
  reserved: readonly ReservedNode[],
  what: string,
): void {
  const flat = fields.flatMap((field) => (field.type.kind === "union" ? field.type.members : [field]));
  for (const { number, name, type } of fields) {
    if (type.kind !== "union" || number === undefined) continue;
    const isBehind = number.span.start > name.span.start;
    // Behind the union, as in a `.proto`, it stands with an equals sign.
    const equals = isBehind ? number.span.source.text.lastIndexOf("=", number.span.start) : -1;
    const span = isBehind
      ? { ...number.span, start: Math.max(equals, type.span.end) }
      : { ...number.span, end: name.span.start };
    const fixes = [{ message: "remove it", edits: [{ span, text: "" }] }];
    building.report.add("union-number", number.span, { name: name.text }, { fixes });
  }
  let next = nextFree(flat, reserved, 1n);
  for (const field of flat) {
    if (field.number !== undefined || building.misnumbered.has(field) || field.name.text === "") continue;
    const text = `${next} ${field.name.text}`;
    const edits = [{ span: { ...field.name.span, end: field.name.span.start }, text: `${next} ` }];
    building.report.add(
      "missing-number",
      field.name.span,
      { name: field.name.text, what },
      { label: `for instance \`${text}\``, fixes: [{ message: `write \`${text}\``, edits }] },
    );
    next += 1n;
  }
}

/** Reports enum values without a number. */
export function reportMissingValues(
  building: Building,
  values: readonly EnumValueNode[],
  reserved: readonly ReservedNode[],
): void {
  let next = nextFree(values, reserved, 0n);
  for (const value of values) {
    if (value.number !== undefined || building.misnumbered.has(value)) continue;
    const text = `${value.name.text} = ${next}`;
    const edits = [{ span: { ...value.name.span, start: value.name.span.end }, text: ` = ${next}` }];
    building.report.add(
      "missing-number",
      value.name.span,
      { name: value.name.text, what: "enum value" },
      { label: `for instance \`${text}\``, fixes: [{ message: `write \`${text}\``, edits }] },
    );
    next += 1n;
  }
}

/** One above the highest number in use, so that nothing that may once have been in use comes back. */
function nextFree(
  members: readonly { readonly number: NumberLiteral | undefined }[],
  reserved: readonly ReservedNode[],
  first: bigint,
): bigint {
  let next = first;
  const use = (value: bigint | undefined): void => {
    if (value !== undefined && value >= next && value < 500_000_000n) next = value + 1n;
  };
  for (const { number } of members) use(number?.value);
  for (const { ranges } of reserved) for (const { from, to } of ranges) use((to ?? from).value);
  return next;
}
