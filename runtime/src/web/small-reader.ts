/** Takes values out of a buffer in Protobuf's wire format, in as little code as that takes: the reader of browsers. */

import { DecodeError } from "../bytes/decode-error.js";
import { defaultDecodeLimits } from "../bytes/limits.js";
import type { UnknownRanges } from "../bytes/cursor.js";
import type { MessageReader } from "../bytes/message-reader.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const { depthMax, messagesMax } = defaultDecodeLimits;

/** As strict as the reader of Node, with fewer words, and about half as fast. */
export class SmallReader implements MessageReader {
  readonly buffer: Uint8Array;
  position: number;
  readonly end: number;
  readonly #base: number;
  readonly #names: string[] = [];
  #depth = 0;
  #messages = 0;
  #tagAt = 0;
  /** The upper word of the last varint. */
  #high = 0;

  constructor(buffer: Uint8Array, position: number = 0, end: number = buffer.length) {
    this.buffer = buffer;
    this.position = this.#base = position;
    this.end = end;
  }

  enter(name: string): void {
    this.#names[this.#depth++] = name;
    if (this.#depth === 1) this.#messages = 0;
    this.#check(this.#messages++);
  }

  leave(end: number): void {
    if (this.position !== end) this.fail(malformed);
    this.#depth--;
  }

  fail(problem: string, at: number = this.position): never {
    return this.#raise("malformed", problem, at);
  }

  open(): number {
    const length = this.uint32();
    const end = this.position + length;
    if (end > this.end) this.fail(malformed);
    return end;
  }

  more(end: number): boolean {
    if (this.position > end) this.fail(malformed);
    return this.position < end;
  }

  tag(): number {
    const start = (this.#tagAt = this.position);
    const tag = this.uint32();
    if (this.#high !== 0 || this.position - start > 5) this.fail(malformed, start);
    return tag;
  }

  bool(): boolean {
    return (this.#varint() | this.#high) !== 0;
  }

  int32(): number {
    return this.#varint();
  }

  uint32(): number {
    return this.#varint() >>> 0;
  }

  sint32(): number {
    const n = this.uint32();
    return (n >>> 1) ^ -(n & 1);
  }

  fixed32(): number {
    return this.#take(4).getUint32(0, true);
  }

  sfixed32(): number {
    return this.#take(4).getInt32(0, true);
  }

  int64(): bigint {
    const low = this.#varint();
    return (BigInt(this.#high) << 32n) | BigInt(low >>> 0);
  }

  uint64(): bigint {
    return BigInt.asUintN(64, this.int64());
  }

  sint64(): bigint {
    const n = this.uint64();
    return (n >> 1n) ^ -(n & 1n);
  }

  fixed64(): bigint {
    return this.#take(8).getBigUint64(0, true);
  }

  sfixed64(): bigint {
    return this.#take(8).getBigInt64(0, true);
  }

  int64Number(): number {
    return this.#safe(this.int64());
  }

  uint64Number(): number {
    return this.#safe(this.uint64());
  }

  sint64Number(): number {
    return this.#safe(this.sint64());
  }

  fixed64Number(): number {
    return this.#safe(this.fixed64());
  }

  sfixed64Number(): number {
    return this.#safe(this.sfixed64());
  }

  float(): number {
    return this.#take(4).getFloat32(0, true);
  }

  double(): number {
    return this.#take(8).getFloat64(0, true);
  }

  string(): string {
    const at = this.position;
    try {
      return decoder.decode(this.#span());
    } catch (error) {
      if (error instanceof DecodeError) throw error;
      return this.fail(malformed, at);
    }
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#span());
  }

  int32s(end: number, list: number[]): number[] {
    return this.#items(end, list, 1, () => this.int32());
  }

  uint32s(end: number, list: number[]): number[] {
    return this.#items(end, list, 1, () => this.uint32());
  }

  floats(end: number, list: number[]): number[] {
    return this.#items(end, list, 4, () => this.float());
  }

  doubles(end: number, list: number[]): number[] {
    return this.#items(end, list, 8, () => this.double());
  }

  known<T>(value: T | undefined): T {
    if (value === undefined) this.fail(malformed);
    return value;
  }

  unknown(tag: number, ranges: UnknownRanges = []): UnknownRanges {
    const start = this.#tagAt;
    this.skip(tag);
    // One run for neighbours.
    if (ranges[ranges.length - 1] === start) ranges.pop();
    else ranges.push(start);
    ranges.push(this.position);
    return ranges;
  }

  skip(tag: number): void {
    const number = tag >>> 3;
    const at = this.#tagAt;
    const type = tag & 7;
    if (number === 0) this.fail(malformed, at);
    if (type === 0) this.#varint();
    else if (type === 1) this.#take(8);
    else if (type === 2) this.position = this.open();
    else if (type === 5) this.#take(4);
    else if (type === 3) this.#skipGroup(number);
    else this.fail(malformed, at);
  }

  #skipGroup(number: number): void {
    this.#names[this.#depth] = this.#names[this.#depth++ - 1] ?? nameless;
    this.#check(0);
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== 4) this.skip(tag);
      else if (tag >>> 3 !== number) this.fail(malformed, this.#tagAt);
      else break;
    }
    this.#depth--;
  }

  #check(messages: number): void {
    if (this.#depth - 1 > depthMax || messages > messagesMax) {
      this.#raise("limit", `more than ${depthMax} levels or ${messagesMax} messages inside one`, this.position);
    }
  }

  #raise(kind: "malformed" | "limit", problem: string, at: number): never {
    throw new DecodeError(kind, this.#names[this.#depth - 1] ?? nameless, at - this.#base, problem);
  }

  /** The lower word of a varint, signed. */
  #varint(): number {
    let at = this.position;
    let low = 0;
    let high = 0;
    let shift = 0;
    let byte: number;
    do {
      if (at >= this.end) this.fail(malformed, this.end);
      byte = this.buffer[at++] as number;
      const bits = byte & 127;
      if (shift < 32) low |= bits << shift;
      if (shift > 27) high |= shift < 32 ? bits >> 4 : bits << (shift - 32);
      shift += 7;
    } while (byte > 127 && shift < 70);
    if (byte > (shift < 70 ? 127 : 1)) this.fail(malformed);
    this.position = at;
    this.#high = high;
    return low;
  }

  #items(end: number, list: number[], size: number, read: () => number): number[] {
    if ((end - this.position) % size > 0) this.fail(malformed);
    if (size === 1 && end > this.position && (this.buffer[end - 1] as number) > 127) this.more(-1);
    while (this.more(end)) list.push(read());
    return list;
  }

  /** The bytes of a field that says its length. */
  #span(): Uint8Array {
    const end = this.open();
    const bytes = this.buffer.subarray(this.position, end);
    this.position = end;
    return bytes;
  }

  #take(size: number): DataView {
    const { buffer, position } = this;
    if (position + size > this.end) this.fail(malformed, this.end);
    this.position = position + size;
    return new DataView(buffer.buffer, buffer.byteOffset + position, size);
  }

  #safe(value: bigint): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) this.fail(malformed);
    return number;
  }
}

// Which of the many ways it is broken in, the reader of Node would say.
const malformed = "the bytes are not what they should be";
const nameless = "a message";
