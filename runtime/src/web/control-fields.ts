/** The fields of a control message by their numbers: one reader for HELLO, GOAWAY, ERROR and metadata. */

import { DecodeError } from "../bytes/decode-error.js";
import { FrameError } from "../frame/frame-error.js";
import type { SmallReader } from "./small-reader.js";

const decoder = new TextDecoder();

export class ControlFields {
  readonly #numbers = new Map<number, number>();
  readonly #bytes = new Map<number, Uint8Array[]>();

  /** Reads up to the end of the frame. Damage in these messages is damage of the connection. */
  constructor(reader: SmallReader) {
    try {
      while (reader.position < reader.end) {
        const tag = reader.tag();
        const number = tag >>> 3;
        if ((tag & 7) === 0) this.#numbers.set(number, reader.uint32());
        else if ((tag & 7) === 2) {
          // Added to the same list: one made anew for each item takes minutes for a frame full of empty ones.
          const all = this.#bytes.get(number) ?? [];
          all.push(reader.bytes());
          this.#bytes.set(number, all);
        } else reader.skip(tag);
      }
    } catch (error) {
      throw error instanceof DecodeError ? new FrameError("protocol-error", error.message) : error;
    }
  }

  number(field: number): number | undefined {
    return this.#numbers.get(field);
  }

  /** All that was said of a repeated field. */
  all(field: number): readonly Uint8Array[] {
    return this.#bytes.get(field) ?? [];
  }

  texts(field: number): string[] {
    return this.all(field).map((bytes) => decoder.decode(bytes));
  }

  text(field: number): string {
    return this.texts(field).at(-1) ?? "";
  }
}
