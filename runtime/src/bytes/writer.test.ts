/** The Writer, put by put: exact bytes, growth, nesting, and what it refuses. */

import { expect, test as testOf } from "vitest";
import { learnScalars } from "./learn-scalars.js";
import { allScalars } from "./scalars.js";
import { SmallWriter } from "./small-writer.js";
import { EncodeError } from "./encode-error.js";
import type { MessageWriter } from "./message-writer.js";
import { Writer } from "./writer.js";

learnScalars(allScalars);

const writers: [string, (bytes?: number) => MessageWriter][] = [
  ["Node", (bytes) => new Writer(bytes)],
  ["browsers", () => new SmallWriter()],
];

const hex = (w: MessageWriter, p: number): string => Buffer.from(w.buffer.subarray(0, p)).toString("hex");

const refused: [string, (w: MessageWriter) => number, RegExp][] = [
  ["a fraction", (w) => w.int32(0, 24, 1.5), /field 3 wants a whole number from -2147483648 .* got a fraction/],
  ["a large int32", (w) => w.int32(0, 24, 2 ** 31), /field 3 .* got a whole number outside of that/],
  ["a number for text", (w) => w.string(0, 26, 5 as never), /field 3 wants a string, got a whole number$/],
  ["a negative uint32", (w) => w.uint32(0, 24, -1), /field 3 wants a whole number from 0/],
  ["a bigint for an int32", (w) => w.int32(0, 24, 1n as never), /field 3 wants a whole number .* got a bigint/],
  ["a bigint for a uint32", (w) => w.uint32(0, 24, 1n as never), /field 3 wants a whole number .* got a bigint/],
  ["NaN", (w) => w.uint32(0, 24, NaN), /got NaN/],
  ["a large int64", (w) => w.int64(0, 24, 2n ** 63n), /field 3 wants a whole number of 64 bits, got a bigint/],
  ["a negative uint64", (w) => w.uint64(0, 24, -1n), /not negative/],
  ["an unsafe number", (w) => w.int64(0, 24, 2 ** 53), /64 bits/],
  ["letters for an int64", (w) => w.int64(0, 24, "0x10"), /got a string/],
  ["half a surrogate pair", (w) => w.string(0, 26, "\ud800"), /field 3 wants well-formed text/],
  ["half a pair in long text", (w) => w.string(0, 26, "x".repeat(50) + "\udc00"), /field 3 wants well-formed text/],
  ["an unknown enum name", (w) => w.enum(0, 24, NaN), /field 3 wants a value of its enum/],
];
// In browsers, numbers are numbers.
const inFewerWords = (message: RegExp): RegExp =>
  new RegExp(message.source.replace(/got (a whole number( outside of that)?|a fraction|NaN)/, "got a number"));

for (const [platform, create] of writers) {
  const test = (name: string, run: () => void): void => testOf(`${name}, in ${platform}`, run);
  const isNode = platform === "Node";

  test("puts write the bytes that the wire format asks for", () => {
    const w = create(8);
    const cases: [(p: number) => number, string][] = [
      [(p) => w.bool(p, 8, true), "0801"],
      [(p) => w.int32(p, 8, 150), "089601"],
      [(p) => w.int32(p, 8, -1), "08ffffffffffffffffff01"],
      [(p) => w.uint32(p, 8, 4294967295), "08ffffffff0f"],
      [(p) => w.sint32(p, 8, -2147483648), "08ffffffff0f"],
      [(p) => w.fixed32(p, 13, 4294967295), "0dffffffff"],
      [(p) => w.sfixed32(p, 13, -2), "0dfeffffff"],
      [(p) => w.int64(p, 8, -(2n ** 63n)), "0880808080808080808001"],
      [(p) => w.int64(p, 8, -5), "08fbffffffffffffffff01"],
      [(p) => w.int64(p, 8, "9223372036854775807"), "08ffffffffffffffff7f"],
      [(p) => w.uint64(p, 8, 2n ** 64n - 1n), "08ffffffffffffffffff01"],
      [(p) => w.sint64(p, 8, -(2n ** 63n)), "08ffffffffffffffffff01"],
      [(p) => w.fixed64(p, 9, 1), "090100000000000000"],
      [(p) => w.sfixed64(p, 9, "-1"), "09ffffffffffffffff"],
      [(p) => w.float(p, 13, 0.1), "0dcdcccc3d"],
      [(p) => w.double(p, 9, -0), "090000000000000080"],
      [(p) => w.string(p, 10, "aé€😀"), "0a0a61c3a9e282acf09f9880"],
      [(p) => w.bytes(p, 10, Uint8Array.of(1, 2)), "0a020102"],
      [(p) => w.uint32(p, 536870911 * 8, 1), "f8ffffff0f01"],
      [(p) => w.uint32(p, 0, 300), "ac02"],
    ];
    for (const [put, expected] of cases) expect(hex(w, put(0))).toBe(expected);
  });

  test("growing keeps what was written", () => {
    const w = create(1);
    let p = 0;
    for (let i = 0; i < 1000; i++) p = w.uint32(p, 8, i % 100);
    const written = w.buffer.subarray(0, p);
    expect(p).toBe(2000);
    expect([...written].filter((_, i) => i % 2 === 1)).toEqual(Array.from({ length: 1000 }, (_, i) => i % 100));
  });

  test("strings of every length around the short path and the length's width survive", () => {
    const w = create(16);
    for (const unit of ["x", "é", "€", "😀"]) {
      for (const count of [0, 1, 23, 24, 25, 26, 42, 43, 63, 64, 127, 128, 129, 5461, 5462, 16383, 16384]) {
        const text = unit.repeat(count);
        const p = w.string(3, 10, text);
        const body = Buffer.from(text);
        expect(Buffer.from(w.buffer.subarray(p - body.length, p)).equals(body), `${unit} x ${count}`).toBe(true);
        const width = body.length < 128 ? 1 : body.length < 16384 ? 2 : 3;
        expect(p).toBe(3 + 1 + width + body.length);
      }
    }
  });

  test("every short value has the same bytes behind tags of any width, however near the end of the buffer", () => {
    const text = "abcdefghijklmnopqrstuvwxyz012345";
    const bodies: [(w: MessageWriter, p: number, tag: number) => number, string][] = [
      [(w, p, tag) => w.bool(p, tag, true), "01"],
      [(w, p, tag) => w.int32(p, tag, 127), "7f"],
      [(w, p, tag) => w.int32(p, tag, 2_097_152), "80808001"],
      [(w, p, tag) => w.int32(p, tag, -2), "feffffffffffffffff01"],
      [(w, p, tag) => w.uint32(p, tag, 4_294_967_295), "ffffffff0f"],
      [(w, p, tag) => w.sint32(p, tag, -2_147_483_648), "ffffffff0f"],
      [(w, p, tag) => w.fixed32(p, tag, 1), "01000000"],
      [(w, p, tag) => w.int64(p, tag, 1_767_225_600_123), "fbd0eab6b733"],
      [(w, p, tag) => w.int64(p, tag, 2n ** 60n - 1n), "ffffffffffffffff0f"],
      [(w, p, tag) => w.int64(p, tag, 2n ** 60n), "808080808080808010"],
      [(w, p, tag) => w.float(p, tag, 1), "0000803f"],
      [(w, p, tag) => w.double(p, tag, 1), "000000000000f03f"],
      [(w, p, tag) => w.close(w.bool(w.open(p, tag), 0, true)), "0101"],
      ...Array.from({ length: 33 }, (_, length): (typeof bodies)[number] => {
        const part = text.slice(0, length);
        const body = Buffer.concat([Buffer.of(length), Buffer.from(part)]).toString("hex");
        return [(w, p, tag) => w.string(p, tag, part), body];
      }),
      [(w, p, tag) => w.string(p, tag, "abc\u0100"), "05616263c480"],
      [(w, p, tag) => w.string(p, tag, "ab\u00e9"), "046162c3a9"],
    ];
    for (const [tag, front] of [
      [0, ""],
      [127, "7f"],
      [128, "8001"],
      [16_383, "ff7f"],
      [16_384, "808001"],
      [4_294_967_288, "f8ffffff0f"],
    ] as const) {
      for (const [put, body] of bodies) {
        for (const start of [0, 1, 40, 47, 48, 49, 63, 64]) {
          const w = create(64);
          w.buffer.fill(7, 0, Math.min(start, w.buffer.length));
          const p = put(w, start, tag);
          expect(Buffer.from(w.buffer.subarray(start, p)).toString("hex"), `${body} at ${start}`).toBe(front + body);
          expect(w.buffer.subarray(0, Math.min(start, 40)).every((byte) => byte === 7)).toBe(true);
        }
      }
    }
  });

  test("a nested length is as short as it can be, whatever the width that was reserved", () => {
    const w = create(16);
    for (const length of [0, 127, 128, 16383, 16384, 3, 200, 1]) {
      let p = w.openUnnamed(0, 10);
      for (let i = 0; i < length; i++) p = w.bool(p, 0, true);
      p = w.close(p);
      const width = length < 128 ? 1 : length < 16384 ? 2 : 3;
      expect(p).toBe(1 + width + length);
      expect(w.buffer.subarray(1 + width, p).every((byte) => byte === 1)).toBe(true);
    }
  });

  for (const [what, put, message] of refused) {
    test(`${what} is an EncodeError that names message and field`, () => {
      const w = create();
      w.enter("shop.Order", {});
      expect(() => put(w)).toThrow(EncodeError);
      w.enter("shop.Order", {});
      expect(() => put(w)).toThrow(/^cannot encode shop\.Order: /);
      expect(() => put(w)).toThrow(isNode ? message : inFewerWords(message));
    });
  }

  test("values of the wrong type are refused without their contents in the message", () => {
    const w = create();
    w.enter("shop.Card", {});
    const wrong: unknown = "4111 1111 1111 1111";
    expect(() => w.uint32(0, 8, wrong as number)).toThrow("cannot encode shop.Card: field 1 wants a whole number");
    expect(() => w.uint32(0, 8, wrong as number)).not.toThrow(/4111/);
    expect(() => w.enter("shop.Card", null as unknown as object)).toThrow("shop.Card: wants an object, got null");
    expect(() => w.enter("shop.Card", undefined as unknown as object)).toThrow(
      "shop.Card: wants an object, got undefined",
    );
    expect(() => w.list(18, wrong as string[])).toThrow("field 2 wants an array, got a string");
  });

  test("trouble in a packed list or a map entry is told of the field that it belongs to", () => {
    const w = create();
    w.enter("shop.Order", {});
    const p = w.openUnnamed(0, 34);
    expect(() => w.uint32(p, 0, -1)).toThrow("cannot encode shop.Order: field 4 ");
  });

  test("a value that contains itself is an EncodeError, and the writer works after it", () => {
    const w = create();
    const nest = (p: number): number => {
      w.enter("shop.Tree", {});
      return w.close(nest(w.open(p, 10)));
    };
    expect(() => nest(0)).toThrow("field 1 nests deeper than 100 levels");
    w.enter("shop.Order", {});
    expect(hex(w, w.close(w.string(w.open(0, 10), 10, "a")))).toBe("0a030a0161");
  });
}

testOf("take hands out the filled range, and nothing written later touches it", () => {
  const w = new Writer();
  const first = w.take(w.string(0, 10, "first"));
  const second = w.take(w.string(0, 10, "other"));
  expect(Buffer.from(first).toString("latin1")).toBe("\n\u0005first");
  expect(Buffer.from(second).toString("latin1")).toBe("\n\u0005other");
});
