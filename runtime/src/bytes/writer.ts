/** Puts values into a growing buffer in Protobuf's wire format. */

import { describe, EncodeError } from "./encode-error.js";
import { encodeDepthMax } from "./limits.js";
import { allocate, isWellFormed, writeUtf8 } from "./utf8.js";
import { chunk, chunkBytes, high, isLittleEndian, low, signed64, words } from "./words.js";

const shortText = 24;

/**
 * An outgoing buffer. Positions are passed in and returned, not kept here: `p = w.string(p, 10, name)`.
 * Every put makes its own room, so a caller never calculates sizes; `tag` is `number << 3 | wireType`, or 0 for a
 * bare value (an item of a packed list). A value that does not fit throws EncodeError; what lies before the position
 * that the message started at is never touched.
 */
export class Writer {
  /** Filled up to the position that the caller holds. Replaced when it grows: never keep it across a put. */
  buffer: Uint8Array;
  /** Length of `buffer`. */
  limit: number;
  private view: DataView;
  private readonly chunkBytes: number;

  // What is open, by depth: full names for errors, tags, and where lengths go. Index 0 is the outermost message.
  private depth = 0;
  private readonly names: string[] = new Array<string>(encodeDepthMax + 1).fill("");
  private readonly tags: number[] = new Array<number>(encodeDepthMax + 1).fill(0);
  private readonly starts: number[] = new Array<number>(encodeDepthMax + 1).fill(0);
  // The width that a length had the last time at this depth: a good guess, and a wrong one costs one move.
  private readonly widths: number[] = new Array<number>(encodeDepthMax + 1).fill(1);

  /** `bytes`: the size to start with, and that of every buffer after `take`. */
  constructor(bytes: number = 64 * 1024) {
    this.chunkBytes = bytes;
    this.buffer = allocate(bytes);
    this.limit = this.buffer.length;
    this.view = viewOf(this.buffer);
  }

  /** Makes sure that `bytes` more fit behind `position`; what stands before `position` is kept. */
  ensure(position: number, bytes: number): void {
    if (position + bytes > this.limit) this.grow(position, bytes);
  }

  /**
   * Hands out everything before `position` and goes on with another buffer, from position 0. Nothing is copied and
   * nothing written later touches the range.
   */
  take(position: number): Uint8Array {
    const taken = this.buffer.subarray(0, position);
    this.use(allocate(this.chunkBytes));
    return taken;
  }

  /** Forgets messages that are still open; call it before a message whose predecessor threw in the middle. */
  rewind(): void {
    this.depth = 0;
  }

  /** Notes which message the next puts belong to and checks that `value` can be one. */
  enter(name: string, value: object): void {
    this.names[this.depth] = name;
    if (typeof value !== "object" || value === null) this.fail(0, "wants an object", value);
  }

  /** The same for a message whose value is no object, such as a duration in milliseconds. */
  enterScalar(name: string): void {
    this.names[this.depth] = name;
  }

  /** Starts a nested message, map entry or packed list and returns the position of its content. */
  open(p: number, tag: number): number {
    p = this.tag(p, tag);
    const depth = ++this.depth;
    if (depth > encodeDepthMax) this.fail(tag, `nests deeper than ${encodeDepthMax} levels`);
    this.names[depth] = "";
    this.tags[depth] = tag;
    this.starts[depth] = p;
    return p + this.widths[depth]!;
  }

  /** Ends what the last `open` started; `p` is behind its content. */
  close(p: number): number {
    const depth = this.depth--;
    const start = this.starts[depth]!;
    const width = this.widths[depth]!;
    const length = p - start - width;
    if (width === 1 && length < 128) {
      this.buffer[start] = length;
      return p;
    }
    return this.closeWide(p, start, width, length, depth);
  }

  /** Appends doubles one behind the other, without tags: the content of a packed list. */
  doubles(p: number, tag: number, values: readonly number[]): number {
    this.ensure(p, values.length * 8);
    for (let at = 0; at < values.length; at += chunk.length) {
      const count = Math.min(chunk.length, values.length - at);
      for (let i = 0; i < count; i++) {
        const value = values[at + i]!;
        if (typeof value !== "number") this.fail(tag, "wants numbers", value);
        if (isLittleEndian) chunk[i] = value;
        else this.view.setFloat64(p + i * 8, value, true);
      }
      if (isLittleEndian) this.buffer.set(count === chunk.length ? chunkBytes : chunkBytes.subarray(0, count * 8), p);
      p += count * 8;
    }
    return p;
  }

  /** Appends bytes as they are: unknown fields, which carry their own tags. */
  raw(p: number, bytes: Uint8Array): number {
    if (!(bytes instanceof Uint8Array)) this.fail(0, "wants bytes in $unknown", bytes);
    this.ensure(p, bytes.length);
    this.buffer.set(bytes, p);
    return p + bytes.length;
  }

  bool(p: number, tag: number, value: boolean): number {
    if (typeof value !== "boolean") this.fail(tag, "wants true or false", value);
    p = this.tag(p, tag);
    this.buffer[p] = value ? 1 : 0;
    return p + 1;
  }

  int32(p: number, tag: number, value: number): number {
    if ((value | 0) !== value) this.fail(tag, "wants a whole number from -2147483648 to 2147483647", value);
    p = this.tag(p, tag);
    if (value >>> 7 === 0) {
      this.buffer[p] = value;
      return p + 1;
    }
    return value < 0 ? this.varint64(p, value, -1) : this.varint32(p, value);
  }

  /** An enum's number; NaN, for a name that is none of its values, fails. */
  enum(p: number, tag: number, number: number): number {
    if ((number | 0) !== number) this.fail(tag, "wants a value of its enum, got something else");
    return this.int32(p, tag, number);
  }

  uint32(p: number, tag: number, value: number): number {
    if (value >>> 0 !== value) this.fail(tag, "wants a whole number from 0 to 4294967295", value);
    p = this.tag(p, tag);
    if (value < 128) {
      this.buffer[p] = value;
      return p + 1;
    }
    return this.varint32(p, value);
  }

  sint32(p: number, tag: number, value: number): number {
    if ((value | 0) !== value) this.fail(tag, "wants a whole number from -2147483648 to 2147483647", value);
    return this.varint32(this.tag(p, tag), ((value << 1) ^ (value >> 31)) >>> 0);
  }

  fixed32(p: number, tag: number, value: number): number {
    if (value >>> 0 !== value) this.fail(tag, "wants a whole number from 0 to 4294967295", value);
    return this.word(this.tag(p, tag), value);
  }

  sfixed32(p: number, tag: number, value: number): number {
    if ((value | 0) !== value) this.fail(tag, "wants a whole number from -2147483648 to 2147483647", value);
    return this.word(this.tag(p, tag), value);
  }

  // The 64-bit puts take every form that a field may have in TypeScript: the form costs one comparison here, and
  // three times as many methods otherwise.
  int64(p: number, tag: number, value: bigint | number | string): number {
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
    if (typeof value !== "number") this.fail(tag, "wants a number", value);
    p = this.tag(p, tag);
    this.view.setFloat32(p, value, true);
    return p + 4;
  }

  double(p: number, tag: number, value: number): number {
    if (typeof value !== "number") this.fail(tag, "wants a number", value);
    p = this.tag(p, tag);
    this.view.setFloat64(p, value, true);
    return p + 8;
  }

  string(p: number, tag: number, value: string): number {
    if (typeof value !== "string") this.fail(tag, "wants a string", value);
    const length = value.length;
    if (p + 16 + length * 3 > this.limit) this.grow(p, 16 + length * 3);
    p = this.tag(p, tag);
    if (length > shortText) return this.text(p, tag, value);
    const b = this.buffer;
    let q = p + 1;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 127) return this.text(p, tag, value);
      b[q++] = unit;
    }
    b[p] = length;
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

  /** The list itself, once it is known to be one. */
  list<T>(tag: number, value: readonly T[]): readonly T[] {
    const isList: boolean = Array.isArray(value);
    if (!isList) this.fail(tag, "wants an array", value);
    return value;
  }

  /** The map itself, once it is known to be one. */
  map<K, V>(tag: number, value: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
    if (!(value instanceof Map)) this.fail(tag, "wants a Map", value);
    return value;
  }

  /** The entries of a map with string keys, which may also be given as a plain object. */
  entries<V>(tag: number, value: ReadonlyMap<string, V> | Readonly<Record<string, V>>): Iterable<readonly [string, V]> {
    if (value instanceof Map) return value as ReadonlyMap<string, V>;
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail(tag, "wants a Map", value);
    return Object.entries(value);
  }

  /** Throws what is wrong with the field of `tag` in the message that is open; 0 means the message as a whole. */
  fail(tag: number, problem: string, ...got: readonly unknown[]): never {
    let depth = Math.min(this.depth, encodeDepthMax);
    // Packed lists and map entries have no name of their own: what is wrong in them is wrong with their field.
    while (depth > 0 && this.names[depth] === "") tag = this.tags[depth--]!;
    this.depth = 0;
    const sentence = got.length === 0 ? problem : `${problem}, got ${describe(got[0], problem)}`;
    throw new EncodeError(this.names[depth]!, tag >>> 3, sentence);
  }

  /** Writes a tag (nothing for 0) and leaves room for the longest number behind it. */
  private tag(p: number, tag: number): number {
    if (p + 16 > this.limit) this.grow(p, 16);
    if (tag === 0) return p;
    if (tag < 128) {
      this.buffer[p] = tag;
      return p + 1;
    }
    return this.varint32(p, tag);
  }

  private varint32(p: number, value: number): number {
    const b = this.buffer;
    while (value > 127) {
      b[p++] = (value & 127) | 128;
      value >>>= 7;
    }
    b[p] = value;
    return p + 1;
  }

  private varint64(p: number, lo: number, hi: number): number {
    const b = this.buffer;
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

  /** Text that is long or not ASCII; there is room for three bytes per unit. */
  private text(p: number, tag: number, value: string): number {
    const length = value.length;
    const width = varintWidth(length);
    const written = writeUtf8(this.buffer, value, p + width);
    if (written !== length && !isWellFormed(value)) this.fail(tag, "wants well-formed text, got half a surrogate pair");
    const actual = varintWidth(written);
    if (actual !== width) this.buffer.copyWithin(p + actual, p + width, p + width + written);
    return this.varint32(p, written) + written;
  }

  private closeWide(p: number, start: number, width: number, length: number, depth: number): number {
    const actual = varintWidth(length);
    if (actual !== width) {
      this.ensure(p, actual);
      this.buffer.copyWithin(start + actual, start + width, p);
      this.widths[depth] = actual;
    }
    return this.varint32(start, length) + length;
  }

  private grow(position: number, bytes: number): void {
    const grown = allocate(Math.max(this.limit * 2, position + bytes));
    grown.set(this.buffer.subarray(0, position));
    this.use(grown);
  }

  private use(buffer: Uint8Array): void {
    this.buffer = buffer;
    this.limit = buffer.length;
    this.view = viewOf(buffer);
  }
}

function varintWidth(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : length < 0x10000000 ? 4 : 5;
}

function viewOf(buffer: Uint8Array): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
