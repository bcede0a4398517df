/** Bytes that come piece by piece: kept in memory that grows with what has come, never with what was promised. */

export interface GrowingBytes {
  size(): number;
  /** All that has been added; valid until more is. */
  all(): Uint8Array;
  add(bytes: Uint8Array): void;
  /** Forgets everything, and returns a copy of what there was. */
  take(): ArrayBuffer;
}

export function growingBytes(): GrowingBytes {
  let memory = new Uint8Array(0);
  let size = 0;
  return {
    size: () => size,
    all: () => memory.subarray(0, size),
    add(bytes) {
      const needed = size + bytes.length;
      if (needed > memory.length) {
        const grown = new Uint8Array(needed * 2);
        grown.set(memory);
        memory = grown;
      }
      memory.set(bytes, size);
      size = needed;
    },
    take() {
      const { buffer } = memory.slice(0, size);
      memory = new Uint8Array((size = 0));
      return buffer;
    },
  };
}

/** A u32 as frames have it, big-endian. */
export function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
