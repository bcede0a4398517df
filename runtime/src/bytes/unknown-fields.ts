/** Keeps the fields of a message that this build does not know, so that they survive a round trip. */

import type { UnknownRanges } from "./cursor.js";
import type { MessageReader } from "./message-reader.js";

/** What every message may carry beside its fields. */
export interface UnknownFields {
  /** Raw bytes of fields that this build does not know; sent on as they came. */
  readonly $unknown?: Uint8Array | undefined;
}

/** The message with its unknown fields, behind those that an earlier part of it (`into`) brought. */
export function withUnknown<T extends object>(
  reader: MessageReader,
  message: T,
  ranges: UnknownRanges | undefined,
  into: UnknownFields | undefined,
): T {
  const head = into?.$unknown;
  if (ranges === undefined && head === undefined) return message;
  return { ...message, $unknown: joinRanges(reader.buffer, head, ranges ?? []) };
}

/** A copy of these runs behind `head`, in time that does not grow with the length of `head`. */
export function joinRanges(buffer: Uint8Array, head: Uint8Array | undefined, ranges: UnknownRanges): Uint8Array {
  let at = head?.length ?? 0;
  let length = at;
  for (let i = 0; i < ranges.length; i += 2) length += ranges[i + 1]! - ranges[i]!;
  const joined = head === undefined ? new Uint8Array(length) : extend(head, length);
  for (let i = 0; i < ranges.length; i += 2) {
    joined.set(buffer.subarray(ranges[i], ranges[i + 1]), at);
    at += ranges[i + 1]! - ranges[i]!;
  }
  return joined;
}

/** `head` with room for `length` bytes, in place where its own memory has some to spare. */
function extend(head: Uint8Array, length: number): Uint8Array {
  // Only decoding makes the `head` that comes here, and it owns the whole of its memory.
  if (head.byteOffset === 0 && length <= head.buffer.byteLength) return new Uint8Array(head.buffer, 0, length);
  const memory = new Uint8Array(length * 2);
  memory.set(head);
  return memory.subarray(0, length);
}
