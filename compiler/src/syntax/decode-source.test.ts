/** Bytes to text: what is not UTF-8 is refused with the offset of its first wrong byte. */

import { expect, test } from "vitest";
import { Report } from "../report/report.js";
import { decodeSource, sourceBytesMax } from "./decode-source.js";

function decode(...bytes: number[]): readonly [text: string | undefined, messages: readonly string[]] {
  const report = new Report();
  const source = decodeSource("a.rpc", Uint8Array.from(bytes), report);
  return [source?.text, report.findings().diagnostics.map(({ message }) => message)];
}

test("drops a byte order mark", () => {
  expect(decode(0xef, 0xbb, 0xbf, 0x61)).toEqual(["a", []]);
  expect(decode(0xef, 0xbb, 0xbf)).toEqual(["", []]);
});

test.each([
  ["a lone continuation byte", [0x61, 0x62, 0x80], "at byte 2 there is 0x80, which belongs to no character"],
  ["an overlong form", [0x61, 0xc0, 0xaf], "at byte 1 there is 0xc0, which belongs to no character"],
  ["an encoded surrogate", [0xed, 0xa0, 0x80], "at byte 0 there is 0xed, which belongs to no character"],
  ["a cut sequence", [0x61, 0xe2, 0x82], "at byte 1 there is 0xe2, which belongs to no character"],
  ["a point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80], "at byte 0 there is 0xf4, which belongs to no character"],
  ["a NUL", [0x61, 0x0a, 0x00, 0x62, 0x63], "at byte 2 there is a NUL"],
  ["UTF-16 with a mark", [0xff, 0xfe, 0x61, 0x00], "at byte 0 it begins like UTF-16"],
  ["UTF-16 without a mark", [0x61, 0x00, 0x62, 0x00], "at byte 0 it begins like UTF-16 without byte order mark"],
])("refuses %s", (_name, bytes, reason) => {
  expect(decode(...bytes)).toEqual([undefined, [`the file is not UTF-8 text: ${reason}`]]);
});

test("points at the line of the wrong byte", () => {
  const report = new Report();
  decodeSource("a.rpc", Uint8Array.from([0x61, 0x0a, 0x62, 0xff]), report);
  expect(report.findings().diagnostics[0]?.span).toMatchObject({ start: 3, end: 3 });
});

test("refuses a file above the limit, and reads one at the limit", () => {
  const report = new Report();
  expect(decodeSource("a.rpc", new Uint8Array(sourceBytesMax).fill(0x20), report)?.text.length).toBe(sourceBytesMax);
  expect(decodeSource("a.rpc", new Uint8Array(sourceBytesMax + 1).fill(0x20), report)).toBeUndefined();
  expect(report.findings().diagnostics.map(({ code }) => code)).toEqual(["file-too-large"]);
});
