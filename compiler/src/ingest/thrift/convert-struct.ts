/** Structs, unions, exceptions, enums and typedefs of `.thrift` to declarations of `.rpc` with the same numbers. */

import { enumNumberMax, enumNumberMin } from "../../schema/number-range.js";
import { entry } from "../document.js";
import type { Entry } from "../document.js";
import { MemberNames } from "../member-names.js";
import { docsOf, sideNoteOf } from "../remarks.js";
import type { Remarks } from "../remarks.js";
import { rpcString } from "../rpc-text.js";
import { fieldName, fieldsOf, numbersOf } from "./struct-names.js";
import type { ThriftConversion } from "./thrift-conversion.js";
import type { ThriftSymbol } from "./thrift-scope.js";
import type { ThriftEnum, ThriftEnumValue, ThriftField, ThriftStruct, ThriftTypedef } from "./thrift-syntax.js";
import { isAliasSound, rpcType, singleType } from "./thrift-type.js";

export function convertStruct(struct: ThriftStruct, symbol: ThriftSymbol, conversion: ThriftConversion): Entry {
  const isUnion = struct.kind === "union";
  const annotations = conversion.annotations(struct.annotations);
  const { items, reserved } = convertFields(struct.items, isUnion, conversion);
  const notes = [...struct.remarks.detached];
  if (reserved.length > 0) items.push(entry({ text: `reserved ${reserved.join(", ")}` }));
  if (isUnion && items.every(({ text }) => text === "" || text.startsWith("reserved"))) {
    const instead = "it has no member, so it is a message";
    conversion.report.add("imported-shape", struct.name.span, { text: `union ${struct.name.text}`, instead });
  }
  const hasMembers = items.some(({ text }) => text !== "" && !text.startsWith("reserved"));
  const word = struct.kind === "exception" ? "error" : isUnion && hasMembers ? "union" : "message";
  return entry({
    notes,
    docs: docsOf(struct.remarks),
    sideNote: sideNoteOf(struct.remarks),
    annotations,
    text: `${word} ${symbol.name}`,
    items,
  });
}

/** The members, and the numbers of those that became comments. */
export function convertFields(
  items: ThriftStruct["items"],
  isUnion: boolean,
  conversion: ThriftConversion,
): { readonly items: Entry[]; readonly reserved: readonly number[] } {
  const names = new MemberNames();
  const numbers = numbersOf(fieldsOf(items));
  const reserved: number[] = [];
  const converted = items.map((item) => {
    if (item.kind === "loose") return entry({ notes: item.paragraphs });
    const number = numbers.get(item) ?? 0;
    const made = convertField(item, number, isUnion, names, conversion);
    if (made.text === "") reserved.push(number);
    return made;
  });
  return { items: converted, reserved: reserved.sort((a, b) => a - b) };
}

function convertField(
  field: ThriftField,
  number: number,
  isInUnion: boolean,
  names: MemberNames,
  conversion: ThriftConversion,
): Entry {
  tellNumber(field, number, conversion);
  const what = `field \`${field.name.text}\` is kept as a comment and number ${number} reserved`;
  const type = isInUnion ? singleType(field.type, what, conversion) : rpcType(field.type, what, conversion);
  const { detached, leading, trailing } = field.remarks;
  if (type === undefined) {
    return entry({ notes: [...detached, ...leading, ...trailing], marks: conversion.quote(field.span) });
  }
  const { name, givenName } = fieldName(names, field);
  const isExplicit = field.requiredness !== "" && type.shape === "single" && !isInUnion;
  const mark = isExplicit && !type.isMessage ? "?" : "";
  return entry({
    notes: detached,
    marks: defaultMarks(field, conversion),
    docs: docsOf(field.remarks),
    sideNote: sideNoteOf(field.remarks),
    annotations: [
      ...(isExplicit && field.requiredness === "required" ? ["@required"] : []),
      ...(givenName === undefined ? [] : [`@name(${rpcString(givenName)})`]),
      ...type.annotations,
      ...conversion.annotations(field.annotations),
    ],
    text: `${number} ${name}${mark}: ${type.text}`,
  });
}

/** Reports that a field does not have the number that was written, or that none was. */
export function tellNumber(field: ThriftField, number: number, conversion: ThriftConversion): void {
  if (field.id === number) return;
  const had = field.id === undefined ? "has no number" : `has number ${field.id}, which cannot travel or is taken`;
  const reason = `${had}, so it gets ${number}`;
  conversion.report.add("imported-number", field.name.span, { name: field.name.text, reason });
}

export function defaultMarks(field: ThriftField, conversion: ThriftConversion): readonly string[] {
  if (field.defaultValue === undefined) return [];
  const { text, span } = field.defaultValue;
  const value = text.length > 60 ? `${text.slice(0, 59)}\u2026` : text;
  conversion.report.add("imported-default", span, { name: field.name.text, value });
  return conversion.quote(span);
}

export function convertTypedef(typedef: ThriftTypedef, symbol: ThriftSymbol, conversion: ThriftConversion): Entry {
  const what = `alias \`${typedef.name.text}\` is kept as a comment`;
  const type = isAliasSound(symbol, conversion) ? rpcType(typedef.type, what, conversion) : undefined;
  const { detached, leading, trailing } = typedef.remarks;
  if (type === undefined) {
    return entry({ notes: [...detached, ...leading, ...trailing], marks: conversion.quote(typedef.span) });
  }
  return entry({
    notes: detached,
    docs: docsOf(typedef.remarks),
    sideNote: sideNoteOf(typedef.remarks),
    annotations: [...type.annotations, ...conversion.annotations(typedef.annotations)],
    text: `type ${symbol.name} = ${type.text}`,
  });
}

export function convertEnum(declared: ThriftEnum, symbol: ThriftSymbol, conversion: ThriftConversion): Entry {
  const names = new Set<string>();
  const numbers: number[] = [];
  const items = declared.items.map((item) => {
    if (item.kind === "loose") return entry({ notes: item.paragraphs });
    const isWrong = item.number < enumNumberMin || item.number > enumNumberMax;
    if (names.has(item.name.text) || isWrong) return refusedValue(item, isWrong, conversion);
    names.add(item.name.text);
    numbers.push(item.number);
    return entry({
      ...around(item.remarks),
      annotations: conversion.annotations(item.annotations),
      text: `${item.name.text} = ${item.number}`,
    });
  });
  if (!numbers.includes(0)) {
    let value = "UNSPECIFIED";
    while (names.has(value)) value += "_";
    conversion.report.add("imported-enum-zero", declared.name.span, { name: declared.name.text, value });
    items.unshift(
      entry({ docs: "Added on import: the original has no value with this number.", text: `${value} = 0` }),
    );
  }
  const isShared = new Set(numbers).size < numbers.length;
  return entry({
    ...around(declared.remarks),
    annotations: [...(isShared ? ["@allowAlias"] : []), ...conversion.annotations(declared.annotations)],
    text: `enum ${symbol.name}`,
    items,
  });
}

function refusedValue(
  { name, number, remarks, span }: ThriftEnumValue,
  isWrong: boolean,
  conversion: ThriftConversion,
): Entry {
  if (isWrong) {
    const reason = `has number ${number}, which is no 32-bit integer, so it is kept as a comment`;
    conversion.report.add("imported-number", name.span, { name: name.text, reason });
  } else conversion.report.add("imported-duplicate", name.span, { name: name.text });
  return entry({
    notes: [...remarks.detached, ...remarks.leading, ...remarks.trailing],
    marks: conversion.quote(span),
  });
}

function around(remarks: Remarks): Pick<Entry, "notes" | "docs" | "sideNote"> {
  return { notes: remarks.detached, docs: docsOf(remarks), sideNote: sideNoteOf(remarks) };
}
