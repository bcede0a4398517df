/** Frames come out the same however their bytes were cut. */

import { expect, it } from "vitest";
import { headerBytes, writeHeader } from "./frame.js";
import { FrameJoiner } from "./frame-joiner.js";

function frames(sizes: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + headerBytes + size, 0));
  let at = 0;
  sizes.forEach((size, i) => {
    writeHeader(new DataView(bytes.buffer), at, size, 6, i & 0xff, i & 0xffff, i + 1);
    bytes.fill(i + 1, at + headerBytes, at + headerBytes + size);
    at += headerBytes + size;
  });
  return bytes;
}

function join(chunks: Iterable<Uint8Array>, payloadMax = 131_072): string[] {
  const seen: string[] = [];
  const joiner = new FrameJoiner(payloadMax, (frame) => {
    const payload = frame.buffer.subarray(frame.start, frame.end);
    seen.push(`${frame.type} ${frame.flags} ${frame.method} ${frame.stream} ${payload.length} ${payload.join("")}`);
  });
  for (const chunk of chunks) joiner.push(chunk);
  return seen;
}

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const bytes = frames([0, 1, 5, 300, 0, 40]);
const whole = join([bytes]);

it("shows the frames of one chunk in order", () => {
  expect(whole.map((line) => line.split(" ").slice(3, 5).join(":"))).toEqual([
    "1:0",
    "2:1",
    "3:5",
    "4:300",
    "5:0",
    "6:40",
  ]);
});

it("a cut at every byte changes nothing", () => {
  for (let at = 0; at <= bytes.length; at++) expect(join([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
});

it.each([1, 2, 3, 7, 11, 12, 13, 64])("chunks of %i bytes change nothing", (size) => {
  expect(join(cut(bytes, size))).toEqual(whole);
});

it("ten thousand frames in one chunk all come out", () => {
  expect(join([frames(new Array<number>(10_000).fill(3))])).toHaveLength(10_000);
});

it("refuses a length over the limit as soon as the header is there", () => {
  const header = new Uint8Array(headerBytes);
  writeHeader(new DataView(header.buffer), 0, 101, 6, 0, 0, 1);
  expect(() => join([header], 100)).toThrow("frameBytesMax = 100");
  expect(() => join(cut(header, 1), 100)).toThrow("frameBytesMax = 100");
  writeHeader(new DataView(header.buffer), 0, 100, 6, 0, 0, 1);
  expect(() => join([header], 100)).not.toThrow();
});

it("holds no more than twice of what has come, whatever the header promises", () => {
  const joiner = new FrameJoiner(2 ** 31, () => {});
  const header = new Uint8Array(headerBytes);
  writeHeader(new DataView(header.buffer), 0, 2 ** 30, 6, 0, 0, 1);
  joiner.push(header);
  joiner.push(new Uint8Array(1000));
  const { carry } = joiner as unknown as { readonly carry: Uint8Array };
  expect(carry.length).toBeLessThanOrEqual(2 * (1000 + headerBytes));
});

it("copies each byte of a trickled frame a bounded number of times", () => {
  const size = 1_000_000;
  const big = frames([size]);
  let allocated = 0;
  const joiner = new FrameJoiner(2 * size, () => {});
  let last: unknown;
  for (const chunk of cut(big, 1)) {
    joiner.push(chunk);
    const { carry } = joiner as unknown as { readonly carry: Uint8Array };
    if (carry !== last) allocated += carry.length;
    last = carry;
  }
  expect(allocated).toBeLessThan(4 * size);
});

it("shows nothing after it was stopped in the middle of a chunk", () => {
  let seen = 0;
  const joiner: FrameJoiner = new FrameJoiner(1000, () => {
    seen++;
    joiner.stop();
  });
  joiner.push(bytes);
  joiner.push(bytes);
  expect(seen).toBe(1);
});

it.each([1, 2, 7, 11, 12, 13, 100, 4095, 5000, 9999])(
  "puts payloads where they are asked for, in cuts of %i",
  (size) => {
    const bytes = frames([5000, 3, 9000, 0, 4096]);
    const places: Uint8Array[] = [];
    const seen: string[] = [];
    const joiner = new FrameJoiner(
      131_072,
      ({ buffer, start, end, stream }) => {
        const payload = buffer.subarray(start, end);
        seen.push(`${stream}: ${payload.length} ${payload.every((byte) => byte === stream)}`);
      },
      (_type, stream, length) => {
        if (stream === 1) return undefined;
        const place = new Uint8Array(length);
        places.push(place);
        return place;
      },
    );
    for (const chunk of cut(bytes, size)) {
      const lent = Uint8Array.from(chunk);
      joiner.push(lent);
      // A transport reads into the same memory again.
      lent.fill(0xff);
    }
    expect(seen).toEqual(["1: 5000 true", "2: 3 true", "3: 9000 true", "4: 0 true", "5: 4096 true"]);
    // Whole frames are shown where they lie.
    expect(places.map(({ length }) => length).slice(0, size < 4096 ? 2 : 1)).toEqual(
      size < 4096 ? [9000, 4096] : [9000],
    );
  },
);
