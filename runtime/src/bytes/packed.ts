/** The loops over packed lists: on locals only, so that an item costs a few instructions and no call. */

/** Writes numbers of 32 bits with a sign from `from` to `to`; there is room for ten bytes each. -1: one is none. */
export function putInt32s(b: Uint8Array, p: number, values: readonly number[], from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (typeof value !== "number" || (value | 0) !== value) return -1;
    if (value < 0) p = putNegative(b, p, value);
    else if (value < 128) b[p++] = value;
    else p = putLong(b, p, value);
  }
  return p;
}

/** Writes numbers of 32 bits without a sign from `from` to `to`; there is room for five bytes each. -1: one is none. */
export function putUint32s(b: Uint8Array, p: number, values: readonly number[], from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (typeof value !== "number" || value >>> 0 !== value) return -1;
    if (value < 128) b[p++] = value;
    else p = putLong(b, p, value);
  }
  return p;
}

/** Writes zigzag numbers of 32 bits from `from` to `to`; there is room for five bytes each. -1: one is none. */
export function putSint32s(b: Uint8Array, p: number, values: readonly number[], from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (typeof value !== "number" || (value | 0) !== value) return -1;
    const zigzag = (value << 1) ^ (value >> 31);
    if (zigzag >>> 7 === 0) b[p++] = zigzag;
    else p = putLong(b, p, zigzag);
  }
  return p;
}

/** Copies `count` numbers, from index `from` on, to the start of `target`. False: one is none. */
export function copyNumbers(target: Float64Array, values: readonly number[], from: number, count: number): boolean {
  for (let i = 0; i < count; i++) {
    const value = values[from + i]!;
    if (typeof value !== "number") return false;
    target[i] = value;
  }
  return true;
}

// Straight lines: a loop in here would keep the engine from lifting what stays the same out of the loops above, and looks
// at the buffer again for each byte.
/** Writes 2 to 5 bytes, for 32 bits taken without a sign. */
export function putLong(b: Uint8Array, p: number, value: number): number {
  b[p] = value | 128;
  if (value >>> 14 === 0) {
    b[p + 1] = value >>> 7;
    return p + 2;
  }
  b[p + 1] = (value >>> 7) | 128;
  if (value >>> 21 === 0) {
    b[p + 2] = value >>> 14;
    return p + 3;
  }
  b[p + 2] = (value >>> 14) | 128;
  if (value >>> 28 === 0) {
    b[p + 3] = value >>> 21;
    return p + 4;
  }
  b[p + 3] = (value >>> 21) | 128;
  b[p + 4] = value >>> 28;
  return p + 5;
}

/** Writes the 10 bytes of a negative number of 32 bits. */
export function putNegative(b: Uint8Array, p: number, value: number): number {
  b[p] = value | 128;
  b[p + 1] = (value >> 7) | 128;
  b[p + 2] = (value >> 14) | 128;
  b[p + 3] = (value >> 21) | 128;
  b[p + 4] = (value >> 28) | 128;
  b[p + 5] = 255;
  b[p + 6] = 255;
  b[p + 7] = 255;
  b[p + 8] = 255;
  b[p + 9] = 1;
  return p + 10;
}

/**
 * Reads varints of up to four bytes behind those of `list`, and returns where it stopped: at `end`, or at a varint that
 * is longer. The last byte before `end` is one that ends a varint.
 */
export function takeShortVarints(b: Uint8Array, p: number, end: number, list: number[]): number {
  while (p < end) {
    const first = b[p]!;
    if (first < 128) {
      list.push(first);
      p += 1;
      continue;
    }
    const second = b[p + 1]!;
    if (second < 128) {
      list.push((first & 127) | (second << 7));
      p += 2;
      continue;
    }
    const third = b[p + 2]!;
    if (third < 128) {
      list.push((first & 127) | ((second & 127) << 7) | (third << 14));
      p += 3;
      continue;
    }
    const fourth = b[p + 3]!;
    if (fourth > 127) return p;
    list.push((first & 127) | ((second & 127) << 7) | ((third & 127) << 14) | (fourth << 21));
    p += 4;
  }
  return p;
}
