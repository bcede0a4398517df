/** Reads messages of `.proto` files: fields of every kind, oneofs, groups, extensions, and what is nested in them. */

import type { Remarks } from "../remarks.js";
import type { ForeignName, TokenReader } from "../token-reader.js";
import { parseBody, parseEnum, parseOptionStatement, parseReserved } from "./parse-enum.js";
import { parseInteger, parseOptionList } from "./parse-options.js";
import type { ProtoExtend, ProtoField, ProtoMessage, ProtoMessageItem, ProtoOneof } from "./proto-syntax.js";

export function parseMessage(reader: TokenReader, remarks: Remarks, start: number): ProtoMessage {
  reader.expect("message");
  const name = reader.word("the name of a message");
  const items = parseBody(reader, remarks, () => parseMessageItem(reader));
  reader.end(remarks);
  return { kind: "message", name, items, remarks, span: reader.span(start, reader.lastEnd) };
}

/** Words begin a statement only where they are not the type of a field: `message message = 1;` is one. */
function parseMessageItem(reader: TokenReader): ProtoMessageItem {
  const remarks = reader.begin();
  const { start, text } = reader.peek();
  const second = reader.peek(1);
  const isDeclaration = second.kind === "word" && reader.peek(2).text === "{";
  switch (text) {
    case "message":
      if (isDeclaration) return parseMessage(reader, remarks, start);
      break;
    case "enum":
      if (isDeclaration) return parseEnum(reader, remarks, start);
      break;
    case "export":
    case "local":
      if (second.text === "message" || second.text === "enum") {
        if (reader.peek(3).text !== "{") break;
        reader.next();
        return second.text === "message" ? parseMessage(reader, remarks, start) : parseEnum(reader, remarks, start);
      }
      break;
    case "oneof":
      if (isDeclaration) return parseOneof(reader, remarks);
      break;
    case "extend":
      if (!isFieldAhead(reader)) return parseExtend(reader, remarks, start);
      break;
    case "option":
      if (!isFieldAhead(reader)) return parseOptionStatement(reader, remarks);
      break;
    case "reserved":
    case "extensions":
      if (!isFieldAhead(reader)) return parseReserved(reader, remarks);
      break;
  }
  return parseField(reader, remarks);
}

/** Whether a type, a name, `=` and a number come next, whatever the type is called. */
function isFieldAhead(reader: TokenReader): boolean {
  return reader.peek(1).kind === "word" && reader.peek(2).text === "=" && reader.peek(3).kind === "number";
}

function parseOneof(reader: TokenReader, remarks: Remarks): ProtoOneof {
  const { start } = reader.expect("oneof");
  const name = reader.word("the name of a oneof");
  const items = parseBody(reader, remarks, () => {
    const inner = reader.begin();
    if (reader.at("option") && !isFieldAhead(reader)) return parseOptionStatement(reader, inner);
    return parseField(reader, inner);
  });
  reader.end(remarks);
  return { kind: "oneof", name, items, remarks, span: reader.span(start, reader.lastEnd) };
}

export function parseExtend(reader: TokenReader, remarks: Remarks, start: number): ProtoExtend {
  reader.expect("extend");
  const target = reader.dottedName("the name of a message");
  const items = parseBody(reader, remarks, () => parseField(reader, reader.begin()));
  reader.end(remarks);
  const fields = items.filter((item) => item.kind === "field");
  return { kind: "extend", target, fields, remarks, span: reader.span(start, reader.lastEnd) };
}

function parseField(reader: TokenReader, remarks: Remarks): ProtoField {
  const { start } = reader.peek();
  const label = parseLabel(reader);
  if (reader.at("group") && reader.peek(1).kind === "word" && reader.peek(2).text === "=") {
    return parseGroup(reader, remarks, start, label);
  }
  const isMap = reader.at("map") && reader.peek(1).text === "<";
  let mapKey: ForeignName | undefined;
  if (isMap) {
    reader.next();
    reader.expect("<");
    mapKey = reader.dottedName("the type of the keys");
    reader.expect(",");
  }
  const type = reader.dottedName("the type of a field");
  if (isMap) reader.expect(">");
  const name = reader.word("the name of a field");
  const { number, numberSpan } = parseNumber(reader);
  const options = parseOptionList(reader);
  reader.expect(";");
  reader.end(remarks);
  const span = reader.span(start, reader.lastEnd);
  return { kind: "field", label, type, mapKey, name, number, numberSpan, options, group: undefined, remarks, span };
}

/** Labels are words only where a type follows: `optional optional = 1;` has a type of that name. */
function parseLabel(reader: TokenReader): ProtoField["label"] {
  const { text } = reader.peek();
  if (text !== "optional" && text !== "required" && text !== "repeated") return "";
  const second = reader.peek(1);
  const isPackage = second.text === "." && second.start === reader.peek().end;
  if (isPackage || reader.peek(2).text === "=") return "";
  reader.next();
  return text;
}

function parseGroup(reader: TokenReader, remarks: Remarks, start: number, label: ProtoField["label"]): ProtoField {
  const type = reader.word("`group`");
  const name = reader.word("the name of a group");
  const { number, numberSpan } = parseNumber(reader);
  const options = parseOptionList(reader);
  const items = parseBody(reader, remarks, () => parseMessageItem(reader));
  reader.end(remarks);
  const span = reader.span(start, reader.lastEnd);
  const group: ProtoMessage = { kind: "message", name, items, remarks, span };
  return { kind: "field", label, type, mapKey: undefined, name, number, numberSpan, options, group, remarks, span };
}

function parseNumber(reader: TokenReader): Pick<ProtoField, "number" | "numberSpan"> {
  reader.expect("=");
  const { start } = reader.peek();
  const number = parseInteger(reader, "the number of the field");
  return { number, numberSpan: reader.span(start, reader.lastEnd) };
}
