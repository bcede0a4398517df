/** Lists written and read as a whole: the same bytes and the same refusals as item by item. */

import { expect, test as testOf } from "vitest";
import { learnScalars } from "./learn-scalars.js";
import { allScalars } from "./scalars.js";
import { SmallReader } from "./small-reader.js";
import { SmallWriter } from "./small-writer.js";
import { EncodeError } from "./encode-error.js";
import type { MessageReader } from "./message-reader.js";
import type { MessageWriter } from "./message-writer.js";
import { Reader } from "./reader.js";
import { Writer } from "./writer.js";

learnScalars(allScalars);

interface Kind {
  readonly name: string;
  readonly values: readonly number[];
  readonly whole: (w: MessageWriter, values: readonly number[]) => number;
  readonly item: (w: MessageWriter, p: number, value: number) => number;
  readonly read: (r: MessageReader, end: number, list: number[]) => number[];
}

const edges = [0, 1, 127, 128, 16383, 16384, 2097151, 2097152, 268435455, 268435456, 2147483647];

const kinds: readonly Kind[] = [
  {
    name: "int32",
    values: [...edges, -1, -128, -2097153, -2147483648],
    whole: (w, values) => w.int32s(0, 10, values),
    item: (w, p, value) => w.int32(p, 0, value),
    read: (r, end, list) => r.int32s(end, list),
  },
  {
    name: "uint32",
    values: [...edges, 2147483648, 4294967295],
    whole: (w, values) => w.uint32s(0, 10, values),
    item: (w, p, value) => w.uint32(p, 0, value),
    read: (r, end, list) => r.uint32s(end, list),
  },
  {
    name: "sint32",
    values: [...edges, -1, -64, -65, -8193, -2147483648],
    whole: (w, values) => w.sint32s(0, 10, values),
    item: (w, p, value) => w.sint32(p, 0, value),
    read: (r, end, list) => {
      while (r.more(end)) list.push(r.sint32());
      return list;
    },
  },
  {
    name: "float",
    values: [0, -0, 1.5, Math.fround(0.1), -Infinity, NaN],
    whole: (w, values) => w.floats(0, 10, values),
    item: (w, p, value) => w.float(p, 0, value),
    read: (r, end, list) => r.floats(end, list),
  },
  {
    name: "double",
    values: [0, -0, 0.1, Number.MAX_VALUE, Number.MIN_VALUE, Infinity, NaN],
    whole: (w, values) => w.doubles(0, 10, values),
    item: (w, p, value) => w.double(p, 0, value),
    read: (r, end, list) => r.doubles(end, list),
  },
];

const sides: [string, typeof Reader | typeof SmallReader, (bytes?: number) => MessageWriter][] = [
  ["Node", Reader, (bytes) => new Writer(bytes)],
  ["browsers", SmallReader, () => new SmallWriter()],
];

for (const [platform, Class, create] of sides) {
  const test = (name: string, run: () => void): void => testOf(`${name}, in ${platform}`, run);
  const readerOf = (bytes: Uint8Array): MessageReader => {
    // Foreign bytes on both sides: a read beyond the end would find them.
    const padded = Buffer.concat([Buffer.from([255]), bytes, Buffer.from([1, 255])]);
    return new Class(padded, 1, 1 + bytes.length);
  };

  for (const { name, values, whole, item, read } of kinds) {
    test(`${name} lists of every length have the bytes of their items and read back`, () => {
      for (const length of [1, 2, values.length, 511, 512, 513, 2500]) {
        const list = Array.from({ length }, (_, i) => values[i % values.length]!);
        const w = create(16);
        const end = whole(w, list);
        const bytes = Buffer.from(w.buffer.subarray(0, end));
        let p = w.openUnnamed(0, 10);
        for (const value of list) p = item(w, p, value);
        expect(Buffer.from(w.buffer.subarray(0, w.close(p))).equals(bytes), `${length} items`).toBe(true);
        const r = readerOf(bytes);
        expect(r.tag()).toBe(10);
        expect(read(r, r.open(), [])).toEqual(list);
        expect(r.position).toBe(r.end);
      }
    });

    test(`${name} lists in two parts follow each other, and empty ones are not written`, () => {
      const w = create();
      expect(whole(w, [])).toBe(0);
      const bytes = w.buffer.slice(0, whole(w, values));
      const r = readerOf(Buffer.concat([bytes, bytes]));
      r.tag();
      const first = read(r, r.open(), []);
      r.tag();
      expect(read(r, r.open(), first)).toEqual([...values, ...values]);
    });

    test(`${name} lists refuse what is no such number, naming the field`, () => {
      const wrong: unknown[] = ["1", null, undefined, {}, 1n, ...(name.endsWith("32") ? [0.5, NaN, 2 ** 32] : [])];
      for (const value of wrong) {
        const w = create();
        w.enter("shop.Order", {});
        const put = (): number => whole(w, [1, value as number]);
        expect(put).toThrow(EncodeError);
        expect(put).toThrow(/^cannot encode shop\.Order: field 1 wants a (whole )?number/);
      }
      const w = create();
      w.enter("shop.Order", {});
      expect(() => whole(w, "12" as never)).toThrow("field 1 wants an array, got a string");
    });
  }

  test("a packed list that ends within an item is refused, whatever follows it", () => {
    const cases: [string, (r: MessageReader, end: number) => unknown][] = [
      ["0280 80", (r, end) => r.int32s(end, [])],
      ["030180 ff", (r, end) => r.uint32s(end, [])],
      ["03000000", (r, end) => r.floats(end, [])],
      ["0700000000000000", (r, end) => r.doubles(end, [])],
    ];
    for (const [hex, read] of cases) {
      const r = readerOf(Buffer.from(hex.replaceAll(" ", ""), "hex"));
      expect(() => read(r, r.open()), hex).toThrow(
        Class === Reader ? /longer than its packed list|no multiple of/ : "(at byte ",
      );
    }
  });

  test("overlong varints in a packed list are read, and those of more than ten bytes refused", () => {
    const list = (hex: string): number[] => {
      const r = readerOf(Buffer.from(hex.replaceAll(" ", ""), "hex"));
      return r.int32s(r.open(), []);
    };
    expect(list("05 818000 05 00")).toEqual([1, 5, 0]);
    expect(list("0b 05 ffffffffffffffffff01")).toEqual([5, -1]);
    expect(() => list("0c ffffffffffffffffffff01 00")).toThrow(Class === Reader ? "longer than 64 bits" : "(at byte ");
  });

  test("lists of text are written item by item, and refuse what is no text", () => {
    const w = create(16);
    const texts = ["", "a", "x".repeat(32), "x".repeat(33), "é", "x".repeat(31) + "é"];
    let p = 0;
    for (const text of texts) p = w.string(p, 10, text);
    const bytes = w.buffer.slice(0, p);
    expect(w.strings(0, 10, texts)).toBe(p);
    expect(w.buffer.slice(0, p)).toEqual(bytes);
    w.enter("shop.Order", {});
    expect(() => w.strings(0, 10, ["a", 1 as never])).toThrow("shop.Order: field 1 wants a string, got a ");
  });
}
