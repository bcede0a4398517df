/** A place in received bytes: where it is, how deep, and the two ways in which numbers lie there. */

import { DecodeError } from "./decode-error.js";
import { defaultDecodeLimits, type DecodeLimits } from "./limits.js";

const nothing = new Uint8Array(0);
const noView = new DataView(nothing.buffer);

/** Making a DataView takes as long as reading this many doubles without one, so the first ones do without. */
const doublesUntilView = 16;

/**
 * A place in received bytes. `position` moves; nothing behind `end` is ever read, and no length is believed before it
 * is known to lie within it. Whatever is wrong is thrown as a DecodeError.
 */
export class Cursor {
  buffer: Uint8Array;
  position: number;
  /** Behind the last byte that may be read. */
  end: number;

  protected readonly depthMax: number;
  private readonly messagesMax: number;
  // Messages that are open, by depth, for errors.
  protected depth = 0;
  protected readonly names: string[] = [];
  private messages = 0;
  private base = 0;
  protected tagAt = 0;
  // A view of `buffer`, and how many doubles are still to be read before there is one.
  protected view: DataView = noView;
  protected untilView: number = doublesUntilView;
  // The last long varint, as two signed words.
  protected lo = 0;
  protected hi = 0;

  constructor(
    buffer: Uint8Array = nothing,
    position: number = 0,
    end: number = buffer.length,
    limits: DecodeLimits = defaultDecodeLimits,
  ) {
    this.buffer = buffer;
    this.position = position;
    this.end = end;
    this.depthMax = limits.depthMax;
    this.messagesMax = limits.messagesMax;
  }

  /** Goes on with other bytes, so that one reader can serve a whole connection. */
  reset(buffer: Uint8Array, position: number, end: number): void {
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.view = noView;
      this.untilView = doublesUntilView;
    }
    this.position = position;
    this.end = end;
    this.depth = 0;
  }

  /** Starts a message: notes its name for errors, counts depth and messages. */
  enter(name: string): void {
    const depth = this.depth++;
    this.names[depth] = name;
    if (depth === 0) {
      this.base = this.position;
      this.messages = 0;
    }
    if (this.messages++ > this.messagesMax || depth > this.depthMax) this.exceed();
  }

  /** Ends a message and checks that its last field ended where the message does. */
  leave(end: number): void {
    if (this.position !== end) this.fail("a field is longer than its message");
    this.depth--;
  }

  /** Throws a DecodeError about the message that is open; `at` is where the trouble starts. */
  fail(problem: string, at: number = this.position): never {
    return this.raise("malformed", problem, at);
  }

  protected exceed(): never {
    const problem =
      this.depth - 1 > this.depthMax
        ? `nested deeper than ${this.depthMax} levels`
        : `more than ${this.messagesMax} messages inside one`;
    return this.raise("limit", problem, this.position);
  }

  private raise(kind: "malformed" | "limit", problem: string, at: number): never {
    const name = this.names[this.depth - 1] ?? "a message";
    this.depth = 0;
    throw new DecodeError(kind, name, at - this.base, problem);
  }

  protected truncated(): never {
    return this.fail("the bytes end in the middle of a field", this.end);
  }

  protected advance(bytes: number): void {
    if (this.position + bytes > this.end) this.truncated();
    this.position += bytes;
  }

  /** Reads 1 to 10 bytes into `lo` and `hi`. */
  protected varint(): void {
    const b = this.buffer;
    const end = Math.min(this.end, this.position + 10);
    let p = this.position;
    let lo = 0;
    let hi = 0;
    let byte = 128;
    for (let shift = 0; byte > 127 && p < end && shift < 28; shift += 7) {
      byte = b[p++]!;
      lo |= (byte & 127) << shift;
    }
    if (byte > 127 && p < end) {
      byte = b[p++]!;
      lo |= byte << 28;
      hi = (byte & 127) >>> 4;
    }
    for (let shift = 3; byte > 127 && p < end; shift += 7) {
      byte = b[p++]!;
      hi |= (byte & 127) << shift;
    }
    if (byte > 127 && p === this.end) this.truncated();
    if (byte > (p === this.position + 10 ? 1 : 127)) this.fail("a varint is longer than 64 bits");
    this.lo = lo;
    this.hi = hi;
    this.position = p;
  }

  protected word(): number {
    const p = this.position;
    if (p + 4 > this.end) this.truncated();
    const b = this.buffer;
    this.position = p + 4;
    return b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
  }
}
