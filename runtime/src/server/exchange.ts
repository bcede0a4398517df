/** One call on the server: what the handler sees of it, and what the dispatch table answers it with. */

import type { Reader } from "../bytes/reader.js";
import type { MessageWriter } from "../bytes/message-writer.js";
import type { Admitted } from "../call/admission.js";
import { checkMetadataSize, Metadata } from "../call/metadata.js";
import { isPending, type Peer, type ServerExchange } from "../call/server-call.js";
import type { Decode, Encode } from "../codec/codec.js";
import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import { chunkBytes, Flag, FrameType } from "../frame/frame.js";
import { limitText } from "../limits.js";
import type { MethodInfo, ServiceInfo } from "../method/method.js";
import type { Connection } from "../session/connection.js";
import { SendSide } from "../session/send-side.js";
import type { AssemblyBudget } from "../stream/assembly.js";
import type { Inbound } from "../stream/inbound.js";
import { type InboundSink } from "../stream/inbound.js";
import { MessagePump } from "../stream/message-pump.js";
import type { Route } from "./binding.js";
import { describeFailure, plainFailure, writeFailure, type WireFailure } from "./failure.js";
import { Ongoing } from "./ongoing.js";
import { RequestStream } from "./request-stream.js";

/** The session that a call came in on. */
export interface ExchangeHost {
  readonly connection: Connection;
  readonly assemblyBudget: AssemblyBudget;
  readonly peer: Peer;
  /** Keeps the call until it is over, because its answer comes later. */
  register(exchange: Exchange): void;
  /** Forgets the call, which is over. */
  release(exchange: Exchange): void;
  /** Whether clients may read the text of errors that are no RpcErrors. */
  readonly exposesErrors: boolean;
  /** A handler failed with something that is no RpcError. */
  handlerFailed(path: string, thrown: unknown): void;
  /** A handler still runs although its call is over, or has now ended at last. */
  handlerOutlived(by: 1 | -1): void;
}

/** Small, because every call makes one: whatever most calls never need stands in `Ongoing`. */
export class Exchange implements ServerExchange, InboundSink {
  readonly id: number;
  readonly route: Route;
  private readonly host: ExchangeHost;
  /** What the client gave the call when it came, in milliseconds; negative where it set no deadline. */
  private readonly timeoutMs: number;
  private readonly sentMetadata: Metadata | undefined;
  private over = false;
  private kept: Ongoing | undefined;
  private arrivedAt: number | undefined;

  constructor(host: ExchangeHost, route: Route, id: number, timeoutMs: number, metadata: Metadata | undefined) {
    this.host = host;
    this.route = route;
    this.id = id;
    this.timeoutMs = timeoutMs;
    this.sentMetadata = metadata;
  }

  /** In the clock's milliseconds; Infinity where there is none. */
  get deadlineAt(): number {
    if (this.timeoutMs < 0) return Infinity;
    return (this.arrivedAt ?? this.host.connection.readAt) + this.timeoutMs;
  }

  get sending(): SendSide | undefined {
    return this.kept?.sending;
  }

  /** The sending side, made where there is none yet. */
  get sender(): SendSide {
    return (this.ongoing.sending ??= new SendSide(this.host.connection.outbox));
  }

  get inbound(): Inbound | undefined {
    return this.kept?.inbound;
  }

  /** Whoever counts the call is told when it is over. */
  admitted(admitted: Admitted): void {
    this.ongoing.admitted = admitted;
  }

  /** Takes the call's messages from here on. */
  listen(inbound: Inbound): void {
    this.ongoing.inbound = inbound;
  }

  private get ongoing(): Ongoing {
    return (this.kept ??= new Ongoing());
  }

  get isOver(): boolean {
    return this.over;
  }

  get signal(): AbortSignal {
    const { ongoing } = this;
    if (ongoing.abort === undefined) {
      ongoing.abort = new AbortController();
      if (ongoing.abortReason !== undefined) ongoing.abort.abort(ongoing.abortReason);
    }
    return ongoing.abort.signal;
  }

  get remainingMs(): number {
    const { deadlineAt } = this;
    return deadlineAt === Infinity ? Infinity : Math.max(0, deadlineAt - this.host.connection.clock.now());
  }

  get deadline(): Date | undefined {
    const { remainingMs } = this;
    return remainingMs === Infinity ? undefined : new Date(this.host.connection.clock.wall() + remainingMs);
  }

  get metadata(): Metadata {
    return this.sentMetadata ?? new Metadata();
  }

  get responseMetadata(): Metadata {
    return (this.ongoing.answerMetadata ??= new Metadata());
  }

  get peer(): Peer {
    return this.host.peer;
  }

  get service(): ServiceInfo {
    return this.route.service;
  }

  get method(): MethodInfo {
    return this.route.info;
  }

  get reader(): Reader {
    return this.host.connection.reader;
  }

  get end(): number {
    return this.host.connection.reader.end;
  }

  get writer(): MessageWriter {
    return this.host.connection.outbox.writer;
  }

  // What the dispatch table calls.

  begin(): number {
    return this.open(FrameType.response);
  }

  reply(position: number): void {
    const { outbox } = this.host.connection;
    if (this.over) {
      outbox.rollback();
      return;
    }
    this.checkSize(outbox.bodyLength(position));
    if (!outbox.isLarge(position)) {
      outbox.close(position);
      this.finish(undefined);
      return;
    }
    this.register();
    const { sender } = this;
    sender.whenLargeSent = () => this.finish(undefined);
    sender.close(position);
  }

  later<Out>(answer: PromiseLike<Out>, encode: Encode<Out>): void {
    this.register();
    this.ongoing.handlerRuns = true;
    this.await(answer, (value) => {
      try {
        this.reply(encode(this.writer, value, this.begin()));
      } catch (thrown) {
        this.failWith(thrown);
      }
    });
  }

  stream<Out>(answers: AsyncIterable<Out> | Iterable<Out>, encode: Encode<Out>): void {
    this.register();
    const { outbox } = this.host.connection;
    const { sender: sending } = this;
    this.ongoing.pump = new MessagePump(answers, {
      ready: () => sending.ready(),
      send: (message) => {
        const p = encode(outbox.writer, message, outbox.open(FrameType.data, 0, 0, this.id));
        this.checkSize(outbox.bodyLength(p));
        sending.close(p);
      },
      end: () => void this.endStream(sending),
      released: () => {
        this.host.handlerOutlived(-1);
        this.handlerEnded();
      },
      fail: (thrown) => this.failWith(thrown),
    });
  }

  receive<In>(decode: Decode<In>): AsyncIterable<In> {
    const stream = new RequestStream<In>((cost) => this.inbound?.consumed(cost));
    const { reader } = this;
    this.ongoing.requests = {
      push: (buffer, start, end, cost) => {
        reader.reset(buffer, start, end);
        stream.push(decode(reader, end), cost);
      },
      ended: () => stream.end(),
      stop: (error) => stream.fail(error),
    };
    return stream;
  }

  forget(done: unknown): void {
    if (!isPending(done)) return this.finish(undefined);
    this.register();
    this.ongoing.handlerRuns = true;
    this.await(done, () => this.finish(undefined));
  }

  unimplemented(index: number): void {
    this.fail("unimplemented", `${this.service.name} has no method with index ${index}`);
  }

  // What the session calls.

  /** The client cancelled, the deadline passed or the connection was lost. */
  interrupt(code: StatusCode, text: string, tellsClient: boolean): void {
    if (this.over) return;
    const reason = new RpcError(code, text, { method: this.route.path, peer: this.peer.address });
    if (this.kept !== undefined) this.kept.failedWith = code;
    if (tellsClient) this.fail(code, text, reason);
    else this.finish(reason);
  }

  /** Answers with what a handler threw, or a dispatch table. */
  failWith(thrown: unknown): void {
    const { host, route } = this;
    host.connection.outbox.rollback();
    if (this.over) return;
    const failure = describeFailure(thrown, route.info, host.exposesErrors);
    if (failure.isUnexpected) host.handlerFailed(route.path, thrown);
    this.fail(failure.code, failure.message, undefined, failure);
  }

  message(buffer: Uint8Array, start: number, end: number, cost: number): void {
    try {
      this.kept?.requests?.push(buffer, start, end, cost);
    } catch (thrown) {
      this.failWith(thrown);
    }
  }

  ended(): void {
    this.kept?.requests?.ended();
  }

  refuse(code: StatusCode, text: string): void {
    this.interrupt(code, text, true);
  }

  idle(): void {
    this.host.connection.floods.spendIdleFrame();
  }

  grant(increment: number): void {
    const { outbox } = this.host.connection;
    if (this.over) return;
    outbox.whenWritten(() => outbox.close(outbox.u32(outbox.open(FrameType.credit, 0, 0, this.id), increment)));
  }

  private get isOneway(): boolean {
    return this.route.info.shape === "oneway";
  }

  private open(type: FrameType): number {
    const { outbox, limits, peerHello } = this.host.connection;
    const metadata = this.kept?.answerMetadata;
    if (metadata === undefined || metadata.size === 0) return outbox.open(type, 0, 0, this.id);
    checkMetadataSize(metadata, limits, peerHello?.metadataBytesMax);
    return outbox.entries(outbox.open(type, Flag.metadata, 0, this.id), metadata);
  }

  private async endStream(sending: SendSide): Promise<void> {
    await sending.quiet();
    if (this.over) return;
    const { outbox } = this.host.connection;
    try {
      outbox.close(this.open(FrameType.end));
    } catch (thrown) {
      this.failWith(thrown);
      return;
    }
    this.finish(undefined);
  }

  protected fail(code: StatusCode, message: string, reason?: RpcError, failure?: WireFailure): void {
    const { connection } = this.host;
    const { outbox } = connection;
    connection.counters.callsFailed++;
    if (this.kept !== undefined) this.kept.failedWith = code;
    if (!this.isOneway && connection.isAlive) {
      // Nothing of an answer that was under way may follow its failure.
      this.kept?.sending?.stop();
      writeFailure(outbox, this.id, failure ?? plainFailure(code, message), () => this.open(FrameType.error));
    }
    this.finish(reason);
  }

  protected checkSize(bytes: number): void {
    if (bytes > this.host.connection.smallBytes) this.checkLarge(bytes);
  }

  private checkLarge(bytes: number): void {
    const { peerHello, outbox, limits } = this.host.connection;
    const max = peerHello?.messageBytesMax ?? Infinity;
    if (bytes > max) {
      throw new RpcError("resource-exhausted", limitText("the answer", "messageBytesMax", max, bytes));
    }
    if (bytes > chunkBytes && !outbox.large.hasRoom(bytes)) {
      throw new RpcError(
        "resource-exhausted",
        limitText("what waits to be sent", "unsentBytesMax", limits.unsentBytesMax),
      );
    }
  }

  /** Keeps the call in its session until it is over. */
  register(): void {
    const { ongoing } = this;
    if (ongoing.isRegistered || this.over) return;
    // Later, the connection has read other bytes.
    this.arrivedAt = this.host.connection.readAt;
    ongoing.isRegistered = true;
    this.host.register(this);
  }

  private await<Out>(answer: PromiseLike<Out>, answered: (value: Out) => void): void {
    const failed = (thrown: unknown): void => {
      if (this.handlerSettled()) this.failWith(thrown);
    };
    try {
      answer.then((value) => {
        if (this.handlerSettled()) answered(value);
      }, failed);
    } catch (thrown) {
      // A thenable of the handler's own making.
      failed(thrown);
    }
  }

  /** Notes that the handler is through; false where nobody waits for it, or it settles a second time. */
  private handlerSettled(): boolean {
    const { kept } = this;
    if (kept?.handlerRuns !== true) return false;
    kept.handlerRuns = false;
    if (this.over) {
      this.host.handlerOutlived(-1);
      this.handlerEnded();
    }
    return !this.over;
  }

  /** The call is over and no handler runs for it any more. */
  private handlerEnded(): void {
    const { kept } = this;
    kept?.admitted?.over(kept.failedWith);
    if (kept !== undefined) kept.admitted = undefined;
  }

  protected finish(reason: RpcError | undefined): void {
    if (this.over) return;
    this.over = true;
    if (this.kept !== undefined) this.release(this.kept, reason);
    else if (reason !== undefined) this.ongoing.abortReason = reason;
  }

  private release(kept: Ongoing, reason: RpcError | undefined): void {
    const { host } = this;
    if (kept.inbound !== undefined) {
      host.connection.floods.expectLate(kept.inbound.lateBytes);
      kept.inbound.finish();
    }
    kept.sending?.stop();
    if (kept.handlerRuns) host.handlerOutlived(1);
    if (kept.isRegistered) host.release(this);
    kept.abortReason = reason;
    if (reason !== undefined) kept.abort?.abort(reason);
    kept.requests?.stop(reason ?? new RpcError("cancelled", "the call is over", { method: this.route.path }));
    const isPumping = kept.pump?.stop() === true;
    if (isPumping) host.handlerOutlived(1);
    if (!isPumping && !kept.handlerRuns) this.handlerEnded();
  }
}
