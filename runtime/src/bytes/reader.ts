/** Takes values out of a buffer in Protobuf's wire format, believing nothing that it has not checked. */

import { readShortAscii, shortTextMax } from "./ascii.js";
import { DecodeError } from "./decode-error.js";
import { defaultDecodeLimits, type DecodeLimits } from "./limits.js";
import { readUtf8 } from "./utf8.js";
import { double64, float32, high, low, signed64, unsigned64, words } from "./words.js";

/** Where the unknown fields of one message lie in the reader's buffer: start and end of each run, in turn. */
export type UnknownRanges = number[];

const nothing = new Uint8Array(0);

/**
 * A place in received bytes. `position` moves; nothing behind `end` is ever read, and no length is believed before it
 * is known to lie within it. Whatever is wrong is thrown as a DecodeError.
 */
export class Reader {
  buffer: Uint8Array;
  position: number;
  /** Behind the last byte that may be read. */
  end: number;

  private readonly depthMax: number;
  private readonly messagesMax: number;
  // Messages that are open, by depth, for errors.
  private depth = 0;
  private readonly names: string[] = [];
  private messages = 0;
  private base = 0;
  private tagAt = 0;
  // The last long varint, as two signed words.
  private lo = 0;
  private hi = 0;

  constructor(
    buffer: Uint8Array = nothing,
    position: number = 0,
    end: number = buffer.length,
    limits: DecodeLimits = defaultDecodeLimits,
  ) {
    this.buffer = buffer;
    this.position = position;
    this.end = end;
    this.depthMax = limits.depthMax;
    this.messagesMax = limits.messagesMax;
  }

  /** Goes on with other bytes, so that one reader can serve a whole connection. */
  reset(buffer: Uint8Array, position: number, end: number): void {
    this.buffer = buffer;
    this.position = position;
    this.end = end;
    this.depth = 0;
  }

  /** Starts a message: notes its name for errors, counts depth and messages. */
  enter(name: string): void {
    if (this.depth === 0) {
      this.base = this.position;
      this.messages = 0;
    }
    this.names[this.depth] = name;
    if (this.depth++ > this.depthMax) this.exceed(`nested deeper than ${this.depthMax} levels`);
    if (this.messages++ > this.messagesMax) this.exceed(`more than ${this.messagesMax} messages inside one`);
  }

  /** Ends a message and checks that its last field ended where the message does. */
  leave(end: number): void {
    if (this.position !== end) this.fail("a field is longer than its message");
    this.depth--;
  }

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

  int32(): number {
    return this.uint32() | 0;
  }

  /** The lower 32 bits of any varint. */
  uint32(): number {
    const p = this.position;
    if (p >= this.end) this.truncated();
    const b = this.buffer;
    const first = b[p]!;
    if (first < 128) {
      this.position = p + 1;
      return first;
    }
    if (p + 1 < this.end) {
      const second = b[p + 1]!;
      if (second < 128) {
        this.position = p + 2;
        return (first & 127) | (second << 7);
      }
    }
    this.varint();
    return this.lo >>> 0;
  }

  sint32(): number {
    const n = this.uint32();
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
    const end = this.open();
    const p = this.position;
    const length = end - p;
    this.position = end;
    if (length <= shortTextMax) {
      const text = readShortAscii(this.buffer, p, length);
      if (text !== undefined) return text;
    }
    const text = readUtf8(this.buffer, p, end);
    if (text === undefined) this.fail("a string is not UTF-8", p);
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

  /** Reads doubles up to `end` onto a list. */
  doubles(end: number, list: number[]): void {
    const b = this.buffer;
    let p = this.position;
    if ((end - p) % 8 !== 0) this.fail("a packed list of doubles has a length that is no multiple of 8");
    for (; p < end; p += 8) {
      words[low] = b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
      words[high] = b[p + 4]! | (b[p + 5]! << 8) | (b[p + 6]! << 16) | (b[p + 7]! << 24);
      list.push(double64[0]!);
    }
    this.position = p;
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

  /** Throws a DecodeError about the message that is open; `at` is where the trouble starts. */
  fail(problem: string, at: number = this.position): never {
    return this.raise("malformed", problem, at);
  }

  private exceed(problem: string): never {
    return this.raise("limit", problem, this.position);
  }

  private raise(kind: "malformed" | "limit", problem: string, at: number): never {
    const name = this.names[this.depth - 1] ?? "a message";
    this.depth = 0;
    throw new DecodeError(kind, name, at - this.base, problem);
  }

  private truncated(): never {
    return this.fail("the bytes end in the middle of a field", this.end);
  }

  private advance(bytes: number): void {
    if (this.position + bytes > this.end) this.truncated();
    this.position += bytes;
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

  /** Reads 1 to 10 bytes into `lo` and `hi`. */
  private varint(): void {
    const b = this.buffer;
    let p = this.position;
    let lo = 0;
    let hi = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (p >= this.end) this.truncated();
      const byte = b[p++]!;
      const bits = byte & 127;
      if (shift < 28) lo |= bits << shift;
      else if (shift === 28) {
        lo |= bits << 28;
        hi = bits >>> 4;
      } else hi |= bits << (shift - 32);
      if (byte < 128) {
        if (shift === 63 && byte > 1) break;
        this.lo = lo;
        this.hi = hi;
        this.position = p;
        return;
      }
    }
    this.fail("a varint is longer than 64 bits");
  }

  private zigzag(): void {
    this.varint();
    const sign = -(this.lo & 1);
    this.lo = ((this.lo >>> 1) | (this.hi << 31)) ^ sign;
    this.hi = (this.hi >>> 1) ^ sign;
  }

  private word(): number {
    const p = this.position;
    if (p + 4 > this.end) this.truncated();
    const b = this.buffer;
    this.position = p + 4;
    return b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
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
