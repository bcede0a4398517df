/** Messages of `.proto` to messages of `.rpc`: members in their order, and everything that has no equal as comments. */

import { entry } from "../document.js";
import type { Entry } from "../document.js";
import { MemberNames } from "../member-names.js";
import { docsOf, sideNoteOf } from "../remarks.js";
import { quotedLines } from "../rpc-text.js";
import type { Conversion } from "./conversion.js";
import { convertField, jsonNameOf } from "./convert-field.js";
import { createMessageWork, keptRemarks } from "./message-work.js";
import type { MessageWork } from "./message-work.js";
import { convertOptions } from "./convert-options.js";
import { withFeatures } from "./features.js";
import type { Features } from "./features.js";
import type { ProtoSymbol } from "./proto-scope.js";
import type { ProtoExtend, ProtoField, ProtoMessage, ProtoOneof, ProtoReserved } from "./proto-syntax.js";

/** Undefined for what an export made of parameters or of a result: the method says it. */
export function convertMessage(
  message: ProtoMessage,
  symbol: ProtoSymbol,
  outerFeatures: Features,
  conversion: Conversion,
): Entry | undefined {
  const options = message.items.flatMap((item) => (item.kind === "option" ? [item.option] : []));
  const own = conversion.ownOptions(options, "message");
  if (own?.text("kind") === "WRAPPER") return undefined;
  const converted = convertOptions(options, symbol.fullName, conversion);
  const work = createMessageWork(symbol, withFeatures(outerFeatures, options), conversion);
  // What is written as reserved counts also for what stands in front of it.
  for (const item of message.items) {
    if (item.kind === "reserved" || item.kind === "extensions") work.reserved.addAll(item);
  }
  const kind = own === undefined ? "MESSAGE" : (own.text("kind") ?? "MESSAGE");
  const items = message.items.flatMap((item) =>
    kind === "UNION" && item.kind === "oneof" ? convertMembers(item, work) : convertItem(item, work),
  );
  const reservedNames = own?.texts("reserved_names") ?? [];
  const reserved =
    reservedNames.length > 0
      ? work.reserved.entryWith(reservedNames)
      : work.reserved.entry((name) => work.names.reserved(name));
  const name = conversion.run.names.get(symbol) ?? message.name.text;
  return entry({
    notes: message.remarks.detached,
    marks: converted.marks,
    docs: docsOf(message.remarks),
    sideNote: sideNoteOf(message.remarks),
    annotations: own?.annotations(conversion.namespaces) ?? converted.annotations,
    text: `${kind === "UNION" ? "union" : kind === "ERROR" ? "error" : "message"} ${name}`,
    items: reserved === undefined ? items : [...items, reserved],
  });
}

function convertItem(item: ProtoMessage["items"][number], work: MessageWork): readonly Entry[] {
  switch (item.kind) {
    case "field":
      return [convertField(item, false, work)];
    case "oneof":
      return [convertOneof(item, work)];
    case "loose":
      return [entry({ notes: item.paragraphs })];
    case "extend":
      return convertExtend(item, work.conversion);
    case "extensions":
      return [convertExtensionRange(item, work)];
    case "reserved":
    case "option":
      return keptRemarks(item.remarks);
    case "message":
    case "enum":
      return [];
  }
}

function convertOneof(oneof: ProtoOneof, work: MessageWork): Entry {
  const { conversion, symbol } = work;
  const options = oneof.items.flatMap((item) => (item.kind === "option" ? [item.option] : []));
  const { annotations, marks } = convertOptions(options, symbol.fullName, conversion);
  const own = conversion.ownOptions(options, "oneof");
  const items = convertMembers(oneof, work);
  const head = {
    notes: oneof.remarks.detached,
    marks,
    docs: docsOf(oneof.remarks),
    sideNote: sideNoteOf(oneof.remarks),
  };
  if (items.some(({ text }) => text !== "")) {
    const name = own?.text("name") ?? work.names.union(oneof.name.text);
    const all = own?.annotations(conversion.namespaces) ?? annotations;
    return entry({ ...head, annotations: all, text: `${name}?: union`, items });
  }
  // Nothing is left that could be in it.
  return entry({
    notes: [...head.notes, ...oneof.remarks.leading, ...items.flatMap((item) => item.notes)],
    marks: [`proto: oneof ${oneof.name.text}`, ...marks, ...items.flatMap((item) => item.marks)],
  });
}

function convertMembers(oneof: ProtoOneof, work: MessageWork): readonly Entry[] {
  const options = oneof.items.flatMap((item) => (item.kind === "option" ? [item.option] : []));
  const inner = { ...work, features: withFeatures(work.features, options) };
  return oneof.items.flatMap((item): readonly Entry[] => {
    if (item.kind === "field") return [convertField(item, true, inner)];
    return item.kind === "loose" ? [entry({ notes: item.paragraphs })] : keptRemarks(item.remarks);
  });
}

/** The names of the inline unions and maps of a message, as the conversion will give them. */
export function generatedMembers(message: ProtoMessage): { readonly unions: string[]; readonly maps: string[] } {
  const names = new MemberNames();
  const unions: string[] = [];
  const maps: string[] = [];
  const claim = (field: ProtoField): void => {
    const { name } = names.field(field.name.text, jsonNameOf(field));
    if (field.mapKey !== undefined) maps.push(name);
  };
  for (const item of message.items) {
    if (item.kind === "field") claim(item);
    else if (item.kind === "oneof") {
      for (const member of item.items) if (member.kind === "field") claim(member);
      unions.push(names.union(item.name.text));
    }
  }
  return { unions, maps };
}

export function convertExtend(extend: ProtoExtend, conversion: Conversion): readonly Entry[] {
  for (const { name } of extend.fields) {
    conversion.report.add("imported-extension", name.span, { name: name.text, target: extend.target.text });
  }
  const { source, start, end } = extend.span;
  const { detached, leading, trailing } = extend.remarks;
  const inner = extend.fields.flatMap(({ remarks }) => [...remarks.detached, ...remarks.trailing]);
  const marks = quotedLines("proto", source.text.slice(start, end));
  // Comments inside are part of the quoted text.
  return [entry({ notes: [...detached, ...leading, ...(inner.length > 0 ? [] : trailing)], marks })];
}

function convertExtensionRange(range: ProtoReserved, work: MessageWork): Entry {
  const text = range.ranges.map(({ from, to }) => (from === to ? String(from) : `${from} to ${to}`)).join(", ");
  work.conversion.report.add("imported-extension-range", range.span, { text, name: work.symbol.fullName });
  const { source, start, end } = range.span;
  const { detached, leading, trailing } = range.remarks;
  return entry({
    notes: [...detached, ...leading, ...trailing],
    marks: quotedLines("proto", source.text.slice(start, end)),
  });
}
