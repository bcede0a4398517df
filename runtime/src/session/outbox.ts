/** The outgoing side of a connection: frames are written in place into one buffer and leave once a turn. */

import { Writer } from "../bytes/writer.js";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { chunkBytes, headerBytes, writeHeader } from "../frame/frame.js";
import type { Transport } from "../transport/transport.js";
import { LargeMessages, type LargeSender } from "./large-messages.js";

// Sent as soon as there is this much: the other side works on the first frames of a busy turn while this side writes on.
const flushBytes = 16_384;
// A buffer that a burst has made larger than this is let go.
const keptBytes = 262_144;

// Writers serve whichever connection is writing, so that ten thousand idle connections hold no buffers.
const idleWriters: Writer[] = [];
const idleWritersMax = 8;

/** Writes frames. Exactly one frame may be open; a message that cannot be encoded is rolled back. */
export class Outbox {
  readonly large: LargeMessages;
  private current: Writer | undefined;
  private readonly transport: Transport;
  private readonly clock: Clock;
  private readonly queueMax: number;
  /** Whole frames in the writer's buffer. */
  private filled = 0;
  /** Start of the message in the open frame; -1 while none is open. */
  private bodyAt = -1;
  private planned = false;
  private stopped = false;
  private waiting: (() => void)[] = [];

  constructor(transport: Transport, clock: Clock, queueMax: number, unsentMax: number) {
    this.transport = transport;
    this.clock = clock;
    this.queueMax = queueMax;
    this.large = new LargeMessages(unsentMax);
  }

  get writer(): Writer {
    return (this.current ??= idleWriters.pop() ?? new Writer());
  }

  /** Whether producers should wait: the transport has more than it gets rid of. */
  get isFull(): boolean {
    return this.transport.queuedBytes + this.filled > this.queueMax;
  }

  /** Whether a frame is open, which only whoever encodes a message can see. */
  get isWriting(): boolean {
    return this.bodyAt >= 0;
  }

  /** Writes raw bytes, for the preface. */
  raw(bytes: Uint8Array): void {
    this.writer.ensure(this.filled, bytes.length);
    this.writer.buffer.set(bytes, this.filled);
    this.filled += bytes.length;
    this.plan();
  }

  /** Opens a frame and returns the position where its payload starts. */
  open(type: number, flags: number, method: number, stream: number): number {
    if (this.bodyAt >= 0) {
      throw new RpcError("internal", "a message that is being encoded may not send another one on its connection");
    }
    const at = this.filled;
    const { writer } = this;
    writer.ensure(at, headerBytes);
    writeHeader(writer.view, at, 0, type, flags, method, stream);
    this.bodyAt = at + headerBytes;
    return this.bodyAt;
  }

  /** Adds a u32 section to the open frame. */
  u32(position: number, value: number): number {
    this.writer.ensure(position, 4);
    this.writer.view.setUint32(position, value);
    return (this.bodyAt = position + 4);
  }

  /** Adds a section with entries of text, two after two, behind its length. */
  entries(position: number, entries: Iterable<readonly [string, string]>): number {
    const at = this.u32(position, 0);
    let p = at;
    for (const [key, value] of entries) {
      p = this.writer.string(p, 0x0a, key);
      p = this.writer.string(p, 0x12, value);
    }
    this.writer.view.setUint32(position, p - at);
    return (this.bodyAt = p);
  }

  /** Length that the message would have if it ended at `position`. */
  bodyLength(position: number): number {
    return position - this.bodyAt;
  }

  /** Closes the open frame at `position` and plans its leaving. */
  close(position: number): void {
    this.bodyAt = -1;
    if (this.stopped) return;
    const at = this.filled;
    this.writer.view.setUint32(at, position - at - headerBytes);
    this.filled = position;
    this.plan();
  }

  /** Whether the message in the open frame is too long for one frame. */
  isLarge(position: number): boolean {
    return position - this.bodyAt > chunkBytes;
  }

  /** Takes the message out of the open frame and sends it in parts, as its sender's credit allows. */
  closeLarge(position: number, sender: LargeSender): void {
    const { buffer } = this.writer;
    // Not `slice`, which on Node's Buffer shares the memory.
    const head = new Uint8Array(buffer.subarray(this.filled, this.bodyAt));
    const body = new Uint8Array(buffer.subarray(this.bodyAt, position));
    this.bodyAt = -1;
    this.large.add(head, body, sender);
    this.plan();
  }

  /** Forgets the open frame, if there is one. */
  rollback(): void {
    if (this.bodyAt < 0) return;
    this.bodyAt = -1;
    this.writer.rewind();
  }

  /** A frame without payload. */
  empty(type: number, flags: number, method: number, stream: number): void {
    this.close(this.open(type, flags, method, stream));
  }

  /** Calls `ready` once, when there is room again. */
  whenRoom(ready: () => void): void {
    this.waiting.push(ready);
  }

  /** Large messages may have got credit. */
  poke(): void {
    this.plan();
  }

  /** Hands everything over that may leave now, and wakes whoever waited for room. */
  flush(): void {
    if (this.stopped || this.bodyAt >= 0) return;
    this.large.pump(this);
    this.handOver();
    if (this.waiting.length === 0 || this.isFull) return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const ready of waiting) ready();
  }

  /** Sends nothing more. */
  stop(): void {
    this.stopped = true;
    this.filled = 0;
    this.waiting = [];
    this.large.clear();
  }

  /** Whether whatever was written has left this process. */
  get isEmpty(): boolean {
    return this.filled === 0 && this.large.count === 0 && this.transport.queuedBytes === 0;
  }

  private plan(): void {
    if (this.filled >= flushBytes) this.handOver();
    if (this.planned) return;
    this.planned = true;
    this.clock.endOfTurn(() => {
      this.planned = false;
      this.flush();
    });
  }

  private handOver(): void {
    const writer = this.current;
    if (writer === undefined || this.filled === 0 || this.stopped) return;
    const size = this.filled;
    this.filled = 0;
    if (!this.transport.write(writer.buffer.subarray(0, size))) writer.take(size);
    this.current = undefined;
    if (writer.limit <= keptBytes && idleWriters.length < idleWritersMax) idleWriters.push(writer);
  }
}
