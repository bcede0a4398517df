/** Takes single values out of a buffer in Protobuf's wire format, believing nothing that it has not checked. */

import * as ascii from "./ascii.js";
import { Cursor } from "./cursor.js";
import { isSettled } from "./settled.js";
import { readUtf8 } from "./utf8.js";
import * as shared from "./words.js";

// Constants of this file, which the engine folds; what is imported it looks up each time.
const { readShortAscii } = ascii;
const { double64, float32, high, low, signed64, unsigned64, words } = shared;

/** Bytes of the longest text that is tried as short ASCII. */
const shortText = 32;

/** From this length on, bytes may be shown where they lie rather than copied. */
const viewedBytes = 16_384;

/** Exponents, as they lie in a double, of all from 2 ** -127 to 2 ** 128, and what each makes of a mantissa of 53 bits. */
const scaleFrom = 1023 - 127;
const scales: Float64Array = Float64Array.from({ length: 256 }, (_, i) => 2 ** (i - 127 - 52));

/** Reads Protobuf's values, one after the other. Whatever is wrong is thrown as a DecodeError. */
export class ScalarReader extends Cursor {
  override open(): number {
    const p = this.position;
    const length = this.buffer[p]!;
    const end = p + 1 + length;
    // Behind the last byte of the buffer the length is undefined and the end NaN, which no comparison holds for.
    if (length > 127 || !(end <= this.end)) return this.longOpen();
    this.position = p + 1;
    return end;
  }

  /** Whether a packed list has another item before `end`; fails where the last one reached beyond it. */
  more(end: number): boolean {
    if (this.position < end) return true;
    if (this.position !== end) this.fail("an item is longer than its packed list");
    return false;
  }

  override tag(): number {
    const p = this.position;
    const byte = this.buffer[p]!;
    this.tagAt = p;
    if (byte > 127 || p >= this.end) return this.longTag();
    this.position = p + 1;
    return byte;
  }

  bool(): boolean {
    const p = this.position;
    const byte = this.buffer[p]!;
    if (byte > 127 || p >= this.end) return this.longBool();
    this.position = p + 1;
    return byte !== 0;
  }

  /** The lower 32 bits of any varint, signed. */
  int32(): number {
    const p = this.position;
    const byte = this.buffer[p]!;
    if (byte > 127 || p >= this.end) return this.longInt32();
    this.position = p + 1;
    return byte;
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
    this.position = p + 8;
    return this.untilView === 0 ? this.view.getFloat64(p, true) : +this.doubleAt(p);
  }

  string(): string {
    const p = this.position;
    const length = this.buffer[p]!;
    const end = p + 1 + length;
    if (length > shortText || !(end <= this.end)) return this.longString(p);
    this.position = end;
    const text = readShortAscii(this.buffer, p + 1, length);
    return text === undefined ? this.longString(p) : text;
  }

  /** A copy, which keeps nothing of the receive buffer alive; or a view, where that is the message's alone. */
  bytes(): Uint8Array {
    const end = this.open();
    const start = this.position;
    this.position = end;
    return end - start < viewedBytes ? new Uint8Array(this.buffer.subarray(start, end)) : this.longBytes(start, end);
  }

  // A view keeps its whole buffer alive, so it has to be most of it.
  private longBytes(start: number, end: number): Uint8Array {
    const { buffer } = this;
    const length = end - start;
    if (length * 2 < buffer.length || !isSettled(buffer)) return new Uint8Array(buffer.subarray(start, end));
    return new Uint8Array(buffer.buffer, buffer.byteOffset + start, length);
  }

  private longBool(): boolean {
    this.varint();
    return (this.lo | this.hi) !== 0;
  }

  private longOpen(): number {
    const length = this.uint32();
    const end = this.position + length;
    if (end > this.end) this.fail("a length reaches beyond the end of the message");
    return end;
  }

  private longTag(): number {
    const start = this.position;
    // Two bytes reach to field 2047.
    if (start + 1 < this.end && this.buffer[start + 1]! < 128) {
      return this.advanceTo(start + 2, (this.buffer[start]! & 127) | (this.buffer[start + 1]! << 7));
    }
    this.varint();
    if (this.hi !== 0 || this.position - start > 5) this.fail("a field's number is too large", start);
    return this.lo >>> 0;
  }

  private longString(start: number): string {
    this.position = start;
    const end = this.open();
    const p = this.position;
    const text = readUtf8(this.buffer, p, end);
    if (text === undefined) this.fail("a string is not UTF-8");
    this.position = end;
    return text;
  }

  // Signed, since a larger number would be put on the heap on its way out of here. Two and three bytes are the usual
  // case, and short enough for the engine to put into the decoder.
  private longInt32(): number {
    const p = this.position;
    const b = this.buffer;
    if (p + 3 <= this.end) {
      const value = (b[p]! & 127) | ((b[p + 1]! & 127) << 7);
      if (b[p + 1]! < 128) return this.advanceTo(p + 2, value);
      if (b[p + 2]! < 128) return this.advanceTo(p + 3, value | (b[p + 2]! << 14));
    }
    return this.longerInt32();
  }

  private longerInt32(): number {
    const p = this.position;
    const b = this.buffer;
    // With ten bytes in sight there is nothing to check on the way.
    if (p + 10 <= this.end) {
      let value = (b[p]! & 127) | ((b[p + 1]! & 127) << 7) | ((b[p + 2]! & 127) << 14);
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

  // Words that are stored one by one and read back as one double make the processor wait: three times as long as this.
  private doubleAt(p: number): number {
    const b = this.buffer;
    if (--this.untilView === 0) this.view = new DataView(b.buffer, b.byteOffset, b.length);
    const lo = b[p]! | (b[(p + 1) | 0]! << 8) | (b[(p + 2) | 0]! << 16) | (b[(p + 3) | 0]! << 24);
    const hi = b[(p + 4) | 0]! | (b[(p + 5) | 0]! << 8) | (b[(p + 6) | 0]! << 16) | (b[(p + 7) | 0]! << 24);
    const scale = ((hi >>> 20) & 2047) - scaleFrom;
    if (scale >>> 0 >= scales.length) return joinWords(lo, hi);
    // Exact: 53 bits, times a power of two.
    const size = (((hi & 0xfffff) | 0x100000) * 4294967296 + (lo >>> 0)) * scales[scale]!;
    return hi < 0 ? -size : size;
  }
}

/** What is rare as a double: zero, what is no number, and what lies far from one in either direction. */
function joinWords(lo: number, hi: number): number {
  words[low] = lo;
  words[high] = hi;
  return double64[0]!;
}
