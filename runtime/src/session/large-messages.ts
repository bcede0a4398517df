/** Messages that do not fit one frame: sent part by part, in turns, so that small messages pass between. */

import { chunkBytes, Flag, FrameType, headerBytes, readU32 } from "../frame/frame.js";
import { frameCost } from "../stream/credit.js";

/** The stream that sends a large message. */
export interface LargeSender {
  /** What the other side lets it send; it may send a frame while this is above zero. */
  sendCredit: number;
  /** A message in parts begins in a REQUEST or RESPONSE, which gives it more credit. */
  beginWhole(): void;
  /** The last part has been written. */
  largeSent(): void;
}

/** Where the parts go. */
interface Parts {
  /** Whether more parts would only wait in the transport's queue. */
  readonly isFullOfParts: boolean;
  readonly writer: { readonly buffer: Uint8Array; ensure(position: number, bytes: number): void };
  open(type: number, flags: number, method: number, stream: number): number;
  u32(position: number, value: number): number;
  close(position: number): void;
  closeWith(position: number, part: Uint8Array): void;
}

/** A message that has been encoded behind its header. */
export interface EncodedMessage {
  /** Header and sections of the first frame. */
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  /** Where both lie; nobody else writes to it any more. */
  readonly buffer: Uint8Array;
}

interface LargeMessage extends EncodedMessage {
  readonly stream: number;
  sent: number;
}

// A turn is what nearly every receiver takes without being asked: shorter ones only make messages wait for each other.
const partsPerTurn = 2;
// A part below this is copied behind its header, which costs less than a buffer of its own.
const copiedBytes = 2048;

/** The large messages that a connection has under way: at most one of each sender. */
export class LargeMessages {
  private readonly bytesMax: number;
  private readonly spent: (buffer: Uint8Array) => void;
  // In turns: whoever comes to the front sends one part. Those without credit stand aside and cost nothing.
  private readonly moving = new Map<LargeSender, LargeMessage>();
  private readonly blocked = new Map<LargeSender, LargeMessage>();
  private bytes = 0;

  /** `spent` is given each message's buffer when no part of it will be sent any more. */
  constructor(bytesMax: number, spent: (buffer: Uint8Array) => void) {
    this.bytesMax = bytesMax;
    this.spent = spent;
  }

  get count(): number {
    return this.moving.size + this.blocked.size;
  }

  /** Whether there is memory for `bytes` more. */
  hasRoom(bytes: number): boolean {
    return this.bytes + bytes <= this.bytesMax;
  }

  /** Takes a message. Requests begin at once, because they have to begin in the order of their ids. */
  add(encoded: EncodedMessage, sender: LargeSender, parts: Parts): void {
    const { head, body } = encoded;
    const message = { ...encoded, stream: readU32(head, 8), sent: 0 };
    this.bytes += body.length;
    this.moving.set(sender, message);
    if (head[4] !== FrameType.data) sender.beginWhole();
    if (head[4] === FrameType.request) this.sendPart(sender, message, parts);
  }

  /** The sender has got credit. */
  wake(sender: LargeSender): void {
    const message = this.blocked.get(sender);
    if (message === undefined) return;
    this.blocked.delete(sender);
    this.moving.set(sender, message);
  }

  /** Forgets what a stream has not sent yet. */
  drop(sender: LargeSender): void {
    const message = this.moving.get(sender) ?? this.blocked.get(sender);
    if (message !== undefined) this.forget(sender, message);
  }

  clear(): void {
    this.moving.clear();
    this.blocked.clear();
    this.bytes = 0;
  }

  /** Writes one part of each message that may go on, round after round; true where only a full transport has stopped it. */
  pump(parts: Parts): boolean {
    while (this.moving.size > 0) {
      for (const [sender, message] of this.moving) {
        for (let i = 0; i < partsPerTurn && this.moving.has(sender); i++) {
          if (parts.isFullOfParts) return true;
          if (sender.sendCredit > 0) this.sendPart(sender, message, parts);
          else {
            this.moving.delete(sender);
            this.blocked.set(sender, message);
          }
        }
      }
    }
    return false;
  }

  private sendPart(sender: LargeSender, message: LargeMessage, parts: Parts): void {
    const { body, sent } = message;
    const end = Math.min(body.length, sent + chunkBytes);
    const isLast = end === body.length;
    const part = body.subarray(sent, end);
    const p = this.openPart(message, isLast ? 0 : Flag.more, parts);
    if (part.length < copiedBytes) parts.close(copy(parts, p, part));
    else parts.closeWith(p, part);
    message.sent = end;
    sender.sendCredit -= frameCost(part.length);
    if (!isLast) return;
    this.forget(sender, message);
    sender.largeSent();
  }

  private openPart({ head, body, stream, sent }: LargeMessage, more: number, parts: Parts): number {
    if (sent > 0) return parts.open(FrameType.data, more, 0, stream);
    const flags = (head[5] as number) | more;
    const method = ((head[6] as number) << 8) | (head[7] as number);
    const p = parts.open(head[4] as number, flags, method, stream);
    return parts.u32(copy(parts, p, head.subarray(headerBytes)), body.length);
  }

  private forget(sender: LargeSender, message: LargeMessage): void {
    this.bytes -= message.body.length;
    this.moving.delete(sender);
    this.blocked.delete(sender);
    this.spent(message.buffer);
  }
}

function copy(parts: Parts, position: number, bytes: Uint8Array): number {
  parts.writer.ensure(position, bytes.length);
  parts.writer.buffer.set(bytes, position);
  return position + bytes.length;
}
