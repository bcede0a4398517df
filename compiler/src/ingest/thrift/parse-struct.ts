/** Reads structs, unions, exceptions and enums of `.thrift` files, and the types of their fields. */

import type { Remarks } from "../remarks.js";
import type { TokenReader } from "../token-reader.js";
import { parseAnnotations, parseStructured, skipValue } from "./parse-annotations.js";
import type {
  ThriftAnnotation,
  ThriftEnum,
  ThriftEnumValue,
  ThriftField,
  ThriftLoose,
  ThriftStruct,
  ThriftType,
} from "./thrift-syntax.js";

export function parseStruct(
  reader: TokenReader,
  remarks: Remarks,
  start: number,
  structured: readonly ThriftAnnotation[],
): ThriftStruct {
  const { text } = reader.next();
  const kind = text === "union" || text === "exception" ? text : "struct";
  const name = reader.word("the name of a struct");
  reader.accept("xsd_all");
  const items = parseBody(reader, remarks, () => parseField(reader));
  const annotations = [...structured, ...parseAnnotations(reader)];
  reader.end(remarks);
  return { kind, name, items, annotations, remarks, span: reader.span(start, reader.lastEnd) };
}

/** `1: optional i32 count = 3 (key = "value")`, with a comma or a semicolon behind it or without. */
export function parseField(reader: TokenReader): ThriftField {
  const remarks = reader.begin();
  const { start } = reader.peek();
  const structured = parseStructured(reader);
  const id = parseId(reader);
  const { text } = reader.peek();
  const isMarked = (text === "required" || text === "optional") && reader.peek(1).kind === "word";
  if (isMarked) reader.next();
  const { type, annotations } = parseType(reader);
  reader.accept("&");
  const name = reader.word("the name of a field");
  const from = reader.peek().start;
  let defaultValue: ThriftField["defaultValue"];
  if (reader.accept("=")) {
    const valueStart = reader.peek().start;
    skipValue(reader);
    const span = reader.span(from, reader.lastEnd);
    defaultValue = { text: reader.source.text.slice(valueStart, reader.lastEnd), span };
  }
  if (reader.accept("xsd_optional") || reader.accept("xsd_nillable")) reader.accept("xsd_nillable");
  const all = [...structured, ...annotations, ...parseAnnotations(reader)];
  const span = reader.span(start, reader.lastEnd);
  if (!reader.accept(",")) reader.accept(";");
  reader.end(remarks);
  const requiredness = isMarked && (text === "required" || text === "optional") ? text : "";
  return { kind: "field", id, requiredness, type, name, defaultValue, annotations: all, remarks, span };
}

function parseId(reader: TokenReader): number | undefined {
  const isNegative = reader.at("-");
  const digits = reader.peek(isNegative ? 1 : 0);
  if (digits.kind !== "number") return undefined;
  if (isNegative) reader.next();
  const number = integerOf(digits.text);
  if (number === undefined) reader.refuse("the number of a field");
  reader.next();
  reader.expect(":");
  return isNegative ? -number : number;
}

function integerOf(text: string): number | undefined {
  return /^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text) ? Number(text) : undefined;
}

/** A type, and the annotations behind it. */
export function parseType(reader: TokenReader): {
  readonly type: ThriftType;
  readonly annotations: readonly ThriftAnnotation[];
} {
  const { start, text } = reader.peek();
  const isContainer = reader.peek(1).text === "<" || reader.peek(1).text === "cpp_type";
  const annotations: ThriftAnnotation[] = [];
  let type: ThriftType;
  if (isContainer && (text === "list" || text === "set" || text === "map")) {
    reader.next();
    skipCppType(reader);
    reader.expect("<");
    type = reader.nested(() => {
      const first = parseType(reader);
      annotations.push(...first.annotations);
      let value: ReturnType<typeof parseType> | undefined;
      if (text === "map") {
        reader.expect(",");
        value = parseType(reader);
        annotations.push(...value.annotations);
      }
      reader.expect(">");
      skipCppType(reader);
      const span = reader.span(start, reader.lastEnd);
      if (value !== undefined) return { kind: "map", key: first.type, value: value.type, span };
      return { kind: text === "set" ? "set" : "list", element: first.type, span };
    });
  } else {
    const name = reader.dottedName("a type");
    type = { kind: "named", name, span: name.span };
  }
  if (reader.at("(")) annotations.push(...parseAnnotations(reader));
  return { type, annotations };
}

/** `cpp_type "name"`, which says how C++ keeps the value. */
function skipCppType(reader: TokenReader): void {
  if (!reader.at("cpp_type") || reader.peek(1).kind !== "string") return;
  reader.next();
  reader.next();
}

export function parseEnum(
  reader: TokenReader,
  remarks: Remarks,
  start: number,
  structured: readonly ThriftAnnotation[],
): ThriftEnum {
  reader.expect("enum");
  const name = reader.word("the name of an enum");
  let next = 0;
  const items = parseBody(reader, remarks, () => {
    const value = parseValue(reader, next);
    next = value.number + 1;
    return value;
  });
  const annotations = [...structured, ...parseAnnotations(reader)];
  reader.end(remarks);
  return { kind: "enum", name, items, annotations, remarks, span: reader.span(start, reader.lastEnd) };
}

function parseValue(reader: TokenReader, implied: number): ThriftEnumValue {
  const remarks = reader.begin();
  const { start } = reader.peek();
  const structured = parseStructured(reader);
  const name = reader.word("the name of a value");
  let number = implied;
  if (reader.accept("=")) {
    const isNegative = reader.accept("-");
    const written = integerOf(reader.peek().text);
    if (written === undefined) reader.refuse("the number of the value");
    reader.next();
    number = isNegative ? -written : written;
  }
  const annotations = [...structured, ...parseAnnotations(reader)];
  const span = reader.span(start, reader.lastEnd);
  if (!reader.accept(",")) reader.accept(";");
  reader.end(remarks);
  return { kind: "value", name, number, annotations, remarks, span };
}

/** What stands between braces, item by item; broken ones are reported and left out. */
export function parseBody<T>(reader: TokenReader, remarks: Remarks, parseItem: () => T): readonly (T | ThriftLoose)[] {
  reader.expect("{");
  return reader.nested(() => {
    reader.openBody(remarks);
    const items: (T | ThriftLoose)[] = [];
    while (!reader.at("}")) {
      if (reader.isAtEnd) reader.refuse("`}`");
      if (reader.accept(",") || reader.accept(";")) continue;
      const item = reader.recover(parseItem);
      if (item !== undefined) items.push(item);
    }
    const paragraphs = reader.loose();
    if (paragraphs.length > 0) items.push({ kind: "loose", paragraphs });
    reader.expect("}");
    return items;
  });
}
