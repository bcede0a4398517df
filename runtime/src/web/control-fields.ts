/** The fields of a control message by their numbers: one reader for HELLO, GOAWAY, ERROR and metadata. */

import { DecodeError } from "../bytes/decode-error.js";
import { FrameError } from "../frame/frame-error.js";
import { SmallReader } from "../bytes/small-reader.js";

const decoder = new TextDecoder();

export class ControlFields {
  /** By tag, so that a field of another type than it should have is none. */
  readonly #numbers: Record<number, number> = {};
  readonly #bytes: Record<number, Uint8Array[]> = {};

  /** Reads from `start` to `end`. Damage in these messages is damage of the connection. */
  constructor(buffer: Uint8Array, start: number, end: number) {
    const reader = new SmallReader(buffer, start, end);
    try {
      while (reader.more(end)) {
        const tag = reader.tag();
        const type = tag & 7;
        const field = tag >>> 3;
        if (type === 0) this.#numbers[field] = reader.uint32();
        else if (type === 2) (this.#bytes[field] ??= []).push(reader.bytes());
        else reader.skip(tag);
      }
    } catch (error) {
      throw error instanceof DecodeError ? new FrameError("protocol-error", error.message) : error;
    }
  }

  number(field: number): number | undefined {
    return this.#numbers[field];
  }

  /** All that was said of a repeated field. */
  all(field: number): readonly Uint8Array[] {
    return this.#bytes[field] ?? [];
  }

  texts(field: number): string[] {
    return this.all(field).map((bytes) => decoder.decode(bytes));
  }

  text(field: number): string {
    return this.texts(field).at(-1) ?? "";
  }
}
