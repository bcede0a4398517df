/** Bytes of a file to its text: UTF-8 only, without byte order mark, and not beyond a size that people write. */

import type { Report } from "../report/report.js";
import { createSourceFile } from "../source/source-file.js";
import type { SourceFile } from "../source/source-file.js";

/** The largest file that is read: tokens and trees take many times as much memory. */
export const sourceBytesMax: number = 4 * 1024 * 1024;

/** The text of `bytes`, or undefined and a report that names the first byte that is wrong. */
export function decodeSource(
  path: string,
  bytes: Uint8Array,
  report: Report,
  displayPath: string = path,
): SourceFile | undefined {
  const whole = { source: createSourceFile(path, "", displayPath), start: 0, end: 0 };
  if (bytes.length > sourceBytesMax) {
    report.add("file-too-large", whole, { path: displayPath, bytes: bytes.length, bytesMax: sourceBytesMax });
    return undefined;
  }
  const otherEncoding = encodingOf(bytes);
  if (otherEncoding !== undefined) {
    report.add("not-utf8", whole, { offset: 0, reason: `it begins like ${otherEncoding}` });
    return undefined;
  }
  const nul = bytes.indexOf(0);
  const bad = invalidByte(bytes);
  const offset = nul === -1 ? bad : bad === -1 ? nul : Math.min(nul, bad);
  if (offset !== -1) {
    const byte = (bytes[offset] ?? 0).toString(16).padStart(2, "0");
    const reason = offset === nul ? "there is a NUL" : `there is 0x${byte}, which belongs to no character`;
    report.add("not-utf8", placeOf(path, displayPath, bytes, offset), { offset, reason });
    return undefined;
  }
  // The decoder drops one byte order mark by itself.
  return createSourceFile(path, new TextDecoder().decode(bytes), displayPath);
}

function encodingOf(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32" : "UTF-16";
  if (a === 0xfe && b === 0xff) return "UTF-16";
  if (a === 0 && b !== 0 && b !== undefined && bytes.length % 2 === 0) return "UTF-16 without byte order mark";
  if (b === 0 && a !== 0 && bytes.length % 2 === 0) return "UTF-16 without byte order mark";
  return undefined;
}

/** Where the bytes stop being UTF-8, -1 where they are all. */
function invalidByte(bytes: Uint8Array): number {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return -1;
  } catch {
    return findInvalidByte(bytes);
  }
}

function findInvalidByte(bytes: Uint8Array): number {
  let index = 0;
  while (index < bytes.length) {
    const length = sequenceLength(bytes, index);
    if (length === 0) return index;
    index += length;
  }
  return -1;
}

/** The length of the sequence that begins at `index`, 0 where it is not one of well-formed UTF-8. */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const lead = bytes[index] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let ahead = 1; ahead < length; ahead++) {
    const unit = bytes[index + ahead] ?? 0;
    // Overlong forms, surrogates and everything above U+10FFFF show in the second byte.
    const low = ahead > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = ahead > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (unit < low || unit > high) return 0;
  }
  return length;
}

/** The place in the readable text in front of the wrong byte, so that an editor finds the line. */
function placeOf(
  path: string,
  displayPath: string,
  bytes: Uint8Array,
  offset: number,
): { source: SourceFile; start: number; end: number } {
  const text = new TextDecoder().decode(bytes.subarray(0, offset));
  const source = createSourceFile(path, text, displayPath);
  return { source, start: text.length, end: text.length };
}
