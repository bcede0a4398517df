/** The Reader at every limit: what it accepts, what it refuses, and that it never reads past the end. */

import { expect, test as testOf } from "vitest";
import { learnScalars } from "./learn-scalars.js";
import { allScalars } from "./scalars.js";
import { SmallReader } from "./small-reader.js";
import { DecodeError } from "./decode-error.js";
import type { MessageReader } from "./message-reader.js";
import { Reader } from "./reader.js";
import { settle } from "./settled.js";
import { joinRanges } from "./unknown-fields.js";
import { Writer } from "./writer.js";

learnScalars(allScalars);

const readers: [string, typeof Reader | typeof SmallReader][] = [
  ["Node", Reader],
  ["browsers", SmallReader],
];

const broken: [string, string, (r: MessageReader) => unknown, string][] = [
  ["no bytes where a tag belongs", "", (r) => r.tag(), "in the middle of a field (at byte 0)"],
  ["an unfinished varint", "ff ff", (r) => r.uint32(), "in the middle of a field (at byte 2)"],
  ["an eleven-byte varint", "80 80 80 80 80 80 80 80 80 80 00", (r) => r.uint64(), "longer than 64 bits"],
  ["a varint above 64 bits", "ff ff ff ff ff ff ff ff ff 02", (r) => r.uint64(), "longer than 64 bits"],
  ["a cut double", "00 00 00 00 00 00 00", (r) => r.double(), "in the middle"],
  ["a cut fixed32", "00 00 00", (r) => r.fixed32(), "in the middle"],
  ["a length beyond the end", "02 61", (r) => r.string(), "reaches beyond the end"],
  ["a length of 4 GiB", "ff ff ff ff 0f 61", (r) => r.bytes(), "reaches beyond the end"],
  [
    "an unsafe int64 for a number",
    "80 80 80 80 80 80 80 10",
    (r) => r.int64Number(),
    "too large for a JavaScript number",
  ],
  ["field number 0", "01", (r) => r.skip(r.tag()), "a field has the number 0 (at byte 0)"],
  ["wire type 6", "0e", (r) => r.skip(r.tag()), "wire type 6"],
  ["wire type 7", "0f", (r) => r.skip(r.tag()), "wire type 7"],
  ["an end without a group", "0c", (r) => r.skip(r.tag()), "ends that never began"],
  ["a group ended by another's end", "0b 14", (r) => r.skip(r.tag()), "ends with the number of another"],
  ["a group without end", "0b 08 01", (r) => r.skip(r.tag()), "in the middle"],
  ["a field number above 29 bits", "80 80 80 80 10", (r) => r.tag(), "number is too large"],
  ["a tag of six bytes", "88 80 80 80 80 00", (r) => r.tag(), "number is too large"],
];
for (const [platform, Class] of readers) {
  const test = (name: string, run: () => void): void => testOf(`${name}, in ${platform}`, run);
  const of = (hex: string): MessageReader => {
    // Foreign bytes on both sides: a read beyond the end would find them.
    const bytes = Buffer.from(`ff${hex.replaceAll(" ", "")}ffff`, "hex");
    return new Class(bytes, 1, bytes.length - 2);
  };

  test("varints are read up to ten bytes, overlong forms included", () => {
    expect(of("00").uint32()).toBe(0);
    expect(of("80 00").uint32()).toBe(0);
    expect(of("ff ff ff ff 0f").uint32()).toBe(4294967295);
    expect(of("ff ff ff ff ff ff ff ff ff 01").int32()).toBe(-1);
    expect(of("81 80 80 80 80 80 80 80 80 00").uint32()).toBe(1);
    expect(of("80 80 80 80 10").uint32()).toBe(0);
    expect(of("80 80 80 80 80 80 80 80 80 01").int64()).toBe(-(2n ** 63n));
    expect(of("ff ff ff ff ff ff ff ff ff 01").uint64()).toBe(2n ** 64n - 1n);
    expect(of("ff ff ff ff ff ff ff ff ff 01").sint64()).toBe(-(2n ** 63n));
    expect(of("fe ff ff ff 0f").sint32()).toBe(2147483647);
    expect(of("80 80 80 80 80 80 80 80 80 01").bool()).toBe(true);
    expect(of("80 80 00").bool()).toBe(false);
    expect(of("02").bool()).toBe(true);
  });

  test("fixed values and 64-bit forms are exact", () => {
    expect(of("ff ff ff ff").fixed32()).toBe(4294967295);
    expect(of("fe ff ff ff").sfixed32()).toBe(-2);
    expect(of("ff ff ff ff ff ff ff ff").fixed64()).toBe(2n ** 64n - 1n);
    expect(of("ff ff ff ff ff ff ff ff").sfixed64Number()).toBe(-1);
    expect(of("ff ff ff ff ff ff 1f 00").fixed64Number()).toBe(Number.MAX_SAFE_INTEGER);
    expect(of("01 00 00 00 00 00 e0 ff").sfixed64Number()).toBe(Number.MIN_SAFE_INTEGER);
    expect(of("cd cc cc 3d").float()).toBe(Math.fround(0.1));
    expect(Object.is(of("00 00 00 00 00 00 00 80").double(), -0)).toBe(true);
    expect(of("00 00 00 00 00 00 f8 7f").double()).toBeNaN();
  });

  test("strings are strict UTF-8 and keep a byte order mark and a real U+FFFD", () => {
    expect(of("00").string()).toBe("");
    expect(of("03 61 00 62").string()).toBe("a\0b");
    expect(of("03 ef bf bd").string()).toBe("\ufffd");
    expect(of("03 ef bb bf").string()).toBe("\ufeff");
    expect(of("04 f0 9f 98 80").string()).toBe("😀");
    for (const bad of ["c0 80", "ed a0 80", "f4 90 80 80", "e2 82", "80", "f8 88 80 80 80", "ff"]) {
      const length = bad.split(" ").length.toString(16).padStart(2, "0");
      expect(() => of(`${length} ${bad}`).string(), bad).toThrow(
        Class === Reader ? "a string is not UTF-8" : DecodeError,
      );
    }
  });

  test("every short length of ASCII is read unit by unit", () => {
    for (let length = 0; length <= 40; length++) {
      const text = Array.from({ length }, (_, i) => String.fromCharCode(33 + i)).join("");
      const bytes = Buffer.from(text);
      expect(of(length.toString(16).padStart(2, "0") + bytes.toString("hex")).string()).toBe(text);
    }
  });

  for (const [what, hex, read, message] of broken) {
    test(`${what} is a DecodeError with its offset`, () => {
      const r = of(hex);
      r.enter("shop.Order");
      expect(() => read(r)).toThrow(DecodeError);
      const again = of(hex);
      again.enter("shop.Order");
      expect(() => read(again)).toThrow("cannot decode shop.Order: ");
      const third = of(hex);
      third.enter("shop.Order");
      expect(() => read(third)).toThrow(Class === Reader ? message : "(at byte ");
    });
  }

  test("messages and unknown groups may nest as deep as the limit says and no deeper", () => {
    const enter = (r: MessageReader, levels: number): void => {
      for (let i = 0; i < levels; i++) r.enter("Tree");
    };
    expect(() => enter(of(""), 101)).not.toThrow();
    expect(() => enter(of(""), 102)).toThrow(/^cannot decode Tree: (nested deeper than|more than) 100 levels/);
    const groups = (levels: number): string => "0b".repeat(levels) + "0c".repeat(levels);
    const skip = (levels: number): void => {
      const r = of(groups(levels));
      r.enter("Tree");
      r.skip(r.tag());
    };
    expect(() => skip(100)).not.toThrow();
    expect(() => skip(101)).toThrow(/(nested deeper than|more than) 100 levels/);
    expect(() => skip(10_000)).toThrow(DecodeError);
  });

  test("unknown fields are kept as they came, neighbours as one run", () => {
    const r = of("08 01 12 01 61 18 05 23 08 07 24 2d 01 02 03 04");
    let ranges: number[] | undefined;
    while (r.position < r.end) {
      const tag = r.tag();
      if (tag === 24) r.uint32();
      else ranges = r.unknown(tag, ranges);
    }
    expect(ranges).toEqual([1, 6, 8, 17]);
    const kept = joinRanges(r.buffer, undefined, ranges ?? []);
    expect(Buffer.from(kept).toString("hex")).toBe("0801120161230807242d01020304");
  });

  test("every exponent of a double is read to the last bit, with either sign, before and after there is a view", () => {
    const bytes = new Uint8Array(8 * 2048);
    const view = new DataView(bytes.buffer);
    for (const sign of [0, 0x800]) {
      for (let exponent = 0; exponent < 2048; exponent++) {
        view.setUint32(exponent * 8, (exponent * 2_654_435_761) >>> 0, true);
        view.setUint32(exponent * 8 + 4, (((sign | exponent) << 20) | ((exponent * 40_503) & 0xfffff)) >>> 0, true);
      }
      const viewed = new Class(bytes);
      for (let exponent = 0; exponent < 2048; exponent++) {
        const wanted = view.getFloat64(exponent * 8, true);
        expect(new Class(bytes, exponent * 8).double()).toBe(wanted);
        expect(viewed.double()).toBe(wanted);
      }
    }
  });
}

testOf("joining unknown fields again and again copies each byte a bounded number of times", () => {
  const buffer = Buffer.from("0801", "hex");
  let head: Uint8Array | undefined;
  const memories = new Set<ArrayBufferLike>();
  for (let i = 0; i < 5000; i++) {
    head = joinRanges(buffer, head, [0, 2]);
    memories.add(head.buffer);
  }
  expect(head?.length).toBe(10_000);
  expect(Buffer.from(head ?? []).toString("hex")).toBe("0801".repeat(5000));
  expect(memories.size).toBeLessThan(20);
});

testOf("bytes are copied, but for those that are most of a buffer which nobody else holds", () => {
  const message = (size: number): Uint8Array => {
    const w = new Writer();
    const p = w.bytes(w.bytes(0, 10, new Uint8Array(size).fill(1)), 18, new Uint8Array(100).fill(2));
    return Uint8Array.from(w.take(p));
  };
  const read = (bytes: Uint8Array): readonly [Uint8Array, Uint8Array] => {
    const r = new Reader(bytes);
    r.tag();
    const first = r.bytes();
    r.tag();
    return [first, r.bytes()];
  };
  const isView = (bytes: Uint8Array, of: Uint8Array): boolean => bytes.buffer === of.buffer;
  const lent = message(100_000);
  expect(read(lent).map((bytes) => isView(bytes, lent))).toEqual([false, false]);
  const own = message(100_000);
  settle(own);
  const [large, small] = read(own);
  expect([isView(large, own), isView(small, own)]).toEqual([true, false]);
  expect([large.length, large.every((byte) => byte === 1), large.constructor]).toEqual([100_000, true, Uint8Array]);
  const short = message(1000);
  settle(short);
  expect(read(short).map((bytes) => isView(bytes, short))).toEqual([false, false]);
});

testOf("doubles are read alike however many came before, also when the bytes change", () => {
  const values = Array.from({ length: 40 }, (_, i) => Math.sin(i) * 10 ** (i - 20));
  const bytesOf = (list: readonly number[]): Buffer => Buffer.from(new Float64Array(list).buffer);
  const [first, second] = [bytesOf(values), bytesOf([...values].reverse())];
  const r = new Reader(first);
  for (const value of values) expect(r.double()).toBe(value);
  r.reset(second.subarray(8), 0, second.length - 8);
  for (const value of [...values].reverse().slice(1)) expect(r.double()).toBe(value);
  expect(() => r.double()).toThrow(DecodeError);
  r.reset(first, 8, 16);
  expect(r.double()).toBe(values[1]);
  expect(() => r.double()).toThrow(DecodeError);
});

testOf("the number of messages inside one is limited, and counted anew for the next", () => {
  const r = new Reader(new Uint8Array(0), 0, 0, { depthMax: 100, messagesMax: 3 });
  const read = (messages: number): void => {
    r.enter("List");
    for (let i = 0; i < messages; i++) {
      r.enter("Item");
      r.leave(0);
    }
    r.leave(0);
  };
  read(3);
  read(3);
  expect(() => read(4)).toThrow("cannot decode Item: more than 3 messages inside one");
  read(3);
});
