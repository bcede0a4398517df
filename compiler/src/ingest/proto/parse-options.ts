/** Reads the options of `.proto` files: their names, their values, and the literals both are made of. */

import type { TokenReader } from "../token-reader.js";
import type { OptionValue, ProtoOption } from "./proto-syntax.js";

/** `name = value`, without what stands around it. */
export function parseOption(reader: TokenReader): ProtoOption {
  const { start } = reader.peek();
  let name = "";
  do {
    if (name !== "") name += ".";
    if (reader.accept("(")) {
      name += `(${reader.dottedName("the name of an option").text})`;
      reader.expect(")");
    } else name += reader.word("the name of an option").text;
  } while (reader.accept("."));
  reader.expect("=");
  const value = parseValue(reader);
  return { name, value, span: reader.span(start, reader.lastEnd) };
}

/** `[a = 1, b = 2]` where it is there. */
export function parseOptionList(reader: TokenReader): readonly ProtoOption[] {
  const options: ProtoOption[] = [];
  if (!reader.accept("[")) return options;
  if (reader.accept("]")) return options;
  do options.push(parseOption(reader));
  while (reader.accept(","));
  reader.expect("]");
  return options;
}

function parseValue(reader: TokenReader): OptionValue {
  const { kind } = reader.peek();
  if (reader.accept("{")) return { kind: "aggregate", text: readAggregate(reader) };
  if (kind === "string") return { kind: "string", value: parseString(reader) };
  const sign = reader.accept("-") ? "-" : reader.accept("+") ? "" : undefined;
  const token = reader.peek();
  if (token.kind === "number" || (sign !== undefined && token.kind === "word")) {
    reader.next();
    return { kind: "number", text: `${sign ?? ""}${token.text}` };
  }
  return { kind: "word", text: reader.word("the value of an option").text };
}

/** Everything up to the brace that closes, as it was written but for comments and line breaks. */
function readAggregate(reader: TokenReader): string {
  const parts: string[] = [];
  const closers: string[] = ["}"];
  let end = reader.lastEnd;
  for (;;) {
    const token = reader.peek();
    if (token.kind === "end") reader.refuse("`}`");
    reader.next();
    if (token.kind === "mark") {
      if (token.text === "{" || token.text === "[" || token.text === "<") {
        closers.push(token.text === "{" ? "}" : token.text === "[" ? "]" : ">");
      } else if (token.text === closers.at(-1)) {
        closers.pop();
        if (closers.length === 0) return parts.join("").trim();
      } else if (token.text === "}") {
        reader.problem(reader.span(token.start, token.end), "this brace closes nothing");
        return parts.join("").trim();
      }
    }
    if (token.start > end) parts.push(" ");
    parts.push(token.text);
    end = token.end;
  }
}

/** One string, or several that stand side by side. */
export function parseString(reader: TokenReader): string {
  if (reader.peek().kind !== "string") reader.refuse("a string");
  let bytes = "";
  while (reader.peek().kind === "string") bytes += unescapeBytes(reader.next().text);
  return decodeBytes(bytes);
}

/** What one literal with its quotes means. */
export function stringOf(literal: string): string {
  return decodeBytes(unescapeBytes(literal));
}

/** A whole number in decimal, octal or hexadecimal; what is none gives up the statement. */
export function parseInteger(reader: TokenReader, what: string): number {
  const isNegative = reader.at("-");
  if (isNegative || reader.at("+")) reader.next();
  const value = integerOf(reader.peek().text);
  if (reader.peek().kind !== "number" || value === undefined) reader.refuse(what);
  reader.next();
  return isNegative ? -value : value;
}

function integerOf(text: string): number | undefined {
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text) ? Number(text) : undefined;
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** The text of a literal, in which every UTF-8 byte that was escaped or not is one character up to U+00FF. */
function unescapeBytes(literal: string): string {
  const body = literal.slice(1, -1);
  const pattern = /\\(?:[xX]([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))|[^\\]+/g;
  return body.replace(
    pattern,
    (whole: string, hex?: string, octal?: string, four?: string, eight?: string, one?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      const point = Number.parseInt(four ?? eight ?? "", 16);
      if (!Number.isNaN(point)) return utf8Of(String.fromCodePoint(Math.min(point, 0x10ffff)));
      return one === undefined ? utf8Of(whole) : (simpleEscapes.get(one) ?? utf8Of(one));
    },
  );
}

function utf8Of(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

function decodeBytes(bytes: string): string {
  return /^[\0-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}
