/** Bytes of a source file to text: UTF-8, with or without a byte order mark, and nothing else. */

import type { Report } from "../report/report.js";
import type { Span } from "../source/source-file.js";

/** The text, without a byte order mark; undefined (and reported at `span`) where the bytes are not UTF-8. */
export function decodeSource(bytes: Uint8Array, span: Span, report: Report): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const [offset, reason] = findFault(bytes);
    report.add("not-utf8", span, { offset, reason });
    return undefined;
  }
}

/** Where the first byte stands that belongs to no character. */
function findFault(bytes: Uint8Array): readonly [offset: number, reason: string] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return [0, "it looks like UTF-16 (little-endian)"];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return [0, "it looks like UTF-16 (big-endian)"];
  // Everything in front of the fault decodes, everything that reaches it does not.
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isPrefixOfText(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  const byte = bytes[good] ?? 0;
  return [good, `byte 0x${byte.toString(16).padStart(2, "0")}`];
}

/** Whether these bytes are text, but for a last character that may be cut off. */
function isPrefixOfText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
