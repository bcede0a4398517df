/** The two directions of a WebSocket: frames out of the bytes that come, and bytes that leave together once a turn. */

import type { Clock, Timer } from "../clock.js";
import { headerBytes, readU32, writeHeader } from "../frame/frame.js";
import { FrameError } from "../frame/frame-error.js";
import { limitText } from "../limits.js";
import { growingBytes } from "./growing-bytes.js";
import type { WebSocketLike } from "./web-socket.js";

/** The longest payload that is taken: what every peer may send without asking. */
export const frameBytesMax = 196_608;

// Sent as soon as there is this much, so that no message of the WebSocket grows long.
const flushBytes = 16_384;
// A WebSocket does not say when it has room again.
const pollMs = 10;

/** Takes a frame whose payload lies from `start` to `end`, valid until it returns. */
export type FrameSink = (
  type: number,
  flags: number,
  stream: number,
  buffer: Uint8Array,
  start: number,
  end: number,
) => void;

export interface FramePipe {
  /** Whether producers should wait: the socket has more than it gets rid of. */
  isFull(): boolean;
  /** Settles when the socket is not full any more, or nothing more is sent. */
  room(): Promise<void>;
  /** Sends bytes, with all else of this turn. */
  write(bytes: Uint8Array): void;
  /** Sends a frame, whose payload may come in parts. */
  send(type: number, flags: number, method: number, stream: number, ...payload: readonly Uint8Array[]): void;
  /** Shows the frames that are whole now; throws a FrameError for a length over the limit, and whatever the sink throws. */
  receive(chunk: Uint8Array): void;
  /** Sends what is left, and takes and sends nothing more. */
  stop(): void;
}

export function framePipe(socket: WebSocketLike, clock: Clock, queueMax: number, sink: FrameSink): FramePipe {
  const carry = growingBytes();
  const queue = growingBytes();
  let isStopped = false;
  const waiters: (() => void)[] = [];
  /** There is one while anybody waits. */
  let timer: Timer | undefined;
  const isFull = (): boolean => !isStopped && socket.bufferedAmount + queue.size() > queueMax;
  const flush = (): void => {
    if (queue.size() > 0) socket.send(queue.take());
  };
  const write = (bytes: Uint8Array): void => {
    if (isStopped) return;
    if (queue.size() === 0) clock.endOfTurn(flush);
    queue.add(bytes);
    if (queue.size() >= flushBytes) flush();
  };
  const look = (): void => {
    timer?.cancel();
    timer = isFull() ? clock.timer(pollMs, look) : undefined;
    if (timer === undefined) for (const ready of waiters.splice(0)) ready();
  };
  return {
    isFull,
    room: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        if (timer === undefined) look();
      }),
    write,
    send(type, flags, method, stream, ...payload) {
      const header = new Uint8Array(headerBytes);
      const length = payload.reduce((sum, part) => sum + part.length, 0);
      writeHeader(new DataView(header.buffer), 0, length, type, flags, method, stream);
      [header, ...payload].forEach(write);
    },
    receive(chunk) {
      // Timers of a page that nobody sees come once a minute, and what a server says comes at once.
      if (timer !== undefined) look();
      const wasCarried = carry.size() > 0;
      if (wasCarried) carry.add(chunk);
      const buffer = wasCarried ? carry.all() : chunk;
      let at = 0;
      while (!isStopped && buffer.length - at >= headerBytes) {
        const length = readU32(buffer, at);
        if (length > frameBytesMax) {
          const text = limitText("a frame's payload", "frameBytesMax", frameBytesMax, length);
          throw new FrameError("limit-exceeded", text);
        }
        const start = at + headerBytes;
        const end = start + length;
        if (end > buffer.length) break;
        sink(buffer[at + 4] as number, buffer[at + 5] as number, readU32(buffer, at + 8), buffer, start, end);
        at = end;
      }
      if (at === 0 && wasCarried) return;
      carry.take();
      carry.add(buffer.subarray(at));
    },
    stop() {
      flush();
      isStopped = true;
      if (timer !== undefined) look();
    },
  };
}
