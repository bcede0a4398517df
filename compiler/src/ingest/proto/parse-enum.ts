/** Reads enums of `.proto` files, and the reserved numbers that messages have as well. */

import type { Remarks } from "../remarks.js";
import type { TokenReader } from "../token-reader.js";
import { parseInteger, parseOption, parseOptionList, parseString } from "./parse-options.js";
import type {
  ProtoEnum,
  ProtoEnumValue,
  ProtoLoose,
  ProtoOptionStatement,
  ProtoRange,
  ProtoReserved,
} from "./proto-syntax.js";

export function parseEnum(reader: TokenReader, remarks: Remarks, start: number): ProtoEnum {
  reader.expect("enum");
  const name = reader.word("the name of an enum");
  const items = parseBody(reader, remarks, () => parseEnumItem(reader));
  reader.end(remarks);
  return { kind: "enum", name, items, remarks, span: reader.span(start, reader.lastEnd) };
}

function parseEnumItem(reader: TokenReader): ProtoEnum["items"][number] {
  const remarks = reader.begin();
  const isNamed = reader.peek(1).text === "=";
  if (reader.at("option") && !isNamed) return parseOptionStatement(reader, remarks);
  if (reader.at("reserved") && !isNamed) return parseReserved(reader, remarks);
  return parseValue(reader, remarks);
}

function parseValue(reader: TokenReader, remarks: Remarks): ProtoEnumValue {
  const { start } = reader.peek();
  const name = reader.word("the name of a value");
  reader.expect("=");
  const number = parseInteger(reader, "the number of the value");
  const options = parseOptionList(reader);
  reader.expect(";");
  reader.end(remarks);
  return { kind: "value", name, number, options, remarks, span: reader.span(start, reader.lastEnd) };
}

export function parseOptionStatement(reader: TokenReader, remarks: Remarks): ProtoOptionStatement {
  const { start } = reader.expect("option");
  const option = parseOption(reader);
  reader.expect(";");
  reader.end(remarks);
  return { kind: "option", option, remarks, span: reader.span(start, reader.lastEnd) };
}

/** `reserved 1, 3 to 5;`, `reserved "a", b;` and `extensions 100 to max [...]`. */
export function parseReserved(reader: TokenReader, remarks: Remarks): ProtoReserved {
  const { start, text } = reader.next();
  const ranges: ProtoRange[] = [];
  const names: string[] = [];
  do {
    const { kind } = reader.peek();
    if (kind === "string") names.push(parseString(reader));
    else if (kind === "word") names.push(reader.word("a name").text);
    else {
      const from = parseInteger(reader, "a number or a name");
      if (!reader.accept("to")) ranges.push({ from, to: from });
      else if (reader.accept("max")) ranges.push({ from, to: "max" });
      else ranges.push({ from, to: parseInteger(reader, "the last number of the range") });
    }
  } while (reader.accept(","));
  const options = parseOptionList(reader);
  reader.expect(";");
  reader.end(remarks);
  const kind = text === "extensions" ? "extensions" : "reserved";
  return { kind, ranges, names, options, remarks, span: reader.span(start, reader.lastEnd) };
}

/** What stands between braces, item by item; broken ones are reported and left out. */
export function parseBody<T>(reader: TokenReader, remarks: Remarks, parseItem: () => T): readonly (T | ProtoLoose)[] {
  reader.expect("{");
  return reader.nested(() => {
    reader.openBody(remarks);
    const items: (T | ProtoLoose)[] = [];
    while (!reader.at("}")) {
      if (reader.isAtEnd) reader.refuse("`}`");
      if (reader.accept(";")) continue;
      const item = reader.recover(parseItem);
      if (item !== undefined) items.push(item);
    }
    const paragraphs = reader.loose();
    if (paragraphs.length > 0) items.push({ kind: "loose", paragraphs });
    reader.expect("}");
    return items;
  });
}
