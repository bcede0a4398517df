/** A place in received bytes: where it is, how deep, the two ways in which numbers lie there, and fields to step over. */

import { DecodeError } from "./decode-error.js";
import { defaultDecodeLimits, type DecodeLimits } from "./limits.js";
import { asReceived } from "./utf8.js";

const nothing = asReceived(new Uint8Array(0));
const noView = new DataView(nothing.buffer);

/** Where the unknown fields of one message lie in the reader's buffer: start and end of each run, in turn. */
export type UnknownRanges = number[];

/** Making a DataView takes as long as reading this many doubles without one, so the first ones do without. */
const doublesUntilView = 16;

/**
 * A place in received bytes. `position` moves; nothing behind `end` is ever read, and no length is believed before it
 * is known to lie within it. Whatever is wrong is thrown as a DecodeError.
 */
export abstract class Cursor {
  // A value of its kind for each from the start: a field that was `undefined` once may hold anything for the engine, and
  // is looked at again at each use.
  buffer: Uint8Array = nothing;
  position = 0;
  /** Behind the last byte that may be read. */
  end = 0;

  protected readonly depthMax: number = 0;
  private readonly messagesMax: number = 0;
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

  /** Reads a field's number and wire type, as `number << 3 | wireType`. */
  abstract tag(): number;

  /** Reads the length of a nested message, map entry or packed list and returns where it ends. */
  abstract open(): number;

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

  /** Lets go of the bytes. */
  release(): void {
    this.buffer = nothing;
    this.view = noView;
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

  /** An enum's value, refused where the closed enum has none with the number that was read. */
  known<T>(value: T | undefined): T {
    if (value === undefined) this.fail("a closed enum has no value with this number");
    return value;
  }

  /** Steps over the field whose tag was just read and notes where it lies. */
  unknown(tag: number, ranges: UnknownRanges | undefined): UnknownRanges {
    const start = this.tagAt;
    this.skip(tag);
    if (ranges === undefined) return [start, this.position];
    // One run for neighbours: a million unknown fields in a row cost two numbers.
    if (ranges[ranges.length - 1] === start) ranges[ranges.length - 1] = this.position;
    else ranges.push(start, this.position);
    return ranges;
  }

  /** Steps over the field whose tag was just read; groups are followed to their end. */
  skip(tag: number): void {
    const number = tag >>> 3;
    if (number === 0) this.fail("a field has the number 0", this.tagAt);
    switch (tag & 7) {
      case 0:
        return this.varint();
      case 1:
        return this.advance(8);
      case 2:
        this.position = this.open();
        return;
      case 3:
        return this.skipGroup(number);
      case 5:
        return this.advance(4);
      case 4:
        return this.fail("a group ends that never began", this.tagAt);
      default:
        return this.fail(`a field has the wire type ${tag & 7}, which does not exist`, this.tagAt);
    }
  }

  private skipGroup(number: number): void {
    if (this.depth++ > this.depthMax) this.exceed();
    this.names[this.depth - 1] = this.names[this.depth - 2] ?? "a message";
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== 4) {
        this.skip(tag);
        continue;
      }
      if (tag >>> 3 !== number) this.fail("a group ends with the number of another", this.tagAt);
      this.depth--;
      return;
    }
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
