/** An outgoing buffer: its memory, the messages that are open in it, and errors that say where they are. */

import { lendBuffer } from "./buffer-pool.js";
import { describe, EncodeError } from "./encode-error.js";
import { encodeDepthMax } from "./limits.js";
import { putLong } from "./packed.js";
import { allocate } from "./utf8.js";

/** From one open message to the next, three numbers are kept for each; and where the deepest one stands. */
const step = 3;
const atMax = encodeDepthMax * step;

const nothing = new Uint8Array(0);

/** What fits behind every position that is not beyond `shortEnd`: a tag, and a number or a short text with its length. */
const shortRoom = 48;

/** Memory that positions point into. Positions are passed in and returned, not kept here. */
export class Outgoing {
  /** Filled up to the position that the caller holds. Replaced when it grows: never keep it across a put. */
  buffer: Uint8Array = nothing;
  /** Length of `buffer`. */
  limit = 0;
  /** Over `buffer`, and replaced with it. */
  view: DataView = viewOf(nothing);
  /** The last position behind which there is room for any value that is short. */
  protected shortEnd = 0;
  private readonly chunkBytes: number = 0;
  /** The buffer of `chunkBytes` that was too small for the message in `buffer`. */
  private outgrown: Uint8Array | undefined;

  // Where the innermost open message stands in the two lists that follow.
  private at = 0;
  // Its tag, where its length goes, and the width that a length had the last time at this depth: a good guess, and a
  // wrong one costs one move.
  private readonly opened: Int32Array = new Int32Array(atMax + 2 * step).fill(1);
  // Its full name, for errors; empty for what has none of its own.
  private readonly names: string[] = new Array<string>(atMax + 2 * step).fill("");

  /** `bytes`: the size to start with, and that of every buffer after `take`. */
  constructor(bytes: number = 64 * 1024) {
    this.chunkBytes = bytes;
    this.use(allocate(bytes));
  }

  /** Makes sure that `bytes` more fit behind `position`; what stands before `position` is kept. */
  ensure(position: number, bytes: number): void {
    if (position + bytes > this.limit) this.grow(position, bytes);
  }

  /**
   * Hands out everything before `position` and goes on with another buffer, from position 0. Nothing is copied and
   * nothing written later touches the range. `isLastHolder`: nobody else has ever seen the buffer, so that the one that
   * it has outgrown may be used again.
   */
  take(position: number, isLastHolder: boolean = false): Uint8Array {
    const taken = this.buffer.subarray(0, position);
    this.use((isLastHolder ? this.outgrown : undefined) ?? allocate(this.chunkBytes));
    this.outgrown = undefined;
    return taken;
  }

  /** Forgets messages that are still open; call it before a message whose predecessor threw in the middle. */
  rewind(): void {
    this.at = 0;
  }

  /** Notes which message the next puts belong to and checks that `value` can be one. */
  enter(name: string, value: object): void {
    this.names[this.at] = name;
    if (typeof value !== "object" || value === null) this.fail(0, "wants an object", value);
  }

  /** The same for a message whose value is no object, such as a duration in milliseconds. */
  enterScalar(name: string): void {
    this.names[this.at] = name;
  }

  /** Starts a nested message and returns the position of its content. */
  open(p: number, tag: number): number {
    if (p > this.shortEnd || tag > 127) return this.openAt(this.rareTag(p, tag), tag);
    if (tag !== 0) this.buffer[p++] = tag;
    return this.openAt(p, tag);
  }

  private openAt(p: number, tag: number): number {
    const { opened } = this;
    const at = (this.at += step);
    if (at > atMax) this.tooDeep(tag);
    opened[at] = tag;
    opened[at + 1] = p;
    return p + opened[at + 2]!;
  }

  /** Starts a map entry or packed list, which has no name of its own: what is wrong in it is wrong with its field. */
  openUnnamed(p: number, tag: number): number {
    p = this.open(p, tag);
    this.names[this.at] = "";
    return p;
  }

  /** Ends what the last `open` started; `p` is behind its content. */
  close(p: number): number {
    const { at, opened } = this;
    const start = opened[at + 1]!;
    this.at = at - step;
    if (p - start > 128 || opened[at + 2] !== 1) return this.closeWide(p, at);
    this.buffer[start] = p - start - 1;
    return p;
  }

  /** Throws what is wrong with the field of `tag` in the message that is open; 0 means the message as a whole. */
  fail(tag: number, problem: string, ...got: readonly unknown[]): never {
    let at = this.at;
    for (; at > 0 && this.names[at] === ""; at -= step) tag = this.opened[at]!;
    this.at = 0;
    const sentence = got.length === 0 ? problem : `${problem}, got ${describe(got[0], problem)}`;
    throw new EncodeError(this.names[at]!, tag >>> 3, sentence);
  }

  /** Writes a tag (nothing for 0) and leaves room for the longest number behind it. */
  protected tag(p: number, tag: number): number {
    if (p > this.shortEnd || tag > 127) return this.rareTag(p, tag);
    if (tag !== 0) this.buffer[p++] = tag;
    return p;
  }

  /** The same for a tag that is long, or where room has to be made: behind it there is enough for any short value. */
  protected rareTag(p: number, tag: number): number {
    this.ensure(p, shortRoom + 5);
    return tag === 0 ? p : this.varint32(p, tag);
  }

  protected varint32(p: number, value: number): number {
    if (value > 127) return putLong(this.buffer, p, value);
    this.buffer[p] = value;
    return p + 1;
  }

  protected grow(position: number, bytes: number): void {
    const grown = lendBuffer(Math.max(this.limit * 2, position + bytes));
    grown.set(this.buffer.subarray(0, position));
    if (this.limit === this.chunkBytes) this.outgrown = this.buffer;
    this.use(grown);
  }

  // The message that is too deep has not said its name yet: the one around it is at fault.
  private tooDeep(tag: number): never {
    this.at -= step;
    return this.fail(tag, `nests deeper than ${encodeDepthMax} levels`);
  }

  private closeWide(p: number, at: number): number {
    const start = this.opened[at + 1]!;
    const width = this.opened[at + 2]!;
    const length = p - start - width;
    const actual = varintWidth(length);
    if (actual !== width) {
      this.ensure(p, actual);
      this.buffer.copyWithin(start + actual, start + width, p);
      this.opened[at + 2] = actual;
    }
    return this.varint32(start, length) + length;
  }

  private use(buffer: Uint8Array): void {
    this.buffer = plainOf(buffer);
    this.limit = buffer.length;
    this.shortEnd = buffer.length - shortRoom;
    this.view = viewOf(buffer);
  }
}

/** The number of bytes that a length takes as a varint. */
export function varintWidth(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : length < 0x10000000 ? 4 : 5;
}

/** The same memory without Node's subclass, of which the engine makes views and copies in half the time. */
function plainOf(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function viewOf(buffer: Uint8Array): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
