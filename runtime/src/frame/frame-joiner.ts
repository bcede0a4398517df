/** Makes whole frames out of chunks of bytes that come in any cut, in linear time and without believing a length early. */

import { giveBuffer, lendBuffer } from "../bytes/buffer-pool.js";
import { allocate } from "../bytes/utf8.js";
import { headerBytes, readU32 } from "./frame.js";
import { FrameError } from "./frame-error.js";
import { limitText } from "../limits.js";

/** One frame, valid until the sink returns: `buffer` from `start` to `end` is the payload. */
export interface FrameView {
  readonly type: number;
  readonly flags: number;
  readonly method: number;
  readonly stream: number;
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Says where the payload of a frame that is cut may be put as it comes: in exactly so many bytes, or nowhere. */
export type Place = (type: number, stream: number, bytes: number) => Uint8Array | undefined;

const nothing = new Uint8Array(0);
// What a joiner keeps for the next cut frame rather than allocating again.
const keptBytes = 16_384;
// Below this a copy costs less than to ask where else the bytes could go.
const placedBytes = 4096;

class MutableView implements FrameView {
  type = 0;
  flags = 0;
  method = 0;
  stream = 0;
  buffer: Uint8Array = nothing;
  start = 0;
  end = 0;
}

/**
 * Frames that lie whole in a chunk are shown in place; only one that is cut by the end of a chunk is copied: to the
 * place that somebody has for it, or into a buffer that grows with what has arrived, never with what a header promised.
 */
export class FrameJoiner {
  private readonly sink: (frame: FrameView) => void;
  private readonly payloadMax: number;
  private readonly place: Place | undefined;
  private readonly view = new MutableView();
  private carry: Uint8Array = nothing;
  private carried = 0;
  /** Header and payload of the cut frame; 0 until its header is whole. */
  private wanted = 0;
  /** Where the cut frame's payload goes, if not behind its header. */
  private placed: Uint8Array | undefined;
  private stopped = false;

  constructor(payloadMax: number, sink: (frame: FrameView) => void, place?: Place) {
    this.payloadMax = payloadMax;
    this.sink = sink;
    this.place = place;
  }

  /** Whether a frame has begun and not ended. */
  get isPartial(): boolean {
    return this.carried > 0;
  }

  /** Shows nothing more, not even frames of the chunk that is being read. */
  stop(): void {
    this.stopped = true;
    this.carry = nothing;
    this.carried = 0;
    this.placed = undefined;
  }

  /** Takes the next bytes; throws a FrameError for a length over the limit, and whatever the sink throws. */
  push(chunk: Uint8Array, from = 0): void {
    let at = from;
    const size = chunk.length;
    if (this.carried > 0) at = this.finishCarried(chunk, at);
    while (!this.stopped && size - at >= headerBytes) {
      const length = this.payloadLength(chunk, at);
      const end = at + headerBytes + length;
      if (end > size) break;
      this.show(chunk, at, chunk, at + headerBytes, end);
      at = end;
    }
    if (at === size || this.stopped) return;
    if (size - at >= headerBytes) this.expect(chunk, at);
    this.keep(chunk, at, size);
  }

  private finishCarried(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.wanted === 0) {
      at = this.keepUpTo(headerBytes, chunk, at);
      if (this.carried < headerBytes) return at;
      this.expect(this.carry, 0);
    }
    at = this.keepUpTo(this.wanted, chunk, at);
    if (this.carried < this.wanted) return at;
    const { carry, placed, wanted } = this;
    this.carried = 0;
    this.wanted = 0;
    this.placed = undefined;
    if (carry.length > keptBytes) this.carry = nothing;
    if (placed === undefined) this.show(carry, 0, carry, headerBytes, wanted);
    else this.show(carry, 0, placed, 0, placed.length);
    if (carry.length > keptBytes) giveBuffer(carry);
    return at;
  }

  /** Looks at a whole header: how long its frame is, and where the payload goes. */
  private expect(buffer: Uint8Array, at: number): void {
    const length = this.payloadLength(buffer, at);
    this.wanted = headerBytes + length;
    if (length >= placedBytes) this.placed = this.place?.(buffer[at + 4] as number, readU32(buffer, at + 8), length);
  }

  /** Keeps what comes until `wanted` bytes of the frame are there, and returns the position behind it. */
  private keepUpTo(wanted: number, chunk: Uint8Array, from: number): number {
    const to = Math.min(chunk.length, from + wanted - this.carried);
    this.keep(chunk, from, to);
    return to;
  }

  private keep(chunk: Uint8Array, from: number, to: number): void {
    const { placed, carried } = this;
    if (placed === undefined) return this.carryOn(chunk, from, to);
    const split = Math.min(to, from + Math.max(0, headerBytes - carried));
    if (split > from) this.carryOn(chunk, from, split);
    copy(chunk, split, to, placed, this.carried - headerBytes);
    this.carried += to - split;
  }

  private carryOn(chunk: Uint8Array, from: number, to: number): void {
    const needed = this.carried + to - from;
    if (needed > this.carry.length) {
      const most = Math.max(needed, this.wanted === 0 ? 256 : this.wanted);
      const size = Math.min(most, Math.max(256, needed * 2));
      const grown = size > keptBytes ? lendBuffer(size) : allocate(size);
      grown.set(this.carry.subarray(0, this.carried));
      this.carry = grown;
    }
    copy(chunk, from, to, this.carry, this.carried);
    this.carried = needed;
  }

  private payloadLength(buffer: Uint8Array, at: number): number {
    const length = readU32(buffer, at);
    if (length > this.payloadMax) {
      throw new FrameError("limit-exceeded", limitText("a frame's payload", "frameBytesMax", this.payloadMax, length));
    }
    return length;
  }

  private show(header: Uint8Array, at: number, buffer: Uint8Array, start: number, end: number): void {
    const view = this.view;
    view.type = header[at + 4] as number;
    view.flags = header[at + 5] as number;
    view.method = ((header[at + 6] as number) << 8) | (header[at + 7] as number);
    view.stream = readU32(header, at + 8);
    // Noting what is noted already would tell the collector of a young buffer again, for each frame.
    if (view.buffer !== buffer) view.buffer = buffer;
    view.start = start;
    view.end = end;
    this.sink(view);
  }
}

function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  // Most cuts of a trickle are a byte or two, for which a loop is cheaper than a view.
  if (end - start < 16) for (let i = start; i < end; i++) to[at++] = from[i] as number;
  else to.set(from.subarray(start, end), at);
}
