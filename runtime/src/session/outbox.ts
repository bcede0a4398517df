/** The outgoing side of a connection: frames are written in place into one buffer and leave once a turn. */

import { giveBuffer } from "../bytes/buffer-pool.js";
import { Writer } from "../bytes/writer.js";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { encodeEntries } from "../frame/control.js";
import { chunkBytes, headerBytes, writeHeader } from "../frame/frame.js";
import type { Transport } from "../transport/transport.js";
import { LargeMessages, type LargeSender } from "./large-messages.js";

// Sent as soon as there is this much: the other side works on the first frames of a busy turn while this side writes on.
const flushBytes = 16_384;
// Where the transport always has something queued, no more buffers than this wait for another use.
const spentMax = 16;
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
  /** End of the whole frames in the writer's buffer, and where those start that are not in `row` yet. */
  private filled = 0;
  private start = 0;
  /** What leaves before them, where parts of large messages are to leave from where they lie. */
  private row: Uint8Array[] = [];
  private rowBytes = 0;
  /** Buffers of large messages that have gone, or never will; the transport may still read them. */
  private spent: Uint8Array[] = [];
  /** Start of the message in the open frame; -1 while none is open. */
  private bodyAt = -1;
  private planned = false;
  private stopped = false;
  private waiting: (() => void)[] = [];

  constructor(transport: Transport, clock: Clock, queueMax: number, unsentMax: number) {
    this.transport = transport;
    this.clock = clock;
    this.queueMax = queueMax;
    this.large = new LargeMessages(unsentMax, (buffer) => this.spent.push(buffer));
  }

  get writer(): Writer {
    return this.current ?? this.takeWriter();
  }

  private takeWriter(): Writer {
    return (this.current = idleWriters.pop() ?? new Writer());
  }

  /** Whether producers should wait: the transport has more than it gets rid of. */
  get isFull(): boolean {
    return this.queued > this.queueMax;
  }

  // Large messages wait here rather than in the transport, whose queue would make a server stop reading.
  get isFullOfParts(): boolean {
    return this.queued > this.queueMax / 2;
  }

  /** Whether a frame is open, which only whoever encodes a message can see. */
  get isWriting(): boolean {
    return this.bodyAt >= 0;
  }

  /** Runs what writes frames: now, or once the message that is being encoded, perhaps by its caller, is through. */
  whenWritten(write: () => void): void {
    if (this.stopped) return;
    if (this.bodyAt < 0) write();
    else this.clock.endOfTurn(() => this.whenWritten(write));
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
    if (this.bodyAt >= 0) refuseNested();
    const at = this.filled;
    const { writer } = this;
    writer.ensure(at, headerBytes);
    writeHeader(writer.view, at, 0, type, flags, method, stream);
    return (this.bodyAt = at + headerBytes);
  }

  /** Adds a u32 section to the open frame. */
  u32(position: number, value: number): number {
    const { writer } = this;
    writer.ensure(position, 4);
    writer.view.setUint32(position, value);
    return (this.bodyAt = position + 4);
  }

  /** Adds a section with entries of text, two after two, behind its length. */
  entries(position: number, entries: Iterable<readonly [string, string]>): number {
    const at = this.u32(position, 0);
    const p = encodeEntries(this.writer, entries, at);
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

  /**
   * Takes the message out of the open frame and sends it in parts, as its sender's credit allows. It stays where it was
   * encoded: the writer goes on with another buffer.
   */
  closeLarge(position: number, sender: LargeSender): void {
    const { writer } = this;
    const { buffer } = writer;
    const head = buffer.subarray(this.filled, this.bodyAt);
    const body = buffer.subarray(this.bodyAt, position);
    this.bodyAt = -1;
    const isLastHolder = this.start === 0;
    this.seal();
    writer.take(position, isLastHolder);
    this.start = this.filled = 0;
    this.large.add({ head, body, buffer }, sender, this);
    this.plan();
  }

  /** Closes the open frame at `position` with `part` behind it, which nobody may change any more. */
  closeWith(position: number, part: Uint8Array): void {
    this.bodyAt = -1;
    this.writer.view.setUint32(this.filled, position - this.filled - headerBytes + part.length);
    this.filled = position;
    this.seal();
    this.row.push(part);
    this.rowBytes += part.length;
  }

  /** Forgets the open frame, if there is one. */
  rollback(): void {
    if (this.bodyAt < 0) return;
    this.bodyAt = -1;
    const { writer } = this;
    writer.rewind();
    // Nothing may follow for a long time that would let go of it.
    if (this.filled === 0 && writer.limit > keptBytes) this.current = undefined;
  }

  /** A frame without payload. */
  empty(type: number, flags: number, method: number, stream: number): void {
    this.close(this.open(type, flags, method, stream));
  }

  /** Calls `ready` once, when there is room again. */
  whenRoom(ready: () => void): void {
    this.waiting.push(ready);
  }

  /** The large message of `sender` has got credit. */
  poke(sender: LargeSender): void {
    this.large.wake(sender);
    this.plan();
  }

  /** Hands everything over that may leave now, and wakes whoever waited for room. */
  flush(): void {
    if (this.stopped || this.bodyAt >= 0) return;
    let isLeft: boolean;
    do {
      isLeft = this.large.pump(this);
      this.handOver();
    } while (isLeft && !this.isFullOfParts);
    if (this.spent.length > 0) this.reuseSpent();
    if (this.waiting.length === 0 || this.isFull) return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const ready of waiting) ready();
  }

  /** Sends nothing more. */
  stop(): void {
    this.stopped = true;
    this.filled = this.start = 0;
    this.row = [];
    this.rowBytes = 0;
    this.spent = [];
    this.waiting = [];
    this.large.clear();
  }

  /** Whether whatever was written has left this process. */
  get isEmpty(): boolean {
    return this.filled === 0 && this.row.length === 0 && this.large.count === 0 && this.transport.queuedBytes === 0;
  }

  private get queued(): number {
    return this.transport.queuedBytes + this.rowBytes + this.filled - this.start;
  }

  private plan(): void {
    if (this.filled >= flushBytes) this.handOver();
    if (!this.planned) this.planFlush();
  }

  private planFlush(): void {
    this.planned = true;
    this.clock.endOfTurn(() => {
      this.planned = false;
      this.flush();
    });
  }

  private handOver(): void {
    const writer = this.current;
    if (writer === undefined || this.stopped) return;
    if (this.row.length > 0) return this.handRowOver(writer);
    if (this.filled === 0) return;
    const size = this.filled;
    this.filled = 0;
    if (!this.transport.write(writer.buffer.subarray(0, size))) writer.take(size);
    this.release(writer);
  }

  private handRowOver(writer: Writer): void {
    this.seal();
    const { row } = this;
    this.row = [];
    this.rowBytes = 0;
    this.start = this.filled = 0;
    if (!this.transport.writeAll(row)) writer.take(0);
    this.release(writer);
  }

  // What has left the queue has left this process: nobody looks at these buffers any more.
  private reuseSpent(): void {
    const { spent } = this;
    if (this.row.length === 0 && this.transport.queuedBytes === 0) {
      this.spent = [];
      spent.forEach(giveBuffer);
    } else if (spent.length > spentMax) this.spent = spent.slice(-spentMax);
  }

  /** Moves the frames at the writer's end into the row. */
  private seal(): void {
    const { start, filled } = this;
    if (start === filled) return;
    this.row.push(this.writer.buffer.subarray(start, filled));
    this.rowBytes += filled - start;
    this.start = filled;
  }

  private release(writer: Writer): void {
    this.current = undefined;
    if (writer.limit <= keptBytes && idleWriters.length < idleWritersMax) idleWriters.push(writer);
  }
}

function refuseNested(): never {
  throw new RpcError("internal", "a message that is being encoded may not send another one on its connection");
}
