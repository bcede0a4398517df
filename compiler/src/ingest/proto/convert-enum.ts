/** Enums of `.proto` to enums of `.rpc`: every value with its number and the name that JSON knows it by. */

import { enumNumberMax, enumNumberMin } from "../../schema/number-range.js";
import { snakeCase } from "../../schema/naming.js";
import { entry } from "../document.js";
import type { Entry } from "../document.js";
import { docsOf, sideNoteOf } from "../remarks.js";
import { quotedLines } from "../rpc-text.js";
import type { Conversion } from "./conversion.js";
import { withFeatures } from "./features.js";
import type { Features } from "./features.js";
import { keptRemarks } from "./message-work.js";
import { convertOptions } from "./convert-options.js";
import { Reserved } from "./convert-reserved.js";
import type { ProtoSymbol } from "./proto-scope.js";
import type { ProtoEnum, ProtoEnumValue } from "./proto-syntax.js";

export function convertEnum(
  declared: ProtoEnum,
  symbol: ProtoSymbol,
  features: Features,
  conversion: Conversion,
): Entry {
  const options = declared.items.flatMap((item) => (item.kind === "option" ? [item.option] : []));
  // Whether names share numbers is seen from the numbers.
  const converted = convertOptions(options, symbol.fullName, conversion, ({ name }) =>
    name === "allow_alias" ? [] : undefined,
  );
  const own = conversion.ownOptions(options, "enum");
  if (withFeatures(features, options).isClosed) conversion.tellClosed(declared.name.span);
  const reserved = new Reserved(enumNumberMin, enumNumberMax, conversion.own !== undefined);
  const names = new Set<string>();
  const numbers: number[] = [];
  const items: Entry[] = [];
  for (const item of declared.items) if (item.kind === "reserved") reserved.addAll(item);
  for (const item of declared.items) {
    if (item.kind === "value") {
      const problem = valueProblem(item, names, reserved, conversion);
      items.push(problem ? valueComment(item) : convertValue(item, symbol, conversion));
      if (problem) continue;
      names.add(item.name.text);
      numbers.push(item.number);
    } else if (item.kind === "loose") items.push(entry({ notes: item.paragraphs }));
    else items.push(...keptRemarks(item.remarks));
  }
  const name = conversion.run.names.get(symbol) ?? declared.name.text;
  const zero = addZero(declared, names, numbers, conversion);
  moveZero(items, Number(own?.text("zero_index") ?? 0));
  const isShared = new Set(numbers).size < numbers.length;
  const kept = reservedWithoutZero(reserved, zero !== undefined);
  return entry({
    notes: declared.remarks.detached,
    marks: converted.marks,
    docs: docsOf(declared.remarks),
    sideNote: sideNoteOf(declared.remarks),
    annotations: own?.annotations(conversion.namespaces) ?? [
      ...(isShared ? ["@allowAlias"] : []),
      ...converted.annotations,
    ],
    text: `${own?.isTrue("is_closed") === true ? "closed " : ""}enum ${name}`,
    items: [...(zero === undefined ? [] : [zero]), ...items, ...(kept === undefined ? [] : [kept])],
  });
}

/** Puts the first value where it was written; `.proto` wants the one with number zero in front. */
function moveZero(items: Entry[], index: number): void {
  const [zero] = items;
  if (index > 0 && index < items.length && zero !== undefined) items.splice(index, 0, ...items.splice(0, 1));
}

/** A value that is added with number zero takes it out of what is reserved. */
function reservedWithoutZero(reserved: Reserved, isZeroTaken: boolean): Entry | undefined {
  return isZeroTaken && reserved.has(0) ? reserved.without(0).entry() : reserved.entry();
}

/** The value for number zero where there is none; reported. */
function addZero(
  declared: ProtoEnum,
  names: ReadonlySet<string>,
  numbers: readonly number[],
  conversion: Conversion,
): Entry | undefined {
  if (numbers.includes(0)) return undefined;
  const prefix = snakeCase(declared.name.text).toUpperCase();
  const isPrefixed = names.size > 0 && [...names].every((name) => name.startsWith(`${prefix}_`));
  let value = isPrefixed ? `${prefix}_UNSPECIFIED` : "UNSPECIFIED";
  while (names.has(value)) value += "_";
  conversion.report.add("imported-enum-zero", declared.name.span, { name: declared.name.text, value });
  return entry({ docs: "Added on import: the original has no value with this number.", text: `${value} = 0` });
}

function convertValue(value: ProtoEnumValue, symbol: ProtoSymbol, conversion: Conversion): Entry {
  const { annotations, marks } = convertOptions(value.options, symbol.fullName, conversion);
  const own = conversion.ownOptions(value.options, "enum_value");
  return entry({
    notes: value.remarks.detached,
    marks,
    docs: docsOf(value.remarks),
    sideNote: sideNoteOf(value.remarks),
    annotations: own?.annotations(conversion.namespaces) ?? annotations,
    text: `${own?.text("name") ?? value.name.text} = ${value.number}`,
  });
}

/** Whether a value cannot be written; then that is reported. */
function valueProblem(
  { name, number }: ProtoEnumValue,
  names: ReadonlySet<string>,
  reserved: Reserved,
  conversion: Conversion,
): boolean {
  if (names.has(name.text)) {
    conversion.report.add("imported-duplicate", name.span, { name: name.text });
    return true;
  }
  const isInRange = number >= enumNumberMin && number <= enumNumberMax;
  if (isInRange && !reserved.has(number) && !reserved.hasName(name.text)) return false;
  const why = isInRange ? "is reserved" : "is no 32-bit integer";
  const reason = `has number ${number}, and it or its name ${why}, so it is kept as a comment`;
  conversion.report.add("imported-number", name.span, { name: name.text, reason });
  return true;
}

function valueComment({ remarks, span }: ProtoEnumValue): Entry {
  const { detached, leading, trailing } = remarks;
  const marks = quotedLines("proto", span.source.text.slice(span.start, span.end));
  return entry({ notes: [...detached, ...leading, ...trailing], marks });
}
