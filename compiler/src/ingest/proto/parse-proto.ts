/** Reads `.proto` files of every syntax and edition, keeping places and every comment; says what cannot be read. */

import type { Report } from "../../report/report.js";
import type { SourceFile } from "../../source/source-file.js";
import type { Remarks } from "../remarks.js";
import { TokenReader } from "../token-reader.js";
import { parseEnum } from "./parse-enum.js";
import { parseExtend, parseMessage } from "./parse-message.js";
import { parseOption, parseString } from "./parse-options.js";
import { parseService } from "./parse-service.js";
import type { ProtoFile, ProtoFileItem, ProtoImport, ProtoSyntaxLine } from "./proto-syntax.js";

/** Reads a whole file; what is broken is reported and left out. */
export function parseProto(source: SourceFile, report: Report): ProtoFile {
  const reader = new TokenReader(source, false, report);
  const items: ProtoFileItem[] = [];
  let edition: ProtoFile["edition"] = "proto2";
  while (!reader.isAtEnd) {
    if (reader.accept(";")) continue;
    const item = reader.recover(() => parseItem(reader));
    if (item === undefined) {
      if (reader.at("}")) {
        const { start, end } = reader.next();
        reader.problem(reader.span(start, end), "this brace closes nothing");
      }
      continue;
    }
    if (item.kind === "syntax") edition = editionOf(item, reader, report);
    items.push(item);
  }
  const paragraphs = reader.loose();
  if (paragraphs.length > 0) items.push({ kind: "loose", paragraphs });
  return { source, edition, items };
}

function editionOf(
  { value, span, isEdition }: ProtoSyntaxLine,
  reader: TokenReader,
  report: Report,
): ProtoFile["edition"] {
  const known = isEdition ? (["2023", "2024"] as const) : (["proto2", "proto3"] as const);
  const found = known.find((name) => name === value);
  if (found !== undefined) return found;
  if (isEdition) report.add("imported-edition", span, { edition: value });
  else reader.problem(span, `there is no syntax \`${value}\`; it is "proto2" or "proto3"`);
  return "2024";
}

function parseItem(reader: TokenReader): ProtoFileItem {
  const remarks = reader.begin();
  const { start, text } = reader.peek();
  const span = (): ReturnType<TokenReader["span"]> => reader.span(start, reader.lastEnd);
  switch (text) {
    case "syntax":
    case "edition": {
      reader.next();
      reader.expect("=");
      const value = parseString(reader);
      reader.expect(";");
      reader.end(remarks);
      return { kind: "syntax", value, isEdition: text === "edition", remarks, span: span() };
    }
    case "package": {
      reader.next();
      const name = reader.dottedName("the name of the package");
      reader.expect(";");
      reader.end(remarks);
      return { kind: "package", name, remarks, span: span() };
    }
    case "import":
      return parseImport(reader, remarks);
    case "option": {
      reader.next();
      const option = parseOption(reader);
      reader.expect(";");
      reader.end(remarks);
      return { kind: "option", option, remarks, span: span() };
    }
    case "export":
    case "local":
      // Visibility, from edition 2024 on: names stay what they are.
      reader.next();
      return parseDeclaration(reader, remarks, start);
    default:
      return parseDeclaration(reader, remarks, start);
  }
}

function parseDeclaration(reader: TokenReader, remarks: Remarks, start: number): ProtoFileItem {
  switch (reader.peek().text) {
    case "message":
      return parseMessage(reader, remarks, start);
    case "enum":
      return parseEnum(reader, remarks, start);
    case "service":
      return parseService(reader, remarks, start);
    case "extend":
      return parseExtend(reader, remarks, start);
    default:
      return reader.refuse("`message`, `enum`, `service`, `extend`, `import`, `option` or `package`");
  }
}

function parseImport(reader: TokenReader, remarks: Remarks): ProtoImport {
  const { start } = reader.next();
  const { text, kind } = reader.peek();
  const modifier = kind === "word" && (text === "public" || text === "weak" || text === "option") ? text : "";
  if (modifier !== "") reader.next();
  const from = reader.peek().start;
  const path = parseString(reader);
  const pathSpan = reader.span(from, reader.lastEnd);
  reader.expect(";");
  reader.end(remarks);
  return { kind: "import", path, pathSpan, modifier, remarks, span: reader.span(start, reader.lastEnd) };
}
