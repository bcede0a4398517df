/** Takes values out of a buffer in Protobuf's wire format, believing nothing that it has not checked. */

import { readShortAscii, shortTextMax } from "./ascii.js";
import { Cursor } from "./cursor.js";
import { readUtf8 } from "./utf8.js";
import {
  chunk,
  chunkBytes,
  double64,
  float32,
  high,
  isLittleEndian,
  low,
  signed64,
  unsigned64,
  words,
} from "./words.js";

/** Where the unknown fields of one message lie in the reader's buffer: start and end of each run, in turn. */
export type UnknownRanges = number[];

/** Reads Protobuf's values, one after the other. Whatever is wrong is thrown as a DecodeError. */
export class Reader extends Cursor {
  /** Reads the length of a nested message, map entry or packed list and returns where it ends. */
  open(): number {
    const length = this.uint32();
    const end = this.position + length;
    if (end > this.end) this.fail("a length reaches beyond the end of the message");
    return end;
  }

  /** Whether a packed list has another item before `end`; fails where the last one reached beyond it. */
  more(end: number): boolean {
    if (this.position < end) return true;
    if (this.position !== end) this.fail("an item is longer than its packed list");
    return false;
  }

  /** Reads a field's number and wire type, as `number << 3 | wireType`. */
  tag(): number {
    const p = this.position;
    this.tagAt = p;
    if (p >= this.end) this.truncated();
    const byte = this.buffer[p]!;
    if (byte < 128) {
      this.position = p + 1;
      return byte;
    }
    return this.longTag();
  }

  bool(): boolean {
    const p = this.position;
    if (p < this.end && this.buffer[p]! < 128) {
      this.position = p + 1;
      return this.buffer[p] !== 0;
    }
    this.varint();
    return (this.lo | this.hi) !== 0;
  }

  /** The lower 32 bits of any varint, signed. */
  int32(): number {
    const p = this.position;
    if (p >= this.end) this.truncated();
    const first = this.buffer[p]!;
    if (first > 127) return this.longInt32();
    this.position = p + 1;
    return first;
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  sint32(): number {
    const n = this.int32();
    return (n >>> 1) ^ -(n & 1);
  }

  fixed32(): number {
    return this.word() >>> 0;
  }

  sfixed32(): number {
    return this.word();
  }

  int64(): bigint {
    this.varint();
    return this.signed();
  }

  uint64(): bigint {
    this.varint();
    return this.unsigned();
  }

  sint64(): bigint {
    this.zigzag();
    return this.signed();
  }

  fixed64(): bigint {
    this.twoWords();
    return this.unsigned();
  }

  sfixed64(): bigint {
    this.twoWords();
    return this.signed();
  }

  // The same five for fields with `@js(number)`: what a double cannot hold exactly is a DecodeError.
  int64Number(): number {
    this.varint();
    return this.safe(this.hi);
  }

  uint64Number(): number {
    this.varint();
    return this.safe(this.hi >>> 0);
  }

  sint64Number(): number {
    this.zigzag();
    return this.safe(this.hi);
  }

  fixed64Number(): number {
    this.twoWords();
    return this.safe(this.hi >>> 0);
  }

  sfixed64Number(): number {
    this.twoWords();
    return this.safe(this.hi);
  }

  // Four shifts and a shared word: a DataView would have to be made for each buffer, and that is what costs.
  float(): number {
    words[0] = this.word();
    return float32[0]!;
  }

  double(): number {
    const p = this.position;
    if (p + 8 > this.end) this.truncated();
    const b = this.buffer;
    words[low] = b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
    words[high] = b[p + 4]! | (b[p + 5]! << 8) | (b[p + 6]! << 16) | (b[p + 7]! << 24);
    this.position = p + 8;
    return double64[0]!;
  }

  string(): string {
    const p = this.position;
    const length = this.buffer[p]!;
    const end = p + 1 + length;
    if (length > shortTextMax || end > this.end) return this.longString();
    const text = readShortAscii(this.buffer, p + 1, length);
    if (text === undefined) return this.longString();
    this.position = end;
    return text;
  }

  /** A copy, which keeps nothing of the receive buffer alive. */
  bytes(): Uint8Array {
    const end = this.open();
    const copy = new Uint8Array(end - this.position);
    copy.set(this.buffer.subarray(this.position, end));
    this.position = end;
    return copy;
  }

  /** Reads doubles up to `end` and returns them behind those of `list`. */
  doubles(end: number, list: number[]): number[] {
    const bytes = end - this.position;
    if (bytes % 8 !== 0) this.fail("a packed list of doubles has a length that is no multiple of 8");
    if (!isLittleEndian) {
      while (this.more(end)) list.push(this.double());
      return list;
    }
    // Most lists come in one piece: made in full length at once, they never have to grow. The bytes are there, so the
    // length is no mere claim.
    const all = list.length === 0 ? new Array<number>(bytes / 8) : list;
    let at = list.length;
    for (let p = this.position; p < end; p += chunkBytes.length) {
      const part = this.buffer.subarray(p, Math.min(end, p + chunkBytes.length));
      chunkBytes.set(part);
      for (let i = 0; i < part.length / 8; i++) all[at++] = chunk[i]!;
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
    if (this.depth++ > this.depthMax) this.exceed(`nested deeper than ${this.depthMax} levels`);
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

  private longTag(): number {
    const start = this.position;
    this.varint();
    if (this.hi !== 0 || this.position - start > 5) this.fail("a field's number is too large", start);
    return this.lo >>> 0;
  }

  private longString(): string {
    const end = this.open();
    const p = this.position;
    const text = readUtf8(this.buffer, p, end);
    if (text === undefined) this.fail("a string is not UTF-8");
    this.position = end;
    return text;
  }

  // Signed, since a larger number would be put on the heap on its way out of here.
  private longInt32(): number {
    const p = this.position;
    const b = this.buffer;
    // With ten bytes in sight there is nothing to check on the way.
    if (p + 10 <= this.end) {
      let value = (b[p]! & 127) | ((b[p + 1]! & 127) << 7);
      if (b[p + 1]! < 128) return this.advanceTo(p + 2, value);
      value |= (b[p + 2]! & 127) << 14;
      if (b[p + 2]! < 128) return this.advanceTo(p + 3, value);
      value |= (b[p + 3]! & 127) << 21;
      if (b[p + 3]! < 128) return this.advanceTo(p + 4, value);
      value |= b[p + 4]! << 28;
      if (b[p + 4]! < 128) return this.advanceTo(p + 5, value);
      if ((b[p + 5]! & b[p + 6]! & b[p + 7]! & b[p + 8]!) > 127 && b[p + 9]! < 2) return this.advanceTo(p + 10, value);
    }
    this.varint();
    return this.lo;
  }

  private advanceTo(position: number, value: number): number {
    this.position = position;
    return value;
  }

  private zigzag(): void {
    this.varint();
    const sign = -(this.lo & 1);
    this.lo = ((this.lo >>> 1) | (this.hi << 31)) ^ sign;
    this.hi = (this.hi >>> 1) ^ sign;
  }

  private twoWords(): void {
    this.lo = this.word();
    this.hi = this.word();
  }

  private signed(): bigint {
    words[low] = this.lo;
    words[high] = this.hi;
    return signed64[0]!;
  }

  private unsigned(): bigint {
    words[low] = this.lo;
    words[high] = this.hi;
    return unsigned64[0]!;
  }

  private safe(hi: number): number {
    const value = hi * 4294967296 + (this.lo >>> 0);
    if (!Number.isSafeInteger(value)) this.fail("a 64-bit integer is too large for a JavaScript number");
    return value;
  }
}
