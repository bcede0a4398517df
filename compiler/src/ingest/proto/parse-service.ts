/** Reads services of `.proto` files. */

import type { Remarks } from "../remarks.js";
import type { ForeignName, TokenReader } from "../token-reader.js";
import { parseBody, parseOptionStatement } from "./parse-enum.js";
import type { ProtoMethod, ProtoService } from "./proto-syntax.js";

export function parseService(reader: TokenReader, remarks: Remarks, start: number): ProtoService {
  reader.expect("service");
  const name = reader.word("the name of a service");
  const items = parseBody(reader, remarks, () => parseServiceItem(reader));
  reader.end(remarks);
  return { kind: "service", name, items, remarks, span: reader.span(start, reader.lastEnd) };
}

function parseServiceItem(reader: TokenReader): ProtoService["items"][number] {
  const remarks = reader.begin();
  if (reader.at("option")) return parseOptionStatement(reader, remarks);
  return parseMethod(reader, remarks);
}

function parseMethod(reader: TokenReader, remarks: Remarks): ProtoMethod {
  const { start } = reader.expect("rpc");
  const name = reader.word("the name of a method");
  const input = parseDirection(reader);
  reader.expect("returns");
  const output = parseDirection(reader);
  let items: ProtoMethod["items"] = [];
  if (reader.at("{")) {
    items = parseBody(reader, remarks, () => parseOptionStatement(reader, reader.begin()));
    reader.accept(";");
  } else reader.expect(";");
  reader.end(remarks);
  return {
    kind: "method",
    name,
    input: input.type,
    isInputStream: input.isStream,
    output: output.type,
    isOutputStream: output.isStream,
    items,
    remarks,
    span: reader.span(start, reader.lastEnd),
  };
}

function parseDirection(reader: TokenReader): { readonly type: ForeignName; readonly isStream: boolean } {
  reader.expect("(");
  // A message may be called `stream`, or its name may begin with that package.
  const isStream = reader.at("stream") && reader.peek(1).text !== ")" && reader.peek(1).text !== ".";
  const isAbsoluteStream =
    reader.at("stream") && reader.peek(1).text === "." && reader.peek(1).start > reader.peek().end;
  if (isStream || isAbsoluteStream) reader.next();
  const type = reader.dottedName("the name of a message");
  reader.expect(")");
  return { type, isStream: isStream || isAbsoluteStream };
}
