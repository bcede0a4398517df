/** The door to the platform's UTF-8: Node's Buffer where there is one, TextEncoder and TextDecoder elsewhere. */

/** The parts of Node's Buffer that work on any Uint8Array, without a view being made for each call. */
interface NativeText {
  readonly utf8Write?: (this: Uint8Array, text: string, offset: number, length: number) => number;
  readonly utf8Slice?: (this: Uint8Array, start: number, end: number) => string;
}

interface NativeBuffers {
  readonly prototype: NativeText;
  allocUnsafeSlow(size: number): Uint8Array;
  from(memory: ArrayBufferLike, offset: number, length: number): Uint8Array;
}

const fatalDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

// Looked up by name and not imported, so that a browser bundle carries no shim of `node:buffer`.
const nativeBuffer: NativeBuffers | undefined = typeof Buffer === "function" ? Buffer : undefined;
const utf8Write = nativeBuffer?.prototype.utf8Write;
const utf8Slice = nativeBuffer?.prototype.utf8Slice;

/** New bytes with arbitrary contents that share their ArrayBuffer with nobody. */
export const allocate: (size: number) => Uint8Array =
  nativeBuffer === undefined ? (size) => new Uint8Array(size) : (size) => nativeBuffer.allocUnsafeSlow(size);

/** The same memory in the class that received bytes come in: readers are faster as long as they meet one class only. */
export const asReceived: (bytes: Uint8Array) => Uint8Array =
  nativeBuffer === undefined
    ? (bytes) => bytes
    : (bytes) => nativeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/**
 * Writes `text` at `offset` and returns the number of bytes; the caller has made room for three bytes per UTF-16 unit.
 * A lone surrogate is written as U+FFFD: ask `isWellFormed` where that matters.
 */
export const writeUtf8: (bytes: Uint8Array, text: string, offset: number) => number =
  utf8Write === undefined
    ? (bytes, text, offset) => encoder.encodeInto(text, bytes.subarray(offset)).written
    : (bytes, text, offset) => utf8Write.call(bytes, text, offset, bytes.length - offset);

/** Reads bytes as UTF-8; undefined where they are not (overlong forms, surrogates and cut sequences included). */
export const readUtf8: (bytes: Uint8Array, start: number, end: number) => string | undefined =
  utf8Slice === undefined
    ? decodeStrictly
    : (bytes, start, end) => {
        const text = utf8Slice.call(bytes, start, end);
        // The native reader puts U+FFFD where bytes are wrong, but the character may also have been sent as such.
        return text.includes("\uFFFD") ? decodeStrictly(bytes, start, end) : text;
      };

function decodeStrictly(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return fatalDecoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** False where `text` holds half of a surrogate pair, which UTF-8 cannot carry. */
export function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    if (unit > 0xdbff) return false;
    const next = text.charCodeAt(++i);
    if (!(next >= 0xdc00 && next <= 0xdfff)) return false;
  }
  return true;
}
