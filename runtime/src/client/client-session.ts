/** The client's end of one connection: a Caller that writes calls straight into the outgoing buffer. */

import { checkMetadataSize, Metadata } from "../call/metadata.js";
import type { Caller, OutgoingCall } from "../call/outgoing-call.js";
import { RpcError } from "../error/rpc-error.js";
import { decodeEntries, type Goaway, type Hello } from "../frame/control.js";
import {
  callsBeforeHello,
  deadlineFlag,
  Flag,
  FrameType,
  metadataFlag,
  moreFlag,
  readU32,
  requestType,
  reservedFlags,
  responseType,
  streamIdMax,
} from "../frame/frame.js";
import { FrameError } from "../frame/frame-error.js";
import type { FrameView } from "../frame/frame-joiner.js";
import { Connection } from "../session/connection.js";
import { statusOfEnd, type ConnectionEnd } from "../session/connection-end.js";
import type { ConnectionOptions, Role } from "../session/role.js";
import { SendSide } from "../session/send-side.js";
import { AssemblyBudget } from "../stream/assembly.js";
import { StreamTable } from "../stream/stream-table.js";
import type { Transport } from "../transport/transport.js";
import type { AnyCall, CallHost } from "./any-call.js";
import { Bindings } from "./bindings.js";
import { ManyCall } from "./many-call.js";
import { OpenCall } from "./open-call.js";
import { readFailure } from "./read-failure.js";
import { unsent } from "./unsent.js";

/** What a session tells the channel that owns it. */
export interface SessionWatcher {
  /** The server has said HELLO. */
  ready(): void;
  /** A call ended or the transport took bytes, so that there may be room for a call that waits. */
  room(): void;
  /** No new calls; those that run go on. */
  draining(): void;
  closed(end: ConnectionEnd): void;
}

const noWatcher: SessionWatcher = { ready: () => {}, room: () => {}, draining: () => {}, closed: () => {} };

export class ClientSession implements Caller, CallHost, Role {
  readonly connection: Connection;
  readonly assemblyBudget: AssemblyBudget;
  readonly lastStream = 0;
  private readonly watcher: SessionWatcher;
  private readonly bindings: Bindings;
  private readonly table = new StreamTable<AnyCall>();
  private nextId = 1;
  private callsMax = callsBeforeHello;
  private awaitsRoom = false;
  /** When the turn began by which the deadlines from call `turnFirst` on were reckoned; -1 where there are none. */
  private turn = -1;
  private turnFirst = 0;
  private readonly endTurn = (): void => this.postponeCalls();
  private ended: ConnectionEnd | undefined;
  private readonly whenClosed: Promise<void>;
  private tellClosed: () => void = () => {};

  constructor(transport: Transport, options: ConnectionOptions, watcher: SessionWatcher = noWatcher) {
    this.watcher = watcher;
    this.connection = new Connection("client", transport, this, options);
    this.assemblyBudget = new AssemblyBudget(options.limits.reassemblyBytesMax);
    this.bindings = new Bindings(this.connection.outbox);
    this.whenClosed = new Promise((resolve) => {
      this.tellClosed = resolve;
    });
    options.counters.connectionsOpened++;
    options.counters.connectionsOpen++;
    this.connection.start();
  }

  get openStreams(): number {
    return this.table.size;
  }

  /** Whether a call that is started now would be sent now. */
  get hasRoom(): boolean {
    return this.connection.isOpen && this.table.size < this.callsMax && !this.connection.outbox.isFull;
  }

  /** Tells the watcher when a queue that is full now takes calls again. */
  awaitRoom(): void {
    if (this.awaitsRoom || !this.connection.outbox.isFull) return;
    this.awaitsRoom = true;
    this.connection.outbox.whenRoom(() => {
      this.awaitsRoom = false;
      if (this.connection.isOpen) this.watcher.room();
    });
  }

  one<In, Out>(call: OutgoingCall<In, Out>, turn?: number): Promise<Out> {
    return new Promise<Out>((resolve, reject) => this.start(new OpenCall(call, resolve, reject), turn));
  }

  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> {
    return { [Symbol.asyncIterator]: () => new ManyCall<In, Out>(call, (open) => this.start(open)) };
  }

  async close(reason?: RpcError): Promise<void> {
    if (reason === undefined) this.connection.drain("the client is closing");
    else {
      for (const call of this.table.all()) call.fail(reason);
      this.connection.close(reason.message);
    }
    await this.whenClosed;
  }

  /** Sends the request. Whatever stands in the way fails the call, never the caller. */
  start<In, Out>(call: OpenCall<In, Out>, turn?: number): void {
    if (call.isOver) return;
    const { connection } = this;
    const { deadlineAt } = call;
    const leftMs = deadlineAt === Infinity ? Infinity : deadlineAt - (turn ?? connection.clock.now());
    const refusal = this.refusal(call, leftMs);
    if (refusal !== undefined) {
      // Another connection may take what this one cannot.
      if (refusal.code === "unavailable") call.fail(refusal);
      else call.giveUp(refusal);
      return;
    }
    const id = this.table.freeIdFrom(this.nextId);
    if (id > streamIdMax) return this.useUp(call);
    if (turn !== undefined && this.turn < 0) this.beginTurn(turn, id);
    try {
      this.send(call, id, leftMs);
    } catch (thrown) {
      connection.outbox.rollback();
      const error = call.requestError(thrown);
      // The same request would fail in the same way; on a connection that is gone it was not the request.
      if (connection.isAlive) call.giveUp(error);
      else call.fail(error);
    }
  }

  private useUp(call: AnyCall): void {
    this.connection.drain("stream ids are used up");
    this.watcher.draining();
    call.fail(this.notStarted("stream ids are used up"));
  }

  private beginTurn(turn: number, firstId: number): void {
    this.turn = turn;
    this.turnFirst = firstId;
    this.connection.clock.endOfTurn(this.endTurn);
  }

  // A call's time runs from when it leaves. Where a turn takes long, its last calls would have lost that much.
  private postponeCalls(): void {
    const tookMs = this.connection.clock.now() - this.turn;
    this.turn = -1;
    if (tookMs < 1) return;
    for (let id = this.turnFirst; id < this.nextId; id++) this.table.find(id)?.postpone(tookMs);
  }

  release(call: AnyCall): void {
    const before = this.table.size;
    this.table.delete(call.id);
    if (this.table.size === before) return;
    this.connection.counters.callsOpen--;
    if (this.connection.isOpen) this.watcher.room();
    else this.connection.closeIfIdle();
  }

  frame(frame: FrameView): void {
    const call = this.table.find(frame.stream);
    if (call === undefined) return this.ignore(frame);
    const { type, flags } = frame;
    if (type !== responseType || (flags & reservedFlags) !== 0) return this.otherFrame(call, frame);
    const start = (flags & metadataFlag) === 0 ? frame.start : this.metadata(call, frame);
    call.take(true, (flags & moreFlag) !== 0, frame.buffer, start, frame.end);
  }

  private ignore(frame: FrameView): void {
    if (frame.stream >= this.nextId) throw new FrameError("protocol-error", `no call ${frame.stream} was ever made`);
    this.connection.floods.ignoreFrame(frame);
  }

  private otherFrame(call: AnyCall, frame: FrameView): void {
    if ((frame.flags & reservedFlags) !== 0) {
      call.refuse("unimplemented", "the server used a reserved flag: compression and trace sections are not offered");
      return;
    }
    switch (frame.type) {
      case FrameType.data:
        call.take(false, (frame.flags & moreFlag) !== 0, frame.buffer, frame.start, frame.end);
        return;
      case FrameType.end:
        if ((frame.flags & metadataFlag) !== 0) this.metadata(call, frame);
        call.end();
        return;
      case FrameType.error:
        this.failure(call, frame);
        return;
      default:
        this.credit(call, frame);
    }
  }

  room(stream: number, bytes: number): Uint8Array | undefined {
    return this.table.find(stream)?.room(bytes);
  }

  ready(hello: Hello): void {
    this.callsMax = hello.concurrentCallsMax > 0 ? hello.concurrentCallsMax : callsBeforeHello;
    this.watcher.ready();
  }

  goaway(goaway: Goaway): void {
    this.watcher.draining();
    const error = this.notStarted("the server is closing");
    for (const call of this.table.all()) if (call.id > goaway.lastStream) call.fail(error);
  }

  closed(end: ConnectionEnd): void {
    this.ended = end;
    this.connection.counters.connectionsOpen--;
    const { peer } = this.connection;
    const code = statusOfEnd(end);
    // The next connection would end in the same way.
    const isHopeless = code !== "unavailable";
    for (const call of this.table.all()) {
      const neverProcessed = end.lastStream !== undefined && call.id > end.lastStream && !isHopeless;
      const facts = { method: call.path, peer, cause: end.cause, neverProcessed };
      call.fail(new RpcError(code, `the connection to ${peer} ended: ${end.reason}`, facts));
    }
    this.watcher.closed(end);
    this.tellClosed();
  }

  tick(now: number): number {
    let next = Infinity;
    for (const call of this.table.all()) {
      if (call.deadlineAt > now) next = Math.min(next, call.deadlineAt);
      else {
        this.connection.counters.deadlinesExceeded++;
        call.leave(call.error("deadline-exceeded", "the deadline passed before the answer came"));
      }
    }
    return next;
  }

  /** Why a call cannot be sent; undefined where it can. */
  private refusal(call: AnyCall, leftMs: number): RpcError | undefined {
    const { connection } = this;
    const canBegin = connection.isOpen && !connection.outbox.isWriting && this.table.size < this.callsMax;
    return canBegin && leftMs > 0 && call.signal?.aborted !== true ? undefined : this.explainRefusal(call, leftMs);
  }

  private explainRefusal(call: AnyCall, leftMs: number): RpcError {
    const { connection } = this;
    if (!connection.isOpen) {
      return this.notStarted(this.ended === undefined ? "it takes no new calls" : `it ended: ${this.ended.reason}`);
    }
    if (connection.outbox.isWriting) {
      return call.error("internal", "a message that is being encoded may not make calls on its own connection");
    }
    if (call.signal?.aborted === true) return call.abortError(call.signal.reason);
    if (leftMs <= 0) {
      connection.counters.deadlinesExceeded++;
      return unsent(call, "deadline-exceeded", "the deadline had passed before the call was sent");
    }
    return this.notStarted(`its limit concurrentCallsMax = ${this.callsMax} is reached`);
  }

  private send<In, Out>(call: OpenCall<In, Out>, id: number, leftMs: number): void {
    const { connection } = this;
    const { outbox } = connection;
    const { method, request, metadata, requests } = call.call;
    const index = this.bindings.base(method.service) + method.index;
    const isPlain = metadata === undefined && requests === undefined && method.info.shape !== "oneway";
    let p = isPlain ? this.open(index, id, leftMs, 0) : this.openRare(call.call, index, id, leftMs);
    // A method with one request always has it; what it is, its encoder checks.
    if (requests === undefined) p = method.encode(outbox.writer, request as In, p);
    // Encoding may have run code of the caller's: getters and iterators in the request.
    if (call.isOver || !connection.isAlive) throw this.notStarted("it ended while the request was being encoded");
    call.checkSize(outbox.bodyLength(p), connection);
    this.nextId = id + 1;
    connection.counters.callsStarted++;
    if (isPlain || method.info.shape !== "oneway") this.closeRequest(call, id, p);
    else this.closeOneway(call, id, p);
  }

  /** Opens a request with its deadline, and returns the position behind that. */
  private open(index: number, id: number, leftMs: number, flags: number): number {
    const { outbox } = this.connection;
    if (leftMs === Infinity) return outbox.open(requestType, flags, index, id);
    return outbox.u32(outbox.open(requestType, flags | deadlineFlag, index, id), remaining(leftMs));
  }

  // By itself like all that few calls need, so that the way of most is short enough to be inlined.
  private openRare<In, Out>(call: OutgoingCall<In, Out>, index: number, id: number, leftMs: number): number {
    const { connection } = this;
    const { method, metadata, requests } = call;
    if (metadata !== undefined) {
      checkMetadataSize(metadata, connection.limits, connection.peerHello?.metadataBytesMax);
    }
    const hasMetadata = metadata !== undefined && metadata.size > 0;
    let flags = hasMetadata ? metadataFlag : 0;
    if (method.info.shape === "oneway") flags |= Flag.oneway;
    if (requests !== undefined) flags |= Flag.noBody;
    const p = this.open(index, id, leftMs, flags);
    return hasMetadata ? connection.outbox.entries(p, metadata) : p;
  }

  private closeRequest<In, Out>(call: OpenCall<In, Out>, id: number, position: number): void {
    const { outbox } = this.connection;
    if (outbox.isLarge(position)) call.sender(this.connection).close(position);
    else outbox.close(position);
    this.register(call, id);
    call.started(this, id);
  }

  // A large oneway message needs credit, and so stays a call until its last part is written.
  private closeOneway<In, Out>(call: OpenCall<In, Out>, id: number, position: number): void {
    const { outbox } = this.connection;
    if (!outbox.isLarge(position)) {
      outbox.close(position);
      call.handedOver(undefined as Out);
      return;
    }
    const sender = call.sender(this.connection);
    sender.whenLargeSent = () => call.handedOver(undefined as Out);
    sender.close(position);
    this.register(call, id);
    call.started(this, id);
  }

  private register<In, Out>(call: OpenCall<In, Out>, id: number): void {
    call.id = id;
    this.table.add(call);
    this.connection.counters.callsOpen++;
    this.connection.wakeAt(call.deadlineAt);
  }

  /** Reads the metadata section and returns where the message starts. */
  private metadata(call: AnyCall, frame: FrameView): number {
    if (frame.end - frame.start < 4) throw new FrameError("protocol-error", "a metadata section is cut off");
    const start = frame.start + 4;
    const end = start + readU32(frame.buffer, frame.start);
    if (end > frame.end) throw new FrameError("protocol-error", "a metadata section is longer than its frame");
    const { reader, limits } = this.connection;
    reader.reset(frame.buffer, start, end);
    try {
      const metadata = Metadata.from(decodeEntries(reader, end));
      checkMetadataSize(metadata, limits);
      call.tellMetadata(metadata);
    } catch (error) {
      if (!RpcError.is(error)) throw error;
      call.abandon(call.error(error.code === "resource-exhausted" ? error.code : "internal", error.message));
    }
    return end;
  }

  private failure(call: AnyCall, frame: FrameView): void {
    const start = (frame.flags & metadataFlag) === 0 ? frame.start : this.metadata(call, frame);
    const { reader, peer, counters } = this.connection;
    reader.reset(frame.buffer, start, frame.end);
    const error = readFailure(reader, call, peer);
    counters.callsFailed++;
    call.fail(error);
  }

  private credit(call: AnyCall, frame: FrameView): void {
    if (frame.end - frame.start !== 4) throw new FrameError("protocol-error", "a CREDIT carries 4 bytes");
    const sending = call.sending ?? new SendSide(this.connection.outbox);
    if (!sending.isGrantDue()) this.connection.floods.spendIdleFrame();
    sending.grant(readU32(frame.buffer, frame.start));
  }

  private notStarted(why: string): RpcError {
    const { peer } = this.connection;
    return new RpcError("unavailable", `the connection to ${peer} cannot be used: ${why}`, {
      peer,
      neverProcessed: true,
    });
  }
}

// Up to 49 days; whoever waits longer is not helped by more bits. A rounded-down zero would be no deadline at all.
function remaining(ms: number): number {
  return Math.min(0xffff_ffff, Math.max(1, Math.ceil(ms)));
}
