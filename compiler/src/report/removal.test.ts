/** What goes with a text that is taken away. */

import { expect, test } from "vitest";
import { createSourceFile } from "../source/source-file.js";
import { removal } from "./removal.js";

function without(text: string, part: string): string {
  const source = createSourceFile("a.rpc", text);
  const start = text.indexOf(part);
  const { span, text: replacement } = removal({ source, start, end: start + part.length });
  return text.slice(0, span.start) + replacement + text.slice(span.end);
}

test.each([
  ["a line of its own goes as a whole", "a\n  X \nb\n", "a\nb\n"],
  ["a line that ends in CR LF goes with both", "a\r\nX\r\nb", "a\r\nb"],
  ["the last line goes without a line break behind it", "a\nX", "a\n"],
  ["the first line leaves a byte order mark where it is", "\ufeffX\na", "\ufeffa"],
  ["the blanks behind it go with it", "a X b", "a b"],
  ["at the end of a line the blanks in front go with it", "a X\nb", "a\nb"],
  ["in front of a mark the blanks in front go with it", "(a X)", "(a)"],
  ["the indentation of what follows stays", "  X b\n", "  b\n"],
  ["a blank that holds words apart stays", "aX b", "a b"],
  ["what touches it stays", "{X}", "{}"],
])("%s", (_, text, expected) => {
  expect(without(text, "X")).toBe(expected);
});
