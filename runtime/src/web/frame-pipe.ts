/** The two directions of a WebSocket: frames out of the bytes that come, and bytes that leave together once a turn. */

import type { Clock, Timer } from "../clock.js";
import { FrameError } from "../frame/frame-error.js";
import { headerBytes, readU32 } from "../frame/frame.js";
import { limitText } from "../limits.js";
import { GrowingBytes, u32 } from "./growing-bytes.js";
import type { WebSocketLike } from "./web-socket.js";

/** The longest payload that is taken: what every peer may send without asking. */
export const frameBytesMax = 196_608;

// Sent as soon as there is this much, so that no message of the WebSocket grows long.
const flushBytes = 16_384;
// A WebSocket does not say when it has room again.
const pollMs = 10;

/** What a session is built on. */
export abstract class FramePipe {
  /** Whether the socket is open; nothing is taken and nothing sent while it is not. */
  isOpen = false;
  socket: WebSocketLike | undefined;
  protected readonly clock: Clock;
  readonly #queueBytesMax: number;
  #carry = new GrowingBytes();
  #queue = new GrowingBytes();
  /** There is one from when the pipe was found full until it has room. */
  #roomTimer: Timer | undefined;

  constructor(clock: Clock, queueBytesMax: number) {
    this.clock = clock;
    this.#queueBytesMax = queueBytesMax;
  }

  /** Takes a frame whose payload lies from `start` to `end`, valid until it returns. */
  protected abstract frame(
    type: number,
    flags: number,
    stream: number,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void;

  /** A pipe that was found full is not any more. */
  protected abstract room(): void;

  /** Whether producers should wait: the socket has more than it gets rid of. Whoever was told so is told of room, too. */
  isFull(): boolean {
    const queued = (this.socket?.bufferedAmount ?? 0) + this.#queue.bytes.length;
    const isFull = this.isOpen && queued > this.#queueBytesMax;
    if (isFull) this.#roomTimer ??= this.clock.timer(pollMs, () => this.#look());
    return isFull;
  }

  #look(): void {
    this.#roomTimer?.cancel();
    this.#roomTimer = undefined;
    if (!this.isFull()) this.room();
  }

  /** Sends bytes, with all else of this turn. */
  write(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    if (this.#queue.bytes.length === 0) this.clock.endOfTurn(() => this.flush());
    this.#queue.add(bytes);
    if (this.#queue.bytes.length >= flushBytes) this.flush();
  }

  /** Sends what there is at once. */
  flush(): void {
    const { bytes } = this.#queue;
    this.#queue = new GrowingBytes();
    if (bytes.length > 0 && this.isOpen) this.socket?.send(bytes.slice().buffer);
  }

  /** Sends a frame, whose payload may come in parts. */
  send(type: number, flags: number, method: number, stream: number, ...payload: readonly Uint8Array[]): void {
    const length = payload.reduce((sum, part) => sum + part.length, 0);
    const head = (type << 24) | (flags << 16) | method;
    [length, head, stream].forEach((word) => this.write(u32(word)));
    payload.forEach((part) => this.write(part));
  }

  /** Shows the frames that are whole now; throws a FrameError for a length over the limit, and whatever its user throws. */
  receive(chunk: Uint8Array): void {
    // Timers of a page that nobody sees come once a minute, and what a server says comes at once.
    if (this.#roomTimer !== undefined) this.#look();
    this.#carry.add(chunk);
    const buffer = this.#carry.bytes;
    let at = 0;
    while (this.isOpen && buffer.length - at >= headerBytes) {
      const length = readU32(buffer, at);
      if (length > frameBytesMax) {
        throw new FrameError("limit-exceeded", limitText("a frame's payload", "frameBytesMax", frameBytesMax, length));
      }
      const start = at + headerBytes;
      const end = start + length;
      if (end > buffer.length) break;
      this.frame(buffer[at + 4] as number, buffer[at + 5] as number, readU32(buffer, at + 8), buffer, start, end);
      at = end;
    }
    if (at === 0) return;
    this.#carry = new GrowingBytes();
    this.#carry.add(buffer.subarray(at));
  }
}
