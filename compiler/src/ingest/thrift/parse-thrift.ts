/** Reads `.thrift` files, keeping places and every comment; says what cannot be read. */

import type { Report } from "../../report/report.js";
import type { SourceFile } from "../../source/source-file.js";
import type { Remarks } from "../remarks.js";
import { TokenReader } from "../token-reader.js";
import { parseAnnotations, parseStructured, parseText, skipValue } from "./parse-annotations.js";
import { parseEnum, parseStruct, parseType } from "./parse-struct.js";
import { parseService } from "./parse-thrift-service.js";
import type { ThriftAnnotation, ThriftFile, ThriftItem } from "./thrift-syntax.js";

/** Reads a whole file; what is broken is reported and left out. */
export function parseThrift(source: SourceFile, report: Report): ThriftFile {
  const reader = new TokenReader(source, true, report);
  const items: ThriftItem[] = [];
  while (!reader.isAtEnd) {
    if (reader.accept(";") || reader.accept(",")) continue;
    const item = reader.recover(() => parseItem(reader));
    if (item !== undefined) items.push(item);
    else if (reader.at("}")) {
      const { start, end } = reader.next();
      reader.problem(reader.span(start, end), "this brace closes nothing");
    }
  }
  const paragraphs = reader.loose();
  if (paragraphs.length > 0) items.push({ kind: "loose", paragraphs });
  return { source, items };
}

function parseItem(reader: TokenReader): ThriftItem {
  const remarks = reader.begin();
  const { start } = reader.peek();
  const structured = parseStructured(reader);
  switch (reader.peek().text) {
    case "namespace":
      return parseNamespace(reader, remarks);
    case "include":
    case "cpp_include":
    case "hs_include":
      return parseInclude(reader, remarks);
    case "struct":
    case "union":
    case "exception":
      return parseStruct(reader, remarks, start, structured);
    case "safe":
    case "transient":
    case "permanent":
    case "stateful":
    case "client":
    case "server":
      // The fork of Facebook says so of exceptions.
      while (!reader.at("exception")) reader.word("`exception`");
      return parseStruct(reader, remarks, start, structured);
    case "enum":
      return parseEnum(reader, remarks, start, structured);
    case "service":
      return parseService(reader, remarks, start, structured);
    case "typedef":
      return parseTypedef(reader, remarks, start, structured);
    default:
      return parseOther(reader, remarks);
  }
}

/** `const i32 LIMIT = 1`, `senum`, `interaction`, `package "x"` and whatever else is a statement somewhere. */
function parseOther(reader: TokenReader, remarks: Remarks): ThriftItem {
  const { start, text } = reader.peek();
  if (!/^(const|senum|interaction|package|php_namespace|cpp_namespace|xsd_namespace|slist)$/.test(text)) {
    reader.refuse("`struct`, `union`, `exception`, `enum`, `service`, `typedef`, `const`, `include` or `namespace`");
  }
  reader.next();
  if (text === "const") {
    parseType(reader);
    const name = reader.word("the name of a constant");
    reader.expect("=");
    skipValue(reader);
    parseAnnotations(reader);
    finish(reader, remarks);
    return { kind: "const", name, remarks, span: reader.span(start, reader.lastEnd) };
  }
  const name = { text, span: reader.span(start, start + text.length) };
  while (!reader.isAtEnd && !reader.at("{") && reader.peek().kind !== "string") reader.next();
  skipValue(reader);
  finish(reader, remarks);
  return { kind: "other", name, remarks, span: reader.span(start, reader.lastEnd) };
}

function parseNamespace(reader: TokenReader, remarks: Remarks): ThriftItem {
  const { start } = reader.expect("namespace");
  let language = reader.accept("*") ? "*" : reader.dottedName("a language").text;
  while (reader.accept("-")) language += `-${reader.word("the rest of the name").text}`;
  let name = "";
  if (reader.peek().kind === "string") name = parseText(reader);
  else {
    name = reader.dottedName("a namespace").text;
    while (reader.accept("-")) name += `-${reader.dottedName("the rest of the name").text}`;
  }
  parseAnnotations(reader);
  finish(reader, remarks);
  return { kind: "namespace", language, name, remarks, span: reader.span(start, reader.lastEnd) };
}

function parseInclude(reader: TokenReader, remarks: Remarks): ThriftItem {
  const { start, text } = reader.next();
  const from = reader.peek().start;
  const path = parseText(reader);
  const pathSpan = reader.span(from, reader.lastEnd);
  if (reader.accept("as")) reader.word("a name");
  finish(reader, remarks);
  const span = reader.span(start, reader.lastEnd);
  if (text === "include") return { kind: "include", path, pathSpan, remarks, span };
  return { kind: "other", name: { text, span: pathSpan }, remarks, span };
}

function parseTypedef(
  reader: TokenReader,
  remarks: Remarks,
  start: number,
  structured: readonly ThriftAnnotation[],
): ThriftItem {
  reader.expect("typedef");
  const { type, annotations } = parseType(reader);
  const name = reader.word("the name of a type");
  const all = [...structured, ...annotations, ...parseAnnotations(reader)];
  finish(reader, remarks);
  return { kind: "typedef", name, type, annotations: all, remarks, span: reader.span(start, reader.lastEnd) };
}

function finish(reader: TokenReader, remarks: Remarks): void {
  if (!reader.accept(";")) reader.accept(",");
  reader.end(remarks);
}
