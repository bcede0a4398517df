/** Reads services of `.thrift` files. */

import type { Remarks } from "../remarks.js";
import type { TokenReader } from "../token-reader.js";
import { parseAnnotations, parseStructured } from "./parse-annotations.js";
import { parseBody, parseField, parseType } from "./parse-struct.js";
import type { ThriftAnnotation, ThriftField, ThriftMethod, ThriftService } from "./thrift-syntax.js";

export function parseService(
  reader: TokenReader,
  remarks: Remarks,
  start: number,
  structured: readonly ThriftAnnotation[],
): ThriftService {
  reader.expect("service");
  const name = reader.word("the name of a service");
  const base = reader.accept("extends") ? reader.dottedName("the name of a service") : undefined;
  const items = parseBody(reader, remarks, () => parseMethod(reader));
  const annotations = [...structured, ...parseAnnotations(reader)];
  reader.end(remarks);
  return {
    kind: "service",
    name,
    extends: base,
    items,
    annotations,
    remarks,
    span: reader.span(start, reader.lastEnd),
  };
}

function parseMethod(reader: TokenReader): ThriftMethod {
  const remarks = reader.begin();
  const { start } = reader.peek();
  const structured = parseStructured(reader);
  const isOneway = (reader.at("oneway") || reader.at("async")) && reader.peek(1).kind === "word";
  if (isOneway) reader.next();
  const { result, isStream } = parseResult(reader);
  const name = reader.word("the name of a method");
  reader.expect("(");
  const parameters = parseFields(reader);
  const throws = reader.accept("throws") && reader.expect("(") ? parseFields(reader) : [];
  const annotations = [...structured, ...parseAnnotations(reader)];
  const span = reader.span(start, reader.lastEnd);
  if (!reader.accept(",")) reader.accept(";");
  reader.end(remarks);
  return {
    kind: "method",
    name,
    isOneway,
    result,
    isResultStream: isStream,
    parameters,
    throws,
    annotations,
    remarks,
    span,
  };
}

/** `void`, a type, or `stream<T>` as the fork of Facebook has it. */
function parseResult(reader: TokenReader): { readonly result: ThriftMethod["result"]; readonly isStream: boolean } {
  if (reader.at("void") && reader.peek(1).kind === "word") {
    reader.next();
    return { result: undefined, isStream: false };
  }
  if (!reader.at("stream") || reader.peek(1).text !== "<") return { result: parseType(reader).type, isStream: false };
  reader.next();
  reader.next();
  const { type } = parseType(reader);
  reader.expect(">");
  return { result: type, isStream: true };
}

/** Fields up to the parenthesis that closes. */
function parseFields(reader: TokenReader): readonly ThriftField[] {
  const fields: ThriftField[] = [];
  while (!reader.at(")")) fields.push(parseField(reader));
  reader.expect(")");
  return fields;
}
