/** Makes whole frames out of chunks of bytes that come in any cut, in linear time and without believing a length early. */

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

const nothing = new Uint8Array(0);
// What a joiner keeps for the next cut frame rather than allocating again.
const keptBytes = 16_384;

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
 * Frames that lie whole in a chunk are shown in place; only one that is cut by the end of a chunk is copied, into a
 * buffer that grows with what has arrived, never with what a header promised.
 */
export class FrameJoiner {
  private readonly sink: (frame: FrameView) => void;
  private readonly payloadMax: number;
  private readonly view = new MutableView();
  private carry: Uint8Array = nothing;
  private carried = 0;
  /** Header and payload of the cut frame; 0 until its header is whole. */
  private wanted = 0;
  private stopped = false;

  constructor(payloadMax: number, sink: (frame: FrameView) => void) {
    this.payloadMax = payloadMax;
    this.sink = sink;
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
      this.show(chunk, at, end);
      at = end;
    }
    if (at < size && !this.stopped) {
      if (size - at >= headerBytes) this.wanted = headerBytes + this.payloadLength(chunk, at);
      this.keep(chunk, at, size);
    }
  }

  private finishCarried(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.wanted === 0) {
      const stop = Math.min(chunk.length, at + headerBytes - this.carried);
      this.keep(chunk, at, stop);
      at = stop;
      if (this.carried < headerBytes) return at;
      this.wanted = headerBytes + this.payloadLength(this.carry, 0);
    }
    const stop = Math.min(chunk.length, at + this.wanted - this.carried);
    this.keep(chunk, at, stop);
    if (this.carried < this.wanted) return stop;
    const frame = this.carry;
    const end = this.wanted;
    this.carried = 0;
    this.wanted = 0;
    if (frame.length > keptBytes) this.carry = nothing;
    this.show(frame, 0, end);
    return stop;
  }

  private keep(chunk: Uint8Array, from: number, to: number): void {
    const needed = this.carried + to - from;
    if (needed > this.carry.length) {
      const most = Math.max(needed, this.wanted === 0 ? 256 : this.wanted);
      const grown = new Uint8Array(Math.min(most, Math.max(256, needed * 2)));
      grown.set(this.carry.subarray(0, this.carried));
      this.carry = grown;
    }
    // Most cuts of a trickle are a byte or two, for which a loop is cheaper than a view.
    if (to - from < 16) for (let i = from; i < to; i++) this.carry[this.carried++] = chunk[i] as number;
    else {
      this.carry.set(chunk.subarray(from, to), this.carried);
      this.carried = needed;
    }
  }

  private payloadLength(buffer: Uint8Array, at: number): number {
    const length = readU32(buffer, at);
    if (length > this.payloadMax) {
      throw new FrameError("limit-exceeded", limitText("a frame's payload", "frameBytesMax", this.payloadMax, length));
    }
    return length;
  }

  private show(buffer: Uint8Array, at: number, end: number): void {
    const view = this.view;
    view.type = buffer[at + 4] as number;
    view.flags = buffer[at + 5] as number;
    view.method = ((buffer[at + 6] as number) << 8) | (buffer[at + 7] as number);
    view.stream = readU32(buffer, at + 8);
    view.buffer = buffer;
    view.start = at + headerBytes;
    view.end = end;
    this.sink(view);
  }
}
