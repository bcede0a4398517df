/** The codec of `void`: an empty message, in which a newer peer may have put something that nobody here asks for. */

import type { MessageReader } from "../bytes/message-reader.js";
import type { MessageWriter } from "../bytes/message-writer.js";

/** Writes an empty message. */
export function encodeNothing(_writer: MessageWriter, _value: unknown, position: number): number {
  return position;
}

/** Passes over whatever came. */
export function decodeNothing(reader: MessageReader, end: number): void {
  reader.position = end;
}
