/** Takes values out of a buffer in Protobuf's wire format: packed lists and unknown fields beside single values. */

import { takeShortVarints } from "./packed.js";
import { ScalarReader } from "./scalar-reader.js";
import * as shared from "./words.js";

// Constants of this file, which the engine folds; what is imported it looks up each time.
const { chunk, chunkBytes, chunkFloats, isLittleEndian } = shared;

/** Where the unknown fields of one message lie in the reader's buffer: start and end of each run, in turn. */
export type UnknownRanges = number[];

/** What generated decoders read with. Packed lists end at `end`, and go behind what `list` holds already. */
export class Reader extends ScalarReader {
  int32s(end: number, list: number[]): number[] {
    this.shortVarints(end, list);
    while (this.position < end) {
      list.push(this.int32());
      this.shortVarints(end, list);
    }
    return list;
  }

  uint32s(end: number, list: number[]): number[] {
    this.shortVarints(end, list);
    while (this.position < end) {
      list.push(this.uint32());
      this.shortVarints(end, list);
    }
    return list;
  }

  floats(end: number, list: number[]): number[] {
    const bytes = end - this.position;
    if (bytes % 4 !== 0) this.fail("a packed list of floats has a length that is no multiple of 4");
    if (!isLittleEndian) {
      while (this.more(end)) list.push(this.float());
      return list;
    }
    const numbers = chunkFloats;
    const all = listFor(bytes / 4, list);
    let at = list.length;
    for (let p = this.position; p < end; p += chunkBytes.length) {
      const stop = Math.min(end, p + chunkBytes.length);
      chunkBytes.set(this.buffer.subarray(p, stop));
      const count = (stop - p) >>> 2;
      for (let i = 0; i < count; i++) all[at++] = numbers[i]!;
    }
    this.position = end;
    return all;
  }

  doubles(end: number, list: number[]): number[] {
    const bytes = end - this.position;
    if (bytes % 8 !== 0) this.fail("a packed list of doubles has a length that is no multiple of 8");
    if (!isLittleEndian) {
      while (this.more(end)) list.push(this.double());
      return list;
    }
    const numbers = chunk;
    const all = listFor(bytes / 8, list);
    let at = list.length;
    for (let p = this.position; p < end; p += chunkBytes.length) {
      const stop = Math.min(end, p + chunkBytes.length);
      chunkBytes.set(this.buffer.subarray(p, stop));
      const count = (stop - p) >>> 3;
      for (let i = 0; i < count; i++) all[at++] = numbers[i]!;
    }
    this.position = end;
    return all;
  }

  /** An enum's value, refused where the closed enum has none with the number that was read. */
  known<T>(value: T | undefined): T {
    if (value === undefined) this.fail("a closed enum has no value with this number");
    return value;
  }

  /** Steps over the field whose tag was just read and notes where it lies. */
  unknown(tag: number, ranges: UnknownRanges | undefined): UnknownRanges {
    const start = this.tagAt;
    this.skip(tag);
    if (ranges === undefined) return [start, this.position];
    // One run for neighbours: a million unknown fields in a row cost two numbers.
    if (ranges[ranges.length - 1] === start) ranges[ranges.length - 1] = this.position;
    else ranges.push(start, this.position);
    return ranges;
  }

  /** Steps over the field whose tag was just read; groups are followed to their end. */
  skip(tag: number): void {
    const number = tag >>> 3;
    if (number === 0) this.fail("a field has the number 0", this.tagAt);
    switch (tag & 7) {
      case 0:
        return this.varint();
      case 1:
        return this.advance(8);
      case 2:
        this.position = this.open();
        return;
      case 3:
        return this.skipGroup(number);
      case 5:
        return this.advance(4);
      case 4:
        return this.fail("a group ends that never began", this.tagAt);
      default:
        return this.fail(`a field has the wire type ${tag & 7}, which does not exist`, this.tagAt);
    }
  }

  private skipGroup(number: number): void {
    if (this.depth++ > this.depthMax) this.exceed();
    this.names[this.depth - 1] = this.names[this.depth - 2] ?? "a message";
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== 4) {
        this.skip(tag);
        continue;
      }
      if (tag >>> 3 !== number) this.fail("a group ends with the number of another", this.tagAt);
      this.depth--;
      return;
    }
  }

  private shortVarints(end: number, list: number[]): void {
    if (this.position < end && this.buffer[end - 1]! > 127) this.fail("an item is longer than its packed list");
    this.position = takeShortVarints(this.buffer, this.position, end, list);
  }
}

/** `list`, or one that need not grow: most lists come in one piece. The bytes are there, so `count` is no mere claim. */
function listFor(count: number, list: number[]): number[] {
  return list.length === 0 ? new Array<number>(count) : list;
}
