/** Bytes of one message, for users who store or send them by themselves. */

import { type DecodeLimits, defaultDecodeLimits } from "../bytes/limits.js";
import { Reader } from "../bytes/reader.js";
import { Writer } from "../bytes/writer.js";
import type { BinaryCodec } from "./codec.js";

// Taken while in use, so that a codec that comes back here (a getter that encodes) finds none and makes its own.
let idle: Writer | undefined;

const reader = new Reader();

/** The message as Protobuf bytes, without a length in front; a value that does not fit is an EncodeError. */
export function toBytes<Out, In>(codec: BinaryCodec<Out, In>, value: In): Uint8Array {
  const writer = idle ?? new Writer(4096);
  idle = undefined;
  writer.rewind();
  try {
    const end = codec.encode(writer, value, 0);
    return writer.buffer.slice(0, end);
  } finally {
    if (writer.limit <= 65_536) idle = writer;
  }
}

/** Reads a message from exactly these bytes; anything else is a DecodeError. The result keeps nothing of `bytes`. */
export function fromBytes<Out, In>(
  codec: BinaryCodec<Out, In>,
  bytes: Uint8Array,
  limits?: Partial<DecodeLimits>,
): Out {
  const length = bytes.length;
  if (limits !== undefined) {
    return codec.decode(new Reader(bytes, 0, length, { ...defaultDecodeLimits, ...limits }), length);
  }
  // Decoding runs no code but its own, so one reader serves all calls.
  reader.reset(bytes, 0, length);
  const value = codec.decode(reader, length);
  reader.release();
  return value;
}
