/** Bytes that come piece by piece: kept in memory that grows with what has come, never with what was promised. */

export class GrowingBytes {
  /** All that has been added; valid until more is. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #memory = this.bytes;

  add(more: Uint8Array): void {
    const { length } = this.bytes;
    const size = length + more.length;
    if (size > this.#memory.length) {
      this.#memory = new Uint8Array(size * 2);
      this.#memory.set(this.bytes);
    }
    this.#memory.set(more, length);
    this.bytes = this.#memory.subarray(0, size);
  }
}

/** A u32 as frames have it, big-endian. */
export function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
