/** Reads annotations of `.thrift` files in both of their forms, and steps over constant values. */

import type { TokenReader } from "../token-reader.js";
import type { ThriftAnnotation } from "./thrift-syntax.js";

/** `(key = "value", other)` where it is there. */
export function parseAnnotations(reader: TokenReader): readonly ThriftAnnotation[] {
  const annotations: ThriftAnnotation[] = [];
  if (!reader.accept("(")) return annotations;
  while (!reader.accept(")")) {
    const { start } = reader.peek();
    const name = reader.dottedName("the name of an annotation").text;
    let value: string | undefined;
    if (reader.accept("=")) value = reader.peek().kind === "string" ? parseText(reader) : reader.next().text;
    annotations.push({ name, value, span: reader.span(start, reader.lastEnd) });
    if (!reader.accept(",")) reader.accept(";");
  }
  return annotations;
}

/** `@Name` and `@scope.Name{...}` in front of a declaration. */
export function parseStructured(reader: TokenReader): readonly ThriftAnnotation[] {
  const annotations: ThriftAnnotation[] = [];
  while (reader.at("@")) {
    const { start } = reader.next();
    const name = reader.dottedName("the name of an annotation").text;
    const from = reader.peek().start;
    const hasBody = reader.at("{");
    if (hasBody) skipValue(reader);
    const body = reader.source.text.slice(from, reader.lastEnd);
    annotations.push({
      name,
      value: hasBody ? body.slice(1, -1).replace(/\s+/g, " ").trim() : undefined,
      span: reader.span(start, reader.lastEnd),
    });
  }
  return annotations;
}

/** Steps over a constant: a word, a number, a string, a list, a map, or a struct with its name in front. */
export function skipValue(reader: TokenReader): void {
  const closers: string[] = [];
  do {
    const { kind, text } = reader.peek();
    if (kind === "end") reader.refuse(closers.at(-1) === undefined ? "a value" : `\`${closers.at(-1) ?? ""}\``);
    reader.next();
    if (kind === "mark") {
      if (text === "{" || text === "[") closers.push(text === "{" ? "}" : "]");
      else if (text === closers.at(-1)) closers.pop();
    }
  } while (closers.length > 0 || isUnfinished(reader));
}

/** Whether the value goes on: behind a sign, behind a dot, or with the braces of a struct. */
function isUnfinished(reader: TokenReader): boolean {
  const before = reader.source.text.charAt(reader.lastEnd - 1);
  return before === "-" || before === "+" || before === "." || reader.at(".") || reader.at("{");
}

/** A string literal: Thrift knows few escapes, and keeps what it does not know. */
export function parseText(reader: TokenReader): string {
  if (reader.peek().kind !== "string") reader.refuse("a string");
  const known: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\", '"': '"', "'": "'" };
  return reader
    .next()
    .text.slice(1, -1)
    .replace(/\\([^])/g, (whole, letter: string) => (Object.hasOwn(known, letter) ? (known[letter] ?? whole) : whole));
}
