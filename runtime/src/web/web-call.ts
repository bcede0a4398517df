/** A call of a small client while it is open: its request, its time, its signal, its answers and its end. */

import { DecodeError } from "../bytes/decode-error.js";
import type { Metadata } from "../call/metadata.js";
import type { OutgoingCall } from "../call/outgoing-call.js";
import type { Timer } from "../clock.js";
import { asRpcError, thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import {
  cancelType,
  chunkBytes,
  creditMax,
  creditType,
  dataType,
  initialCredit,
  moreFlag,
  onewayFlag,
  requestType,
  wholeCredit,
} from "../frame/frame.js";
import { FrameError } from "../frame/frame-error.js";
import type { Method } from "../method/method.js";
import { frameCost } from "../stream/credit.js";
import type { FramePipe } from "./frame-pipe.js";
import { u32 } from "./growing-bytes.js";
import { receiveAnswers, type Receiver, type ReceiverSink } from "./receive-answers.js";
import { SmallReader } from "./small-reader.js";
import { written } from "./small-writer.js";

// A call that servers keep refusing without looking at it is given up after so many starts.
const startsMax = 3;

/** The connection that a call runs on. */
export interface CallHost {
  /** The server as errors call it. */
  readonly peer: string;
  readonly pipe: FramePipe;
  /** The longest message that is taken here. */
  readonly bytesMax: number;
  /** The longest message that the server takes. */
  readonly messageBytesMax: number;
  /** Forgets a call, which is over. */
  release(id: number): void;
}

/** The channel that a call belongs to. */
export interface CallOwner {
  /** Runs `run` at `at`, in the clock's milliseconds. */
  timer(at: number, run: () => void): Timer;
  /** What a call fails with whose time is up. */
  expired(call: AnyWebCall): RpcError;
  /** Starts a call again that no server has looked at; false where that cannot be. */
  again(call: AnyWebCall): boolean;
}

/** What sessions and channels know of a call without knowing its messages. */
export interface AnyWebCall {
  readonly id: number;
  readonly isOver: boolean;
  readonly call: Pick<OutgoingCall<unknown, unknown>, "deadlineAt" | "requests" | "metadata" | "signal"> & {
    readonly method: Pick<Method<unknown, unknown>, "index" | "info" | "path" | "service">;
  };
  /** Where it runs; undefined while it waits, and when it is over. */
  readonly session: CallHost | undefined;
  /** What comes in for it, once it was sent. */
  readonly receiver: Receiver;
  /** Ends the call at `at`, whatever it is doing then. */
  endAt(at: number): void;
  /** The bytes of the one request; throws where it cannot be encoded, or is more than the server takes. */
  request(session: CallHost): Uint8Array;
  /** Sends REQUEST, with its sections and, where the method takes one message, that message. */
  begin(session: CallHost, id: number, index: number, flags: number, head: Uint8Array[], body?: Uint8Array): void;
  tellMetadata(metadata: Metadata): void;
  /** CREDIT has come. */
  credit(increment: number): void;
  /** The call is over, in good order. */
  end(): void;
  /** The stream is at fault: fails the call on both sides. */
  refuse(code: StatusCode, text: string): void;
  /** Fails the call, or starts it again where that is sure to do no harm. */
  fail(error: RpcError): void;
  /** Fails the call for good. */
  giveUp(error: RpcError): void;
  /** The error for a request that cannot be sent, or whose source threw. */
  requestError(thrown: unknown): RpcError;
  /** What an aborted signal means. */
  abortError(): RpcError;
  /** An error that knows the call. */
  error(code: StatusCode, text: string, cause?: unknown): RpcError;
}

/** Where the answers go. */
export interface AnswerTaker<Out> {
  /** `call.receiver.consumed(cost)` is due once the answer is used up. */
  answer(value: Out, cost: number): void;
  /** The call is over; comes once and last. */
  over(error?: RpcError): void;
}

/** Sends a stream of requests, and returns how to stop it. */
export type SendRequests = <In, Out>(call: WebCall<In, Out>, requests: AsyncIterable<In> | Iterable<In>) => () => void;

export class WebCall<In, Out> implements AnyWebCall, ReceiverSink {
  id = 0;
  isOver = false;
  session: CallHost | undefined;
  receiver: Receiver;
  readonly call: OutgoingCall<In, Out>;
  readonly #owner: CallOwner;
  readonly #taker: AnswerTaker<Out>;
  /** Where the call streams: how its requests are sent; undefined where there is one answer and one request. */
  readonly #sendRequests: SendRequests | undefined;
  readonly #isMany: boolean;
  #starts = 0;
  #timer: Timer | undefined;
  #stopRequests = (): void => {};
  #credit = initialCredit;
  /** Whether parts of a message are still to be sent. */
  #isWriting = false;
  #waiters: (() => void)[] = [];
  readonly #onAbort = (): void => this.abandon(this.abortError());

  constructor(
    call: OutgoingCall<In, Out>,
    owner: CallOwner,
    taker: AnswerTaker<Out>,
    isMany = false,
    sendRequests?: SendRequests,
  ) {
    this.call = call;
    this.#owner = owner;
    this.#taker = taker;
    this.#isMany = isMany;
    this.#sendRequests = sendRequests;
    this.receiver = receiveAnswers(isMany, this, 0);
    call.signal?.addEventListener("abort", this.#onAbort);
  }

  endAt(at: number): void {
    this.#timer?.cancel();
    this.#timer = this.#owner.timer(at, () => this.giveUp(this.#owner.expired(this)));
  }

  request(session: CallHost): Uint8Array {
    return this.encode(this.call.request as In, session);
  }

  /** The bytes of a message; throws where it cannot be encoded, or is more than the server takes. */
  encode(message: In, session: CallHost): Uint8Array {
    const bytes = written((writer) => this.call.method.encode(writer, message, 0));
    const max = session.messageBytesMax;
    if (bytes.length <= max) return bytes;
    const text = `a message (${bytes.length}) is over the server's limit messageBytesMax = ${max}`;
    throw this.error("resource-exhausted", text);
  }

  begin(session: CallHost, id: number, index: number, flags: number, head: Uint8Array[], body?: Uint8Array): void {
    this.session = session;
    this.id = id;
    this.#starts++;
    this.#credit = initialCredit;
    this.#isWriting = false;
    this.receiver = receiveAnswers(this.#isMany, this, session.bytesMax);
    this.endAt(this.call.deadlineAt);
    const { requests } = this.call;
    if (body !== undefined) void this.write(requestType, flags, index, head, body);
    else session.pipe.send(requestType, flags, index, id, ...head);
    if (requests !== undefined) this.#stopRequests = this.#sendRequests?.(this, requests) ?? this.#stopRequests;
    else if ((flags & onewayFlag) !== 0) void this.whenSent(() => this.end());
  }

  /** Runs `run` when the last part of the last message is written. */
  async whenSent(run: () => void): Promise<void> {
    if (this.#isWriting) await this.until(() => !this.#isWriting);
    if (!this.isOver) run();
  }

  /** Whether a message may be sent now. */
  canSend(): boolean {
    return !this.#isWriting && this.#hasCredit();
  }

  #hasCredit(): boolean {
    return this.#credit > 0 && this.session?.pipe.isFull() === false;
  }

  /** Settles when `isSo` holds, or the call does not run on its session any more. */
  async until(isSo: () => boolean): Promise<void> {
    const { session } = this;
    while (session !== undefined && this.session === session && !isSo()) {
      await (session.pipe.isFull() ? session.pipe.room() : new Promise<void>((ready) => this.#waiters.push(ready)));
    }
  }

  credit(increment: number): void {
    this.#credit += increment;
    if (increment === 0 || this.#credit > creditMax) {
      throw new FrameError("protocol-error", "a CREDIT of nothing, or too much");
    }
    this.#wake();
  }

  #wake(): void {
    for (const ready of this.#waiters.splice(0)) ready();
  }

  /** Writes a message: at once where one frame carries it, else part by part, as that may be sent. */
  async write(type: number, flags: number, index: number, head: Uint8Array[], body: Uint8Array): Promise<void> {
    const { session } = this;
    this.#isWriting = true;
    for (let at = 0; session !== undefined && this.session === session;) {
      const part = body.subarray(at, at + chunkBytes);
      const isLast = at + part.length === body.length;
      if (at === 0 && !isLast) {
        head = [...head, u32(body.length)];
        if (type === requestType) this.#credit += wholeCredit;
      }
      session.pipe.send(type, isLast ? flags : flags | moreFlag, index, this.id, ...head, part);
      this.#credit -= frameCost(part.length);
      if (isLast) {
        this.#isWriting = false;
        return this.#wake();
      }
      at += chunkBytes;
      [type, flags, index, head] = [dataType, 0, 0, []];
      await this.until(() => this.#hasCredit());
    }
  }

  message(buffer: Uint8Array, start: number, end: number, cost: number): void {
    let answer: Out;
    try {
      answer = this.call.method.decode(new SmallReader(buffer, start, end), end);
    } catch (thrown) {
      const isBroken = thrown instanceof DecodeError;
      const code = !isBroken ? "internal" : thrown.kind === "limit" ? "resource-exhausted" : "data-loss";
      return this.abandon(this.error(code, thrownText(thrown, "the decoder"), thrown));
    }
    if (!this.#isMany) this.#settle();
    this.#taker.answer(answer, cost);
  }

  end(): void {
    this.#settle();
    this.#taker.over();
  }

  refuse(code: StatusCode, text: string): void {
    this.abandon(this.error(code, text));
  }

  grant(increment: number): void {
    this.session?.pipe.send(creditType, 0, 0, this.id, u32(increment));
  }

  tellMetadata(metadata: Metadata): void {
    try {
      this.call.onMetadata?.(metadata);
    } catch (error) {
      this.abandon(this.error("internal", "onMetadata threw", error));
    }
  }

  /** Fails the call and tells the server that nobody waits for it any more. */
  abandon(error: RpcError): void {
    this.session?.pipe.send(cancelType, 0, 0, this.id);
    this.giveUp(error);
  }

  fail(error: RpcError): void {
    const isUntouched = !this.isOver && this.call.requests === undefined && !this.receiver.hasBegun();
    // A server with too much to do is not helped by the same call again at once.
    const isWelcome = error.neverProcessed && error.code !== "resource-exhausted";
    if (isWelcome && isUntouched && this.#starts < startsMax) {
      this.#detach();
      if (this.#owner.again(this)) return;
    }
    this.giveUp(error);
  }

  giveUp(error: RpcError): void {
    if (this.isOver) return;
    this.#settle();
    this.#taker.over(error);
  }

  #settle(): void {
    this.isOver = true;
    this.#timer?.cancel();
    this.call.signal?.removeEventListener("abort", this.#onAbort);
    this.#detach();
  }

  #detach(): void {
    const { session } = this;
    this.session = undefined;
    this.#stopRequests();
    this.#wake();
    session?.release(this.id);
  }

  abortError(): RpcError {
    const reason: unknown = this.call.signal?.reason;
    // `AbortSignal.timeout` is a deadline under another name.
    const isTimeout = reason instanceof Error && reason.name === "TimeoutError";
    const text = isTimeout ? "the signal's timeout passed before the answer came" : "the call was cancelled";
    return this.error(isTimeout ? "deadline-exceeded" : "cancelled", text, reason);
  }

  requestError(thrown: unknown): RpcError {
    return asRpcError(thrown) ?? this.error("invalid-argument", thrownText(thrown, "the stream of requests"), thrown);
  }

  error(code: StatusCode, text: string, cause?: unknown): RpcError {
    const peer = this.session?.peer;
    return new RpcError(code, text, { method: this.call.method.path, peer, cause, neverProcessed: peer === undefined });
  }
}
