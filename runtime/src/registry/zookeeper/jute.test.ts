/** What jute reads and refuses, and how what arrives is cut into frames. */

import { expect, test } from "vitest";
import { numbersFrom, seed, tries } from "../../../test/kit/random.js";
import { FrameSplitter } from "./frame-splitter.js";
import { JuteError, JuteReader, JuteWriter } from "./jute.js";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test("what is written is read", () => {
  const writer = new JuteWriter()
    .bool(true)
    .int(-5)
    .long(-(2n ** 60n))
    .text("ä/ö")
    .buffer(bytes(1, 2));
  writer.buffer(new Uint8Array(5000).fill(9)).int(2).text("a").text("");
  const reader = new JuteReader(writer.done());
  expect(reader.bool()).toBe(true);
  expect(reader.int()).toBe(-5);
  expect(reader.long()).toBe(-(2n ** 60n));
  expect(reader.text()).toBe("ä/ö");
  expect([...reader.buffer()]).toEqual([1, 2]);
  expect(reader.buffer()).toEqual(new Uint8Array(5000).fill(9));
  expect(reader.texts()).toEqual(["a", ""]);
  expect(reader.left).toBe(0);
});

test("numbers are big-endian and lengths stand in front", () => {
  expect([...new JuteWriter().int(258).text("hi").frame()]).toEqual([0, 0, 0, 10, 0, 0, 1, 2, 0, 0, 0, 2, 104, 105]);
  expect([...new JuteReader(bytes(255, 255, 255, 255)).buffer()]).toEqual([]);
});

test.each([
  ["a number that is cut off", (reader: JuteReader) => reader.int(), bytes(0, 0, 0)],
  ["a number without bytes", (reader: JuteReader) => reader.long(), bytes()],
  ["a buffer longer than the record", (reader: JuteReader) => reader.buffer(), bytes(0x7f, 255, 255, 255, 1)],
  ["a negative length", (reader: JuteReader) => reader.buffer(), bytes(255, 255, 255, 254)],
  ["a text that is not UTF-8", (reader: JuteReader) => reader.text(), bytes(0, 0, 0, 1, 0xff)],
  ["two thousand million texts", (reader: JuteReader) => reader.texts(), bytes(0x7f, 255, 255, 255, 0, 0, 0, 0)],
  ["a negative number of texts", (reader: JuteReader) => reader.texts(), bytes(255, 255, 255, 0)],
])("%s is refused", (_, read, record) => {
  expect(() => read(new JuteReader(record))).toThrow(JuteError);
});

test(`frames come out whole, however they arrive (SEED=${seed})`, () => {
  const below = numbersFrom(seed);
  for (let n = 0; n < tries(100); n++) {
    const sent = Array.from({ length: below(8) }, (_, i) => new Uint8Array(below(4) === 0 ? 0 : below(60_000)).fill(i));
    const stream = Buffer.concat(sent.map((frame) => new JuteWriter().buffer(frame).done()));
    const splitter = new FrameSplitter(60_000);
    const received: Uint8Array[] = [];
    for (let at = 0; at < stream.length;) {
      const end = at + 1 + below(below(2) === 0 ? 7 : 30_000);
      splitter.push(stream.subarray(at, end), (frame) => received.push(frame));
      at = end;
    }
    expect(received.map((frame) => frame.length)).toEqual(sent.map((frame) => frame.length));
    expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true);
  }
});

test.each([[-1], [101], [0x7fff_ffff], [-(2 ** 31)]])("a frame of %d bytes is refused at its length", (length) => {
  const splitter = new FrameSplitter(100);
  const head = new JuteWriter().int(length).done();
  expect(() => splitter.push(head, () => {})).toThrow(/a frame of .* bytes, where 0 to 100 are allowed/);
});
