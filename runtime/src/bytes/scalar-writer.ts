/** Puts single values into an outgoing buffer in Protobuf's wire format. */

import { Outgoing, varintWidth } from "./outgoing.js";
import * as packed from "./packed.js";
import { isWellFormed, writeUtf8 } from "./utf8.js";
import * as shared from "./words.js";

// Constants of this file, which the engine folds; what is imported it looks up each time.
const { putLong, putNegative } = packed;
const { high, low, signed64, words } = shared;

/** The longest text that is written without leaving JavaScript, in units. */
const shortText = 32;
/** The largest tag that takes two bytes. */
const tagMax = 16_383;

/**
 * Puts one value at a position and returns the position behind it: `p = w.string(p, 10, name)`.
 * Every put makes its own room, so a caller never calculates sizes; `tag` is `number << 3 | wireType`, or 0 for a
 * bare value (an item of a packed list). A value that does not fit throws EncodeError; what lies before the position
 * that the message started at is never touched.
 */
export class ScalarWriter extends Outgoing {
  // What is rare is left by `return` and begins anew behind its tag: where the two ways met again, the engine would have
  // to look at buffer and room once more.
  bool(p: number, tag: number, value: boolean): number {
    if (typeof value !== "boolean") this.refuseBool(tag, value);
    if (p > this.shortEnd || tag > 127) return this.bool(this.rareTag(p, tag), 0, value);
    const b = this.buffer;
    if (tag !== 0) b[p++] = tag;
    b[p] = value ? 1 : 0;
    return p + 1;
  }

  int32(p: number, tag: number, value: number): number {
    if (typeof value !== "number" || (value | 0) !== value) this.refuseInt32(tag, value);
    if (p > this.shortEnd || tag > 127) return this.int32(this.rareTag(p, tag), 0, value);
    const b = this.buffer;
    if (tag !== 0) b[p++] = tag;
    if (value >>> 7 !== 0) return value < 0 ? putNegative(b, p, value) : putLong(b, p, value);
    b[p] = value;
    return p + 1;
  }

  /** An enum's number; NaN, for a name that is none of its values, fails. */
  enum(p: number, tag: number, number: number): number {
    if ((number | 0) !== number) this.fail(tag, "wants a value of its enum, got something else");
    return this.int32(p, tag, number);
  }

  uint32(p: number, tag: number, value: number): number {
    if (typeof value !== "number" || value >>> 0 !== value) this.refuseUint32(tag, value);
    if (p > this.shortEnd || tag > 127) return this.uint32(this.rareTag(p, tag), 0, value);
    const b = this.buffer;
    if (tag !== 0) b[p++] = tag;
    if (value > 127) return putLong(b, p, value);
    b[p] = value;
    return p + 1;
  }

  sint32(p: number, tag: number, value: number): number {
    if (typeof value !== "number" || (value | 0) !== value) this.refuseInt32(tag, value);
    return this.varint32(this.tag(p, tag), ((value << 1) ^ (value >> 31)) >>> 0);
  }

  fixed32(p: number, tag: number, value: number): number {
    if (typeof value !== "number" || value >>> 0 !== value) this.refuseUint32(tag, value);
    return this.word(this.tag(p, tag), value);
  }

  sfixed32(p: number, tag: number, value: number): number {
    if (typeof value !== "number" || (value | 0) !== value) this.refuseInt32(tag, value);
    return this.word(this.tag(p, tag), value);
  }

  // The 64-bit puts take every form that a field may have in TypeScript: the form costs one comparison here, and
  // three times as many methods otherwise.
  int64(p: number, tag: number, value: bigint | number | string): number {
    if (typeof value === "number" && Number.isSafeInteger(value)) {
      return this.varint64(this.tag(p, tag), value | 0, Math.floor(value / 4294967296));
    }
    this.split(tag, value, true);
    p = this.tag(p, tag);
    return this.varint64(p, words[low]!, words[high]!);
  }

  uint64(p: number, tag: number, value: bigint | number | string): number {
    this.split(tag, value, false);
    p = this.tag(p, tag);
    return this.varint64(p, words[low]!, words[high]!);
  }

  sint64(p: number, tag: number, value: bigint | number | string): number {
    this.split(tag, value, true);
    const lo = words[low]!;
    const hi = words[high]!;
    const sign = hi >> 31;
    p = this.tag(p, tag);
    return this.varint64(p, (lo << 1) ^ sign, ((hi << 1) | (lo >>> 31)) ^ sign);
  }

  fixed64(p: number, tag: number, value: bigint | number | string): number {
    this.split(tag, value, false);
    return this.twoWords(this.tag(p, tag));
  }

  sfixed64(p: number, tag: number, value: bigint | number | string): number {
    this.split(tag, value, true);
    return this.twoWords(this.tag(p, tag));
  }

  /** Rounds to the nearest float, beyond its range to an infinity. */
  float(p: number, tag: number, value: number): number {
    if (typeof value !== "number") this.refuseNumber(tag, value);
    if (p > this.shortEnd || tag > 127) return this.float(this.rareTag(p, tag), 0, value);
    if (tag !== 0) this.buffer[p++] = tag;
    this.view.setFloat32(p, value, true);
    return p + 4;
  }

  double(p: number, tag: number, value: number): number {
    if (typeof value !== "number") this.refuseNumber(tag, value);
    if (p > this.shortEnd || tag > 127) return this.double(this.rareTag(p, tag), 0, value);
    if (tag !== 0) this.buffer[p++] = tag;
    this.view.setFloat64(p, value, true);
    return p + 8;
  }

  string(p: number, tag: number, value: string): number {
    if (typeof value !== "string") this.refuseText(tag, value);
    const length = value.length;
    if (length > shortText || p > this.shortEnd || (tag - 1) >>> 0 >= tagMax) return this.longText(p, tag, value);
    const b = this.buffer;
    let start = (p + 1) | 0;
    if (tag > 127) {
      b[p] = tag | 128;
      b[start] = tag >>> 7;
      start = (start + 1) | 0;
    } else b[p] = tag;
    const { view } = this;
    const whole = length & ~3;
    let q = (start + 1) | 0;
    let i = 0;
    let all = 0;
    // Four at a time, put as one word and looked at together in the end: a unit costs a quarter less. Sums are cut to 32
    // bits, since the engine would check them otherwise.
    while (i < whole) {
      const c0 = value.charCodeAt(i);
      const c1 = value.charCodeAt((i + 1) | 0);
      const c2 = value.charCodeAt((i + 2) | 0);
      const c3 = value.charCodeAt((i + 3) | 0);
      i = (i + 4) | 0;
      all |= c0 | c1 | c2 | c3;
      view.setInt32(q, c0 | (c1 << 8) | (c2 << 16) | (c3 << 24), true);
      q = (q + 4) | 0;
    }
    if ((length & 2) !== 0) {
      const c0 = value.charCodeAt(i);
      const c1 = value.charCodeAt((i + 1) | 0);
      i = (i + 2) | 0;
      all |= c0 | c1;
      b[q] = c0;
      b[(q + 1) | 0] = c1;
      q = (q + 2) | 0;
    }
    if ((length & 1) !== 0) {
      const last = value.charCodeAt(i);
      all |= last;
      b[q] = last;
      q = (q + 1) | 0;
    }
    if (all > 127) return this.longText(p, tag, value);
    b[start] = length;
    return q;
  }

  bytes(p: number, tag: number, value: Uint8Array): number {
    if (!(value instanceof Uint8Array)) this.fail(tag, "wants a Uint8Array", value);
    const length = value.length;
    this.ensure(p, 16 + length);
    p = this.varint32(this.tag(p, tag), length);
    this.buffer.set(value, p);
    return p + length;
  }

  // Refusing is a method of its own, so that the puts stay small enough to be inlined.
  private refuseBool(tag: number, value: unknown): never {
    return this.fail(tag, "wants true or false", value);
  }

  private refuseText(tag: number, value: unknown): never {
    return this.fail(tag, "wants a string", value);
  }

  protected refuseNumber(tag: number, value: unknown): never {
    return this.fail(tag, "wants a number", value);
  }

  protected refuseInt32(tag: number, value: unknown): never {
    return this.fail(tag, "wants a whole number from -2147483648 to 2147483647", value);
  }

  protected refuseUint32(tag: number, value: unknown): never {
    return this.fail(tag, "wants a whole number from 0 to 4294967295", value);
  }

  protected varint64(p: number, lo: number, hi: number): number {
    const b = this.buffer;
    // In straight lines up to 60 bits, which takes all times.
    if (hi !== 0 && hi >>> 28 === 0) {
      b[p] = lo | 128;
      b[p + 1] = (lo >>> 7) | 128;
      b[p + 2] = (lo >>> 14) | 128;
      b[p + 3] = (lo >>> 21) | 128;
      return this.varint32(p + 4, ((hi << 4) | (lo >>> 28)) >>> 0);
    }
    while (hi !== 0) {
      b[p++] = (lo & 127) | 128;
      lo = (lo >>> 7) | (hi << 25);
      hi >>>= 7;
    }
    return this.varint32(p, lo >>> 0);
  }

  private word(p: number, value: number): number {
    this.view.setInt32(p, value, true);
    return p + 4;
  }

  private twoWords(p: number): number {
    this.view.setInt32(p, words[low]!, true);
    this.view.setInt32(p + 4, words[high]!, true);
    return p + 8;
  }

  /** Leaves the two words of a checked 64-bit integer in `words`. */
  private split(tag: number, value: bigint | number | string, isSigned: boolean): void {
    const wanted = isSigned ? "wants a whole number of 64 bits" : "wants a whole number of 64 bits, not negative";
    if (typeof value === "number") {
      if (!Number.isSafeInteger(value) || (value < 0 && !isSigned)) this.fail(tag, wanted, value);
      words[low] = value;
      words[high] = Math.floor(value / 4294967296);
      return;
    }
    let wide: bigint;
    if (typeof value === "bigint") wide = value;
    else if (typeof value === "string" && /^-?[0-9]{1,20}$/.test(value)) wide = BigInt(value);
    else return this.fail(tag, wanted, value);
    if ((isSigned ? BigInt.asIntN(64, wide) : BigInt.asUintN(64, wide)) !== wide) this.fail(tag, wanted, value);
    signed64[0] = wide;
  }

  /** Text that is long, rare in its tag or not ASCII, which makes up to three bytes of a unit. */
  private longText(p: number, tag: number, value: string): number {
    p = this.tag(p, tag);
    const length = value.length;
    const width = varintWidth(length);
    this.ensure(p, 16 + length * 3);
    const written = writeUtf8(this.buffer, value, p + width);
    if (written !== length && !isWellFormed(value)) this.fail(tag, "wants well-formed text, got half a surrogate pair");
    const actual = varintWidth(written);
    if (actual !== width) this.buffer.copyWithin(p + actual, p + width, p + width + written);
    return this.varint32(p, written) + written;
  }
}
