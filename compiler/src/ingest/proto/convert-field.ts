/** Fields of `.proto` to fields of `.rpc` with the same number, the same bytes and the same name in JSON. */

import { fieldNumberMax } from "../../schema/number-range.js";
import { protocJsonName } from "../../schema/naming.js";
import { entry } from "../document.js";
import type { Entry } from "../document.js";
import { docsOf, sideNoteOf } from "../remarks.js";
import { quotedLines, rpcString } from "../rpc-text.js";
import type { ForeignName } from "../token-reader.js";
import type { Conversion, WrittenAlias } from "./conversion.js";
import { convertOptions, isTrue } from "./convert-options.js";
import type { MessageWork } from "./message-work.js";
import { withFeatures } from "./features.js";
import type { Features } from "./features.js";
import type { OwnOptions } from "./own-options.js";
import type { ProtoField, ProtoOption } from "./proto-syntax.js";

const scalars = `bool int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 float double string bytes`;
const scalarNames: ReadonlySet<string> = new Set(scalars.split(" "));
const wideNames: ReadonlySet<string> = new Set(["int64", "uint64", "sint64", "fixed64", "sfixed64"]);

/** The well-known types that are types of the language itself. */
const builtins: ReadonlyMap<string, string> = new Map([
  ["google.protobuf.Timestamp", "timestamp"],
  ["google.protobuf.Duration", "duration"],
  ["google.protobuf.Value", "json"],
]);

/** What an export said of a type. */
interface OwnType {
  readonly own: OwnOptions | undefined;
  readonly alias: string | undefined;
}

/** A type as `.rpc` writes it. */
interface FieldType {
  readonly text: string;
  readonly isMessage: boolean;
  readonly isPackable: boolean;
}

/** The name in JSON: what `json_name` says, or what protoc makes of the field's name. */
export function jsonNameOf(field: ProtoField): string {
  const given = field.options.find(({ name }) => name === "json_name")?.value;
  return given?.kind === "string" ? given.value : protocJsonName(field.name.text);
}

/** A field, or the comment that it becomes; then its number is reserved. */
export function convertField(field: ProtoField, isInOneof: boolean, work: MessageWork): Entry {
  const { conversion, symbol } = work;
  const features = withFeatures(work.features, field.options);
  const problem = numberProblem(field, work);
  if (problem !== undefined) return leftOut(field, work, false);
  if (field.group !== undefined) return refuseGroup(field, work);
  if (isImpossible(field, isInOneof, conversion)) return leftOut(field, work, true);
  const what = `field \`${field.name.text}\` is kept as a comment and number ${field.number} reserved`;
  const own = conversion.ownOptions(field.options, "field");
  const alias = conversion.writeAlias(own?.text("alias") ?? "");
  const type = typeOf(field.type, symbol.fullName, what, conversion, { own, alias: alias?.text });
  if (type === undefined) return leftOut(field, work, true);
  if (features.isDelimited && type.isMessage && field.mapKey === undefined) return refuseGroup(field, work);
  const jsonName = jsonNameOf(field);
  const ownName = own?.text("name");
  const { name, givenName, changedJsonName } =
    ownName === undefined ? work.names.field(field.name.text, jsonName) : work.names.exact(ownName);
  if (changedJsonName !== undefined) {
    const reason = `its name in JSON is taken, and is \`${changedJsonName}\` now`;
    conversion.report.add("imported-name", field.name.span, { name: field.name.text, chosen: name, reason });
  }
  const meaning = (option: ProtoOption): readonly string[] | undefined => fieldMeaning(option, field);
  const { annotations, marks } = convertOptions(field.options, symbol.fullName, conversion, meaning);
  const isRequired = field.label === "required" || (features.presence === "required" && field.label !== "repeated");
  const said = [
    ...(isRequired && !isInOneof ? ["@required"] : []),
    ...(givenName === undefined ? [] : [`@name(${rpcString(givenName)})`]),
    ...(isUnpacked(field, type, features) ? ["@unpacked"] : []),
  ];
  const written = alias?.isSingle === false ? type.text : labelled(field, type);
  return entry({
    notes: field.remarks.detached,
    marks: [...defaultMarks(field, conversion), ...marks],
    docs: docsOf(field.remarks),
    sideNote: sideNoteOf(field.remarks),
    annotations: ownAnnotations(own, alias, conversion) ?? [...said, ...annotations],
    text: `${field.number} ${name}${isExplicit(field, type, features, isInOneof) ? "?" : ""}: ${written}`,
  });
}

/** Without those that the alias brings along, unless they come from elsewhere, too. */
function ownAnnotations(
  own: OwnOptions | undefined,
  alias: WrittenAlias | undefined,
  conversion: Conversion,
): readonly string[] | undefined {
  const all = own?.annotations(conversion.namespaces);
  const passedOn = alias?.passedOn ?? [];
  return passedOn.every((annotation, index) => all?.[index] === annotation) ? all?.slice(passedOn.length) : all;
}

function labelled(field: ProtoField, type: FieldType): string {
  if (field.mapKey !== undefined) return `map<${field.mapKey.text}, ${type.text}>`;
  return field.label === "repeated" ? `${type.text}[]` : type.text;
}

/** Messages have presence without a mark; members of unions, lists and maps take none. */
function isExplicit(field: ProtoField, type: FieldType, features: Features, isInOneof: boolean): boolean {
  if (isInOneof || field.mapKey !== undefined || field.label === "repeated" || type.isMessage) return false;
  return field.label !== "" || features.presence !== "implicit";
}

function isUnpacked(field: ProtoField, type: FieldType, features: Features): boolean {
  if (field.label !== "repeated" || !type.isPackable) return false;
  const packed = field.options.find(({ name }) => name === "packed");
  return packed === undefined ? !features.isPacked : !isTrue(packed);
}

/** The type a name means; undefined, and reported, where there is none. */
export function typeOf(
  name: ForeignName,
  scope: string,
  what: string,
  conversion: Conversion,
  { own, alias }: OwnType = { own: undefined, alias: undefined },
): FieldType | undefined {
  if (scalarNames.has(name.text)) {
    return { text: alias ?? name.text, isMessage: false, isPackable: name.text !== "string" && name.text !== "bytes" };
  }
  const symbol = conversion.findType(name, scope, what);
  if (symbol === undefined) return undefined;
  const isMessage = symbol.kind === "message";
  if (alias !== undefined) return { text: alias, isMessage, isPackable: !isMessage };
  const builtin = symbol.file === undefined ? builtins.get(symbol.fullName) : undefined;
  const isKept =
    conversion.own === undefined
      ? builtin !== "json" && conversion.run.options.hasExactTimes
      : own?.isTrue("is_message") === true;
  if (builtin !== undefined && !isKept) {
    return { text: builtin, isMessage: true, isPackable: false };
  }
  const text = conversion.write(symbol);
  if (text !== undefined) return { text, isMessage, isPackable: !isMessage };
  conversion.report.add("imported-type-unknown", name.span, { type: name.text, what });
  return undefined;
}

/** Options that only fields have. */
function fieldMeaning(option: ProtoOption, field: ProtoField): readonly string[] | undefined {
  const { name, value } = option;
  switch (name) {
    case "packed":
    case "json_name":
    case "default":
      // Read where they count.
      return [];
    case "jstype": {
      if (value.kind !== "word" || !wideNames.has(field.type.text)) return undefined;
      if (value.text === "JS_STRING") return ["@js(string)"];
      return value.text === "JS_NUMBER" ? ["@js(number)"] : [];
    }
    case "debug_redact":
      return isTrue(option) ? ["@secret"] : [];
    default:
      return undefined;
  }
}

function defaultMarks(field: ProtoField, conversion: Conversion): readonly string[] {
  const option = field.options.find(({ name }) => name === "default");
  if (option === undefined) return [];
  const { source, start, end } = option.span;
  const text = source.text.slice(start, end);
  const value = text.replace(/^default\s*=\s*/, "");
  conversion.report.add("imported-default", option.span, { name: field.name.text, value });
  return quotedLines("proto", `[${text}]`);
}

/** What makes it impossible to write a field with its number and name; it is then reported. */
function numberProblem(field: ProtoField, work: MessageWork): string | undefined {
  const { number, name } = field;
  const { report } = work.conversion;
  if (!Number.isSafeInteger(number) || number < 1 || number > fieldNumberMax || (number >= 19000 && number <= 19999)) {
    const reason = `has number ${number}, which no field may have, so it is kept as a comment`;
    report.add("imported-number", field.numberSpan, { name: name.text, reason });
    return reason;
  }
  if (work.numbers.has(number) || work.reserved.has(number)) {
    const owner = work.numbers.get(number);
    const taken = owner === undefined ? "is reserved" : `\`${owner}\` has`;
    const reason = `has number ${number}, which ${taken}, so it is kept as a comment`;
    report.add("imported-number", field.numberSpan, { name: name.text, reason });
    return reason;
  }
  work.numbers.set(number, name.text);
  return undefined;
}

const mapKeys = new Set([...scalarNames].filter((name) => !["float", "double", "bytes"].includes(name)));

/** Whether protoc itself would refuse such a field; it is then reported. */
function isImpossible({ mapKey, label, span, name }: ProtoField, isInOneof: boolean, conversion: Conversion): boolean {
  const isMany = mapKey !== undefined || label === "repeated";
  if (!(isInOneof && isMany) && (mapKey === undefined || (mapKeys.has(mapKey.text) && label === ""))) return false;
  const text = span.source.text.slice(span.start, Math.min(span.end, span.start + 80));
  const instead = `field \`${name.text}\` is kept as a comment and its number reserved`;
  conversion.report.add("imported-shape", span, { text, instead });
  return true;
}

function refuseGroup(field: ProtoField, work: MessageWork): Entry {
  work.conversion.report.add("imported-group", field.name.span, { name: field.name.text, number: field.number });
  return leftOut(field, work, true);
}

/** The field as a comment, without the body of a group, which becomes a message. */
function leftOut(field: ProtoField, work: MessageWork, isReserved: boolean): Entry {
  if (isReserved) work.reserved.add(field.number);
  const { source, start, end } = field.span;
  const whole = source.text.slice(start, end);
  const text = field.group === undefined ? whole : `${whole.slice(0, whole.indexOf("{"))}{ ... }`;
  const { detached, leading, trailing } = field.remarks;
  const own = field.group === undefined ? [...leading, ...trailing] : [];
  return entry({ notes: [...detached, ...own], marks: quotedLines("proto", text) });
}
