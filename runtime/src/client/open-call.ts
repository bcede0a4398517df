/** A call of a client while it is open: its request, its deadline, its signal, its answer and its end. */

import { DecodeError } from "../bytes/decode-error.js";
import { unwatchAbort, watchAbort } from "../call/abort-watch.js";
import type { Metadata } from "../call/metadata.js";
import type { OutgoingCall } from "../call/outgoing-call.js";
import { asRpcError, thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import { chunkBytes, FrameType } from "../frame/frame.js";
import type { MethodInfo } from "../method/method.js";
import type { Connection } from "../session/connection.js";
import { SendSide } from "../session/send-side.js";
import { lateBytesMax } from "../stream/credit.js";
import { Inbound, type InboundSink } from "../stream/inbound.js";
import { MessagePump } from "../stream/message-pump.js";
import type { StreamState } from "../stream/stream-state.js";
import type { AnyCall, AttemptWatcher, CallHost } from "./any-call.js";
import { unsent, type Lack } from "./unsent.js";

/** A call that servers keep refusing without looking at it is given up after so many starts. */
export const startsMax = 3;

/** What a call needs that streams, is large or can be aborted; most never do. */
class Extras {
  sending: SendSide | undefined;
  inbound: Inbound | undefined;
  pump: { stop(): boolean } | undefined;
  onAbort: (() => void) | undefined;
  lack: Lack | undefined;
}

/**
 * A call with one answer, or, for oneway methods, with none. It is the base of calls with many, rather than both of
 * something third, because every call makes one: the engine makes objects of a class without a parent faster.
 */
export class OpenCall<In, Out> implements AnyCall, InboundSink {
  id = 0;
  /** How often the call was started; a call that no server looked at may be started again. */
  attempts = 0;
  /** Set before each start by a channel that has several servers. */
  attempt: AttemptWatcher | undefined;
  readonly call: OutgoingCall<In, Out>;
  protected host: CallHost | undefined;
  private isSettled = false;
  private extras: Extras | undefined;
  private postponedMs = 0;
  /** Takes the call over when it was never processed; false where it has to fail. */
  private readonly again: ((call: OpenCall<In, Out>) => boolean) | undefined;
  private readonly resolve: (answer: Out) => void;
  private readonly reject: (error: RpcError) => void;

  constructor(
    call: OutgoingCall<In, Out>,
    resolve: (answer: Out) => void,
    reject: (error: RpcError) => void,
    again?: (call: OpenCall<In, Out>) => boolean,
  ) {
    this.call = call;
    this.resolve = resolve;
    this.reject = reject;
    this.again = again;
    if (call.signal !== undefined) this.watch(call.signal);
  }

  get deadlineAt(): number {
    return this.call.deadlineAt + this.postponedMs;
  }

  get sending(): SendSide | undefined {
    return this.extras?.sending;
  }

  /** The sending side on a session, made where there is none yet. */
  sender(connection: Connection): SendSide {
    return (this.extra.sending ??= new SendSide(connection.outbox));
  }

  protected get inbound(): Inbound | undefined {
    return this.extras?.inbound;
  }

  private get extra(): Extras {
    return (this.extras ??= new Extras());
  }

  get signal(): AbortSignal | undefined {
    return this.call.signal;
  }

  get info(): MethodInfo {
    return this.call.method.info;
  }

  get path(): string {
    return this.call.method.path;
  }

  get isOver(): boolean {
    return this.isSettled;
  }

  /** The session has sent the request (or its opening) and waits for the answer under `id`. */
  started(host: CallHost, id: number): void {
    this.host = host;
    this.id = id;
    this.attempts++;
    if (this.extras !== undefined) this.extras.inbound = undefined;
    if (this.call.requests !== undefined) this.sendRequests(host, id, this.call.requests);
  }

  private sendRequests(host: CallHost, id: number, requests: AsyncIterable<In> | Iterable<In>): void {
    const { method } = this.call;
    const { outbox } = host.connection;
    const sending = this.sender(host.connection);
    const send = (message: In): void => {
      const p = outbox.open(FrameType.data, 0, 0, id);
      try {
        const end = method.encode(outbox.writer, message, p);
        if (this.isSettled) throw this.error("cancelled", "the call ended while a message was being encoded");
        this.checkSize(outbox.bodyLength(end), host.connection);
        sending.close(end);
      } catch (error) {
        outbox.rollback();
        throw error;
      }
    };
    const end = async (): Promise<void> => {
      await sending.quiet();
      if (!this.isSettled) outbox.empty(FrameType.end, 0, 0, id);
    };
    const fail = (thrown: unknown): void => this.abandon(this.requestError(thrown));
    try {
      this.extra.pump = new MessagePump(requests, {
        ready: () => sending.ready(),
        send,
        end: () => void end(),
        released: () => {},
        fail,
      });
    } catch (thrown) {
      fail(thrown);
    }
  }

  /** A frame of this call's stream that carries (a part of) a message. */
  take(isAnswer: boolean, isPart: boolean, buffer: Uint8Array, start: number, end: number): void {
    // Nearly every answer comes whole, in one frame, as the first thing: it needs no bookkeeping at all.
    const max = this.host?.connection.messageBytesMax ?? 0;
    if (isAnswer && !isPart && this.inbound === undefined && end - start <= max) this.message(buffer, start, end, 0);
    else this.receive(isAnswer, isPart, buffer, start, end);
  }

  protected receive(isAnswer: boolean, isPart: boolean, buffer: Uint8Array, start: number, end: number): void {
    // What came beside the message may have ended the call.
    if (!this.isSettled) this.receiving().take(isAnswer, isPart, buffer, start, end);
  }

  room(bytes: number): Uint8Array | undefined {
    return this.inbound?.room(bytes);
  }

  /** The server ended its stream. */
  end(): void {
    if (!this.isSettled) this.receiving().end();
  }

  /** Fails the call and tells the server that nobody waits for it any more. */
  abandon(error: RpcError): void {
    const { host } = this;
    if (this.isSettled) return;
    if (host !== undefined) tellCancelled(host.connection, this.id);
    this.leave(error);
  }

  leave(error: RpcError): void {
    this.host?.connection.floods.expectLate(this.inbound?.lateBytes ?? lateBytesMax);
    this.giveUp(error);
  }

  fail(error: RpcError): void {
    if (this.isSettled) return;
    const isUntouched = this.call.requests === undefined && this.inbound === undefined;
    // A server with too much to do is not helped by the same call again at once.
    const isWelcome = error.neverProcessed && error.code !== "resource-exhausted";
    if (isWelcome && isUntouched && this.again !== undefined) {
      this.detach(error);
      if (this.again(this)) return;
    }
    this.giveUp(error);
  }

  giveUp(error: RpcError): void {
    if (this.isSettled) return;
    this.settle(error);
    this.failed(error);
  }

  /** The call has to wait, and can say for what. */
  waitsFor(lack: Lack): void {
    if (this.call.signal !== undefined) this.extra.lack = lack;
  }

  /** Checks a message's length against what both sides take. */
  checkSize(bytes: number, connection: Connection): void {
    if (bytes > connection.smallBytes) this.checkLarge(bytes, connection);
  }

  private checkLarge(bytes: number, connection: Connection): void {
    const max = connection.peerHello?.messageBytesMax ?? Infinity;
    if (bytes > max) {
      const text = `a message (${bytes}) is over the server's limit messageBytesMax = ${max}`;
      throw this.error("resource-exhausted", text);
    }
    if (bytes > chunkBytes && !connection.outbox.large.hasRoom(bytes)) {
      const text = `large messages that wait are over the limit unsentBytesMax = ${connection.limits.unsentBytesMax}`;
      throw this.error("resource-exhausted", text);
    }
  }

  postpone(ms: number): void {
    this.postponedMs += Math.ceil(ms);
  }

  /** What the server sent beside its answer. */
  tellMetadata(metadata: Metadata): void {
    const { onMetadata } = this.call;
    if (onMetadata === undefined || this.isSettled) return;
    try {
      onMetadata(metadata);
    } catch (error) {
      this.abandon(this.error("internal", "onMetadata threw", error));
    }
  }

  /** Whether one answer is due or a stream of them. */
  protected get firstState(): StreamState {
    return "one";
  }

  message(buffer: Uint8Array, start: number, end: number, _cost: number): void {
    if (this.isSettled) return;
    let answer: Out;
    try {
      answer = this.decode(buffer, start, end);
    } catch (thrown) {
      this.fail(this.answerError(thrown));
      return;
    }
    this.settle();
    this.resolve(answer);
  }

  /** A oneway call has been handed over. */
  handedOver(nothing: Out): void {
    this.settle();
    this.resolve(nothing);
  }

  // The table of states lets no END through while one answer is due.
  ended(): void {
    this.abandon(this.error("internal", "the server ended the call without an answer"));
  }

  /** The call is over with an error; it has been settled already. */
  protected failed(error: RpcError): void {
    this.reject(error);
  }

  refuse(code: StatusCode, text: string): void {
    this.abandon(this.error(code, text));
  }

  idle(): void {
    this.host?.connection.floods.spendIdleFrame();
  }

  grant(increment: number): void {
    const outbox = this.host?.connection.outbox;
    if (outbox === undefined || this.isSettled) return;
    outbox.whenWritten(() => outbox.close(outbox.u32(outbox.open(FrameType.credit, 0, 0, this.id), increment)));
  }

  /** Reads one message in place. */
  protected decode(buffer: Uint8Array, start: number, end: number): Out {
    const { host } = this;
    if (host === undefined) throw this.error("internal", "a message came for a call that was not started");
    const { reader } = host.connection;
    reader.reset(buffer, start, end);
    return this.call.method.decode(reader, end);
  }

  /** The error for a message that could not be read. */
  protected answerError(thrown: unknown): RpcError {
    if (thrown instanceof DecodeError) {
      const code = thrown.kind === "limit" ? "resource-exhausted" : "data-loss";
      return this.error(code, `the server's answer cannot be read: ${thrown.message}`, thrown);
    }
    return this.error("internal", "the server's answer cannot be read", thrown);
  }

  error(code: StatusCode, text: string, cause?: unknown): RpcError {
    return new RpcError(code, text, { method: this.path, peer: this.host?.connection.peer, cause });
  }

  /** The error for a request that cannot be sent, or whose source threw. */
  requestError(thrown: unknown): RpcError {
    return asRpcError(thrown) ?? this.error("invalid-argument", thrownText(thrown, "the stream of requests"), thrown);
  }

  /** Ends everything that runs for the call on this side. */
  protected settle(error?: RpcError): void {
    this.isSettled = true;
    this.detach(error);
    const { signal } = this.call;
    const onAbort = this.extras?.onAbort;
    if (signal !== undefined && onAbort !== undefined) unwatchAbort(signal, onAbort);
  }

  private detach(error: RpcError | undefined): void {
    const { host, extras, attempt } = this;
    if (extras !== undefined) {
      extras.inbound?.finish();
      extras.pump?.stop();
      extras.sending?.stop();
      extras.sending = undefined;
    }
    this.host = undefined;
    if (attempt !== undefined) attempt.ended(error, host !== undefined);
    host?.release(this);
  }

  protected receiving(): Inbound {
    const { host, extra } = this;
    if (extra.inbound === undefined) {
      if (host === undefined) throw this.error("internal", "a frame came for a call that was not started");
      const max = host.connection.messageBytesMax;
      extra.inbound = new Inbound(this.firstState, this, host.assemblyBudget, max);
    }
    return extra.inbound;
  }

  /** What an aborted signal means; `AbortSignal.timeout` is a deadline under another name. */
  abortError(reason: unknown): RpcError {
    const isTimeout = reason instanceof DOMException && reason.name === "TimeoutError";
    const code = isTimeout ? "deadline-exceeded" : "cancelled";
    const text = isTimeout ? "the signal's timeout passed before the answer came" : "the call was cancelled";
    if (this.host !== undefined) return this.error(code, text, reason);
    const lack = isTimeout ? this.extras?.lack : undefined;
    return unsent(this, code, lack?.("until the signal's timeout") ?? text, reason);
  }

  private watch(signal: AbortSignal): void {
    const { extra } = this;
    extra.onAbort = (): void => this.abandon(this.abortError(signal.reason));
    watchAbort(signal, extra.onAbort);
  }
}

function tellCancelled({ outbox }: Connection, id: number): void {
  outbox.whenWritten(() => outbox.empty(FrameType.cancel, 0, 0, id));
}
