/** Puts values into a growing buffer in Protobuf's wire format: lists, maps and unknown fields beside single values. */

import { copyNumbers, putInt32s, putSint32s, putUint32s } from "./packed.js";
import { ScalarWriter } from "./scalar-writer.js";
import * as shared from "./words.js";

// Constants of this file, which the engine folds; what is imported it looks up each time.
const { chunk, chunkBytes, isLittleEndian } = shared;

/** Numbers that room is made for at a time: a list may be long, and most of its items short. */
const block = 512;

/** What generated encoders write with. A list without items is not written. */
export class Writer extends ScalarWriter {
  strings(p: number, tag: number, values: readonly string[]): number {
    const { length } = this.list(tag, values);
    for (let i = 0; i < length; i++) p = this.string(p, tag, values[i]!);
    return p;
  }

  int32s(p: number, tag: number, values: readonly number[]): number {
    const { length } = this.list(tag, values);
    if (length === 0) return p;
    p = this.openUnnamed(p, tag);
    for (let from = 0; from < length; from += block) {
      const to = Math.min(length, from + block);
      this.ensure(p, (to - from) * 10);
      p = putInt32s(this.buffer, p, values, from, to);
      if (p < 0) this.refuseInt32(tag, values.find(isNoInt32));
    }
    return this.close(p);
  }

  uint32s(p: number, tag: number, values: readonly number[]): number {
    const { length } = this.list(tag, values);
    if (length === 0) return p;
    p = this.openUnnamed(p, tag);
    for (let from = 0; from < length; from += block) {
      const to = Math.min(length, from + block);
      this.ensure(p, (to - from) * 5);
      p = putUint32s(this.buffer, p, values, from, to);
      if (p < 0) this.refuseUint32(tag, values.find(isNoUint32));
    }
    return this.close(p);
  }

  sint32s(p: number, tag: number, values: readonly number[]): number {
    const { length } = this.list(tag, values);
    if (length === 0) return p;
    p = this.openUnnamed(p, tag);
    for (let from = 0; from < length; from += block) {
      const to = Math.min(length, from + block);
      this.ensure(p, (to - from) * 5);
      p = putSint32s(this.buffer, p, values, from, to);
      if (p < 0) this.refuseInt32(tag, values.find(isNoInt32));
    }
    return this.close(p);
  }

  floats(p: number, tag: number, values: readonly number[]): number {
    const { length } = this.list(tag, values);
    if (length === 0) return p;
    p = this.openUnnamed(p, tag);
    this.ensure(p, length * 4);
    const view = this.view;
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      if (typeof value !== "number") this.refuseNumber(tag, value);
      view.setFloat32(p, value, true);
      p += 4;
    }
    return this.close(p);
  }

  doubles(p: number, tag: number, values: readonly number[]): number {
    const { length } = this.list(tag, values);
    if (length === 0) return p;
    p = this.openUnnamed(p, tag);
    this.ensure(p, length * 8);
    if (!isLittleEndian) {
      for (let i = 0; i < length; i++) p = this.double(p, 0, values[i]!);
      return this.close(p);
    }
    const numbers = chunk;
    for (let from = 0; from < length; from += numbers.length) {
      const count = Math.min(numbers.length, length - from);
      if (!copyNumbers(numbers, values, from, count)) this.refuseNumber(tag, values.find(isNoNumber));
      this.buffer.set(count === numbers.length ? chunkBytes : chunkBytes.subarray(0, count * 8), p);
      p += count * 8;
    }
    return this.close(p);
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

  /** Appends bytes as they are: unknown fields, which carry their own tags. */
  raw(p: number, bytes: Uint8Array): number {
    if (!(bytes instanceof Uint8Array)) this.fail(0, "wants bytes in $unknown", bytes);
    this.ensure(p, bytes.length);
    this.buffer.set(bytes, p);
    return p + bytes.length;
  }
}

function isNoInt32(value: number): boolean {
  return typeof value !== "number" || (value | 0) !== value;
}

function isNoUint32(value: number): boolean {
  return typeof value !== "number" || value >>> 0 !== value;
}

function isNoNumber(value: unknown): boolean {
  return typeof value !== "number";
}
