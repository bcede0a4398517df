/** The codec of `void`: an empty message, in which a newer peer may have put something that nobody here asks for. */

import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";

/** Writes an empty message. */
export function encodeNothing(_writer: Writer, _value: unknown, position: number): number {
  return position;
}

/** Passes over whatever came. */
export function decodeNothing(reader: Reader, end: number): void {
  reader.position = end;
}
