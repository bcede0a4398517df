/** Messages that do not fit one frame: sent part by part, in turns, so that small messages pass between. */

import { chunkBytes, Flag, FrameType, headerBytes, readU32 } from "../frame/frame.js";
import { frameCost } from "../stream/credit.js";

/** The stream that sends a large message. */
export interface LargeSender {
  /** What the other side lets it send; it may send a frame while this is above zero. */
  sendCredit: number;
  /** The last part has been written. */
  largeSent(): void;
}

/** Where the parts go. */
interface Parts {
  readonly isFull: boolean;
  readonly writer: { readonly buffer: Uint8Array; ensure(position: number, bytes: number): void };
  open(type: number, flags: number, method: number, stream: number): number;
  u32(position: number, value: number): number;
  close(position: number): void;
}

interface LargeMessage {
  /** Header and sections of the first frame. */
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  readonly sender: LargeSender;
  sent: number;
}

/** The large messages that a connection has under way. */
export class LargeMessages {
  private readonly bytesMax: number;
  private queue: LargeMessage[] = [];
  private bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get count(): number {
    return this.queue.length;
  }

  /** Whether there is memory for `bytes` more. */
  hasRoom(bytes: number): boolean {
    return this.bytes + bytes <= this.bytesMax;
  }

  add(head: Uint8Array, body: Uint8Array, sender: LargeSender): void {
    this.bytes += body.length;
    this.queue.push({ head, body, sender, sent: 0 });
  }

  /** Forgets what a stream has not sent yet. */
  drop(sender: LargeSender): void {
    if (this.queue.length === 0) return;
    this.queue = this.queue.filter((message) => message.sender !== sender || !this.forget(message));
  }

  clear(): void {
    this.queue = [];
    this.bytes = 0;
  }

  /** Writes one part of each message that may go on, round after round, until nothing may. */
  pump(parts: Parts): void {
    let isMoving = this.queue.length > 0;
    while (isMoving) {
      isMoving = false;
      for (const message of [...this.queue]) {
        if (parts.isFull) return;
        if (message.sender.sendCredit <= 0) continue;
        isMoving = true;
        this.sendPart(message, parts);
      }
    }
  }

  private sendPart(message: LargeMessage, parts: Parts): void {
    const { head, body, sender } = message;
    const size = Math.min(chunkBytes, body.length - message.sent);
    const isLast = message.sent + size === body.length;
    const more = isLast ? 0 : Flag.more;
    const stream = readU32(head, 8);
    let p: number;
    if (message.sent === 0) {
      p = parts.open(
        head[4] as number,
        (head[5] as number) | more,
        ((head[6] as number) << 8) | (head[7] as number),
        stream,
      );
      p = this.copy(parts, p, head, headerBytes, head.length);
      p = parts.u32(p, body.length);
    } else p = parts.open(FrameType.data, more, 0, stream);
    p = this.copy(parts, p, body, message.sent, message.sent + size);
    parts.close(p);
    message.sent += size;
    sender.sendCredit -= frameCost(size);
    if (!isLast) return;
    this.queue = this.queue.filter((other) => other !== message);
    this.forget(message);
    sender.largeSent();
  }

  private copy(parts: Parts, position: number, from: Uint8Array, start: number, end: number): number {
    parts.writer.ensure(position, end - start);
    parts.writer.buffer.set(from.subarray(start, end), position);
    return position + end - start;
  }

  private forget(message: LargeMessage): true {
    this.bytes -= message.body.length;
    return true;
  }
}
