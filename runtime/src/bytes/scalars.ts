/** Kinds of numbers that the reader and the writer of browsers learn when a method needs them: most need none of these. */

import type { MessageReader } from "./message-reader.js";
import type { MessageWriter } from "./message-writer.js";
import type { SmallReader } from "./small-reader.js";
import type { SmallWriter, Wide } from "./small-writer.js";

/** Some kinds of numbers: what reads them and what writes them. */
export interface Scalars {
  readonly reads: Partial<MessageReader>;
  readonly writes: Partial<MessageWriter>;
}

/** Ties the functions to the classes that they become methods of. */
function scalars<Reads extends Partial<MessageReader>, Writes extends Partial<MessageWriter>>(
  reads: Reads & ThisType<SmallReader>,
  writes: Writes & ThisType<SmallWriter>,
): Scalars {
  return { reads, writes };
}

function safe(reader: SmallReader, value: bigint): number {
  const number = Number(value);
  reader.must(Number.isSafeInteger(number));
  return number;
}

/** `int64` and `uint64`, which timestamps and durations hold as well. */
export const wideScalars: Scalars = /* @__PURE__ */ scalars(
  {
    int64() {
      const low = this.uint32();
      return (BigInt(this.high) << 32n) | BigInt(low);
    },
    uint64() {
      return BigInt.asUintN(64, this.int64());
    },
    int64Number() {
      return safe(this, this.int64());
    },
    uint64Number() {
      return safe(this, this.uint64());
    },
  },
  {
    int64(p, tag, value) {
      return wideVarint(this, p, tag, wide(this, tag, value, true));
    },
    uint64(p, tag, value) {
      return wideVarint(this, p, tag, wide(this, tag, value, false));
    },
  },
);

/** `float` and `double`, which JSON holds as well. */
export const floatScalars: Scalars = /* @__PURE__ */ scalars(
  {
    float() {
      return this.view(4).getFloat32(0, true);
    },
    double() {
      return this.view(8).getFloat64(0, true);
    },
    floats(end, list) {
      while (this.more(end)) list.push(this.float());
      return list;
    },
    doubles(end, list) {
      while (this.more(end)) list.push(this.double());
      return list;
    },
  },
  {
    float(p, tag, value) {
      return fixed(this, number(this, p, tag, value), 4, (view) => view.setFloat32(0, value, true));
    },
    double(p, tag, value) {
      return fixed(this, number(this, p, tag, value), 8, (view) => view.setFloat64(0, value, true));
    },
    floats(p, tag, values) {
      return this.packed(p, tag, values, this.float);
    },
    doubles(p, tag, values) {
      return this.packed(p, tag, values, this.double);
    },
  },
);

/** Lists of `int32` and `uint32`. */
export const listScalars: Scalars = /* @__PURE__ */ scalars(
  {
    int32s(end, list) {
      while (this.more(end)) list.push(this.int32());
      return list;
    },
    uint32s(end, list) {
      while (this.more(end)) list.push(this.uint32());
      return list;
    },
  },
  {
    int32s(p, tag, values) {
      return this.packed(p, tag, values, (at, none, value) => this.int32(at, none, value));
    },
    uint32s(p, tag, values) {
      return this.packed(p, tag, values, (at, none, value) => this.uint32(at, none, value));
    },
  },
);

/** The rest: numbers in zigzag, and such of a fixed length. Those of 64 bits want `wideScalars` beside them. */
export const rareScalars: Scalars = /* @__PURE__ */ scalars(
  {
    sint32() {
      const n = this.uint32();
      return (n >>> 1) ^ -(n & 1);
    },
    sint64() {
      const n = this.uint64();
      return (n >> 1n) ^ -(n & 1n);
    },
    fixed32() {
      return this.view(4).getUint32(0, true);
    },
    sfixed32() {
      return this.view(4).getInt32(0, true);
    },
    fixed64() {
      return this.view(8).getBigUint64(0, true);
    },
    sfixed64() {
      return this.view(8).getBigInt64(0, true);
    },
    sint64Number() {
      return safe(this, this.sint64());
    },
    fixed64Number() {
      return safe(this, this.fixed64());
    },
    sfixed64Number() {
      return safe(this, this.sfixed64());
    },
  },
  {
    sint32(p, tag, value) {
      return this.varint(this.signed(p, tag, value), (value << 1) ^ (value >> 31));
    },
    sint64(p, tag, value) {
      const n = wide(this, tag, value, true);
      return wideVarint(this, p, tag, (n << 1n) ^ (n >> 63n));
    },
    fixed32(p, tag, value) {
      return fixed(this, this.unsigned(p, tag, value), 4, (view) => view.setUint32(0, value, true));
    },
    sfixed32(p, tag, value) {
      return fixed(this, this.signed(p, tag, value), 4, (view) => view.setInt32(0, value, true));
    },
    fixed64(p, tag, value) {
      return fixed(this, this.tag(p, tag), 8, (view) => view.setBigUint64(0, wide(this, tag, value, false), true));
    },
    sfixed64(p, tag, value) {
      return fixed(this, this.tag(p, tag), 8, (view) => view.setBigInt64(0, wide(this, tag, value, true), true));
    },
    sint32s(p, tag, values) {
      return this.packed(p, tag, values, this.sint32);
    },
  },
);

/** All of them, for methods that do not say which they need. */
export const allScalars: readonly Scalars[] = [wideScalars, floatScalars, listScalars, rareScalars];

function wideVarint(writer: SmallWriter, p: number, tag: number, value: bigint): number {
  const [low, high] = [value, value >> 32n].map((half) => Number(BigInt.asIntN(32, half)));
  return writer.varint(writer.tag(p, tag), low as number, high);
}

function wide(writer: SmallWriter, tag: number, value: Wide, isSigned: boolean): bigint {
  const isWhole =
    typeof value === "string"
      ? /^-?[0-9]{1,20}$/.test(value)
      : typeof value === "bigint" || Number.isSafeInteger(value);
  const n = isWhole ? BigInt(value) : 0n;
  const isSo = isWhole && (isSigned ? BigInt.asIntN(64, n) : BigInt.asUintN(64, n)) === n;
  writer.must(isSo, tag, `a whole number of 64 bits${isSigned ? "" : ", not negative"}`, value);
  return n;
}

function number(writer: SmallWriter, p: number, tag: number, value: number): number {
  writer.must(typeof value === "number", tag, "a number", value);
  return writer.tag(p, tag);
}

function fixed(writer: SmallWriter, p: number, size: number, put: (view: DataView) => void): number {
  put(new DataView(writer.buffer.buffer, p));
  return p + size;
}
