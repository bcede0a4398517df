/** 64 bits seen in three ways at once: two words, one bigint, one double. Conversions without bigint arithmetic. */

const shared = new ArrayBuffer(8);

/** The two 32-bit words; which comes first depends on the machine: use `low` and `high`. */
export const words: Int32Array = new Int32Array(shared);
export const signed64: BigInt64Array = new BigInt64Array(shared);
export const unsigned64: BigUint64Array = new BigUint64Array(shared);
export const double64: Float64Array = new Float64Array(shared);
export const float32: Float32Array = new Float32Array(shared);

signed64[0] = 1n;
/** True where a typed array over wire bytes reads them as Protobuf means them. */
export const isLittleEndian: boolean = words[0] === 1;
/** Index in `words` of the less significant word. */
export const low: 0 | 1 = isLittleEndian ? 0 : 1;
/** Index in `words` of the more significant word. */
export const high: 0 | 1 = isLittleEndian ? 1 : 0;

/** Packed floats and doubles pass through here: wire bytes are not aligned, and copying many at once is what makes them fast. */
export const chunk: Float64Array = new Float64Array(1024);
export const chunkBytes: Uint8Array = new Uint8Array(chunk.buffer);
export const chunkFloats: Float32Array = new Float32Array(chunk.buffer);
