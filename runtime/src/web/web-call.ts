/** A call of a small client while it is open: its request, its time, its signal, its answers and its end. */

import { DecodeError } from "../bytes/decode-error.js";
import { checkMetadataSize, Metadata } from "../call/metadata.js";
import type { OutgoingCall } from "../call/outgoing-call.js";
import type { Timer } from "../clock.js";
import { asRpcError, plainText, thrownText } from "../error/plain-text.js";
import { RpcError, type RpcErrorFacts } from "../error/rpc-error.js";
import { statusFromNumber, type StatusCode } from "../error/status.js";
import { encodeEntries } from "../frame/control.js";
import {
  cancelType,
  chunkBytes,
  creditMax,
  creditType,
  dataType,
  deadlineFlag,
  endType,
  errorType,
  initialCredit,
  metadataFlag,
  moreFlag,
  noBodyFlag,
  onewayFlag,
  readU32,
  requestType,
  reservedFlags,
  responseType,
  wholeCredit,
} from "../frame/frame.js";
import { FrameError } from "../frame/frame-error.js";
import { limitText, type LimitName } from "../limits.js";
import { frameCost } from "../stream/credit.js";
import type { AnswerTaker, AnyWebCall, CallHost, CallOwner } from "./any-web-call.js";
import { ControlFields } from "./control-fields.js";
import { GrowingBytes, u32 } from "./growing-bytes.js";
import { learnScalars } from "../bytes/learn-scalars.js";
import { SmallReader } from "../bytes/small-reader.js";
import { written } from "../bytes/small-writer.js";

// A call that servers keep refusing without looking at it is given up after so many starts.
const startsMax = 3;
// Granting in halves of what there is at first keeps CREDIT frames rare.
const grantStep = 131_072;

/** Sends a stream of requests, and returns how to stop it. */
export type SendRequests = <In, Out>(call: WebCall<In, Out>, requests: AsyncIterable<In> | Iterable<In>) => () => void;

/** Open calls that have a signal. */
const abortable = new Set<AnyWebCall>();

// The same for all calls, so that a signal has one listener, however many calls share it.
function abortAll(): void {
  for (const call of abortable) if (call.call.signal?.aborted === true) call.abort();
}

export class WebCall<In, Out> implements AnyWebCall {
  id = 0;
  isOver = false;
  session: CallHost | undefined;
  readonly call: OutgoingCall<In, Out>;
  readonly #owner: CallOwner;
  readonly #taker: AnswerTaker<Out>;
  /** Where the call streams: how its requests are sent; undefined where there is one answer and one request. */
  readonly #sendRequests: SendRequests | undefined;
  readonly #isMany: boolean;
  #starts = 0;
  #timer: Timer | undefined;
  #stopRequests = (): void => {};
  /** What may be sent, what the server may send, and what of that has been used since the last CREDIT. */
  #credit = 0;
  #left = 0;
  #owed = 0;
  /** Whether parts of a message are still to be sent. */
  isWriting = false;
  #waiters: (() => void)[] = [];
  /** Whether any answer has come. */
  #hasBegun = false;
  /** The message in parts that is under way, and its announced length. */
  #parts: GrowingBytes | undefined;
  #total = 0;

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
    learnScalars(call.method.scalars ?? []);
    if (call.signal === undefined) return;
    abortable.add(this);
    call.signal.addEventListener("abort", abortAll);
  }

  endAt(at: number): void {
    this.#timer?.cancel();
    this.#timer = this.#owner.timer(at, () => this.giveUp(this.#owner.expired(this)));
  }

  /** The bytes of a message; throws where it cannot be encoded, or is more than the server takes. */
  encode(message: In, session: CallHost): Uint8Array {
    const bytes = written((writer) => this.call.method.encode(writer, message, 0));
    const max = session.messageBytesMax;
    if (bytes.length <= max) return bytes;
    const text = limitText("a message", "messageBytesMax", max, bytes.length);
    throw this.error("resource-exhausted", `${text} of the other side`);
  }

  start(session: CallHost): void {
    const { method, request, requests, metadata, deadlineAt } = this.call;
    const head: Uint8Array[] = [];
    let flags = method.info.shape === "oneway" ? onewayFlag : requests === undefined ? 0 : noBodyFlag;
    let body: Uint8Array | undefined;
    try {
      if (requests === undefined) body = this.encode(request as In, session);
      if (deadlineAt !== Infinity) {
        flags |= deadlineFlag;
        // Rounded down to zero it would be no time at all.
        head.push(u32(Math.min(0xffff_ffff, Math.max(1, this.#owner.leftMs(deadlineAt)))));
      }
      if (metadata !== undefined && metadata.size > 0) {
        checkMetadataSize(metadata, this.#owner.limits, session.metadataBytesMax);
        flags |= metadataFlag;
        const entries = written((writer) => encodeEntries(writer, metadata, 0));
        head.push(u32(entries.length), entries);
      }
    } catch (thrown) {
      return this.giveUp(this.requestError(thrown));
    }
    // Encoding may have run code of the caller's, which may have ended anything.
    if (this.isOver) return;
    const index = session.admit(this);
    if (index === undefined) return this.fail(this.refused());
    this.session = session;
    this.#starts++;
    this.#credit = this.#left = initialCredit;
    this.#owed = 0;
    this.isWriting = false;
    this.endAt(deadlineAt);
    if (body === undefined) session.send(requestType, flags, index, this.id, ...head);
    else {
      const sent = this.write(requestType, flags, index, head, body);
      if (flags & onewayFlag) void sent.then(() => this.session === session && this.#end());
    }
    if (requests !== undefined) this.#stopRequests = this.#sendRequests?.(this, requests) ?? this.#stopRequests;
  }

  /** Whether (a part of) a message may be sent now. */
  hasCredit(): boolean {
    return this.#credit > 0 && this.session?.isFull() === false;
  }

  /** Settles when `isSo` holds, or the call does not run on its session any more. */
  async until(isSo: () => boolean): Promise<void> {
    const { session } = this;
    while (session !== undefined && this.session === session && !isSo()) {
      await new Promise<void>((ready) => this.#waiters.push(ready));
    }
  }

  wake(): void {
    for (const ready of this.#waiters.splice(0)) ready();
  }

  /** Writes a message: at once where one frame carries it, else part by part, as that may be sent. */
  async write(type: number, flags: number, index: number, head: Uint8Array[], body: Uint8Array): Promise<void> {
    const { session } = this;
    this.isWriting = true;
    for (let at = 0; session !== undefined && this.session === session;) {
      const part = body.subarray(at, at + chunkBytes);
      const isLast = at + part.length === body.length;
      if (at === 0 && !isLast) {
        head = [...head, u32(body.length)];
        if (type === requestType) this.#credit += wholeCredit;
      }
      session.send(type, isLast ? flags : flags | moreFlag, index, this.id, ...head, part);
      this.#credit -= frameCost(part.length);
      if (isLast) {
        this.isWriting = false;
        return this.wake();
      }
      at += chunkBytes;
      [type, flags, index, head] = [dataType, 0, 0, []];
      await this.until(() => this.hasCredit());
    }
  }

  frame(type: number, flags: number, buffer: Uint8Array, start: number, end: number): void {
    if ((flags & reservedFlags) !== 0) return this.#refuse("unimplemented", "the server used a reserved flag");
    if (type === creditType) {
      const increment = end - start === 4 ? readU32(buffer, start) : 0;
      this.#credit += increment;
      if (increment > 0 && this.#credit <= creditMax) return this.wake();
      throw new FrameError("protocol-error", "a bad CREDIT");
    }
    if ((flags & metadataFlag) !== 0) start = this.#metadata(buffer, start, end);
    // What came beside the message may have ended the call.
    if (this.isOver) return;
    if (type === errorType) this.#failure(new ControlFields(buffer, start, end));
    else if (type !== endType) this.#take(type, (flags & moreFlag) !== 0, buffer, start, end);
    else if (this.#isMany && this.#parts === undefined) this.#end();
    else this.#refuse("internal", wrongAnswer);
  }

  /** Reads the metadata section and returns where the message starts. */
  #metadata(buffer: Uint8Array, start: number, end: number): number {
    const from = start + 4;
    const to = from > end ? Infinity : from + readU32(buffer, start);
    if (to > end) throw new FrameError("protocol-error", "bad metadata");
    const fields = new ControlFields(buffer, from, to);
    const values = fields.texts(2);
    try {
      const metadata = Metadata.from(fields.texts(1).map((key, i) => [key, values[i] ?? ""] as const));
      checkMetadataSize(metadata, this.#owner.limits);
      this.call.onMetadata?.(metadata);
    } catch (error) {
      const isLimit = RpcError.is(error) && error.code === "resource-exhausted";
      this.#refuse(isLimit ? error.code : "internal", thrownText(error, "onMetadata"), error);
    }
    return to;
  }

  /** What the server says the call has failed with. */
  #failure(fields: ControlFields): void {
    const code = statusFromNumber(fields.number(1) ?? 0);
    const message = plainText(fields.text(2));
    const typeName = plainText(fields.text(4)) || undefined;
    const neverProcessed = fields.number(3) === 1;
    const retry = fields.number(6);
    const facts = { neverProcessed, retryAfterMs: retry === 0xffff_ffff ? Infinity : retry, typeName };
    let error: unknown = this.error(code, message, undefined, facts);
    try {
      const detail = fields.all(5).at(-1) ?? new Uint8Array(0);
      const declared = this.call.method.info.throws.find(({ name }) => name === typeName);
      error = declared?.decode(new SmallReader(detail), detail.length, message, error as RpcError) ?? error;
    } catch (cause) {
      error = this.error(code, `the detail of ${typeName} cannot be read: ${message}`, cause, facts);
    }
    if (RpcError.is(error)) this.fail(error);
  }

  /** A RESPONSE or DATA with (a part of) a message; `isPart` where more of it follows. */
  #take(type: number, isPart: boolean, buffer: Uint8Array, start: number, end: number): void {
    const { session } = this;
    const { messageBytesMax, reassemblyBytesMax } = this.#owner.limits;
    // RESPONSE begins the one answer; DATA is one of many, or goes on with what has begun.
    if (session === undefined || (type === responseType) === (this.#isMany || this.#hasBegun)) {
      return this.#refuse("internal", wrongAnswer);
    }
    this.#hasBegun = true;
    if (this.#parts === undefined) {
      this.#total = end - start;
      if (isPart) {
        this.#total = end - start < 4 ? Infinity : readU32(buffer, start);
        start += 4;
        this.#parts = new GrowingBytes();
        if (!this.#isMany) this.#left += wholeCredit;
      }
    }
    const cost = frameCost(end - start);
    if (this.#left <= 0) throw new FrameError("protocol-error", "more than its credit");
    this.#left -= cost;
    if (this.#exceeds("a message", "messageBytesMax", messageBytesMax, this.#total)) return;
    const parts = this.#parts;
    if (parts === undefined) return this.#message(buffer, start, end, cost);
    parts.add(buffer.subarray(start, end));
    session.heldBytes += end - start;
    if (this.#exceeds("messages in parts", "reassemblyBytesMax", reassemblyBytesMax, session.heldBytes)) return;
    const { length } = parts.bytes;
    if (isPart ? length > this.#total : length !== this.#total) {
      return this.#refuse("internal", "a message of another length");
    }
    if (isPart) return this.consumed(cost);
    this.#dropParts();
    this.#message(parts.bytes, 0, length, cost);
  }

  /** Refuses what is over a limit. */
  #exceeds(what: string, limit: LimitName, max: number, bytes: number): boolean {
    if (bytes > max) this.#refuse("resource-exhausted", limitText(what, limit, max, bytes));
    return bytes > max;
  }

  #dropParts(): void {
    if (this.session !== undefined) this.session.heldBytes -= this.#parts?.bytes.length ?? 0;
    this.#parts = undefined;
  }

  /** Gives back what a message or a part of one cost, now that it has been used. */
  consumed(cost: number): void {
    this.#owed += cost;
    // The one answer needs no more where what is left suffices for the rest.
    if (this.#owed < grantStep || (!this.#isMany && this.#left > this.#total)) return;
    this.#left += this.#owed;
    this.session?.send(creditType, 0, 0, this.id, u32(this.#owed));
    this.#owed = 0;
  }

  #message(buffer: Uint8Array, start: number, end: number, cost: number): void {
    let answer: Out;
    try {
      answer = this.call.method.decode(new SmallReader(buffer, start, end), end);
    } catch (thrown) {
      const isBroken = thrown instanceof DecodeError;
      const code = !isBroken ? "internal" : thrown.kind === "limit" ? "resource-exhausted" : "data-loss";
      return this.#refuse(code, thrownText(thrown, "the decoder"), thrown);
    }
    if (!this.#isMany) this.#settle();
    this.#taker.answer(answer, cost);
  }

  #end(): void {
    this.#settle();
    this.#taker.over();
  }

  /** The stream is at fault: fails the call on both sides. */
  #refuse(code: StatusCode, text: string, cause?: unknown): void {
    this.abandon(this.error(code, text, cause));
  }

  /** Fails the call and tells the server that nobody waits for it any more. */
  abandon(error: RpcError): void {
    this.session?.send(cancelType, 0, 0, this.id);
    this.giveUp(error);
  }

  fail(error: RpcError): void {
    const isUntouched = !this.isOver && this.call.requests === undefined && !this.#hasBegun;
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
    abortable.delete(this);
    this.#owner.forget(this);
    this.#detach();
  }

  #detach(): void {
    const { session } = this;
    this.#dropParts();
    this.session = undefined;
    this.#stopRequests();
    this.wake();
    session?.release(this.id);
  }

  abort(): void {
    const reason: unknown = this.call.signal?.reason;
    // `AbortSignal.timeout` is a deadline under another name.
    const isTimeout = reason instanceof Error && reason.name === "TimeoutError";
    if (isTimeout) this.#refuse("deadline-exceeded", "the signal's timeout passed before the answer came", reason);
    else this.#refuse("cancelled", "the call was cancelled", reason);
  }

  requestError(thrown: unknown): RpcError {
    return asRpcError(thrown) ?? this.error("invalid-argument", thrownText(thrown, "the stream of requests"), thrown);
  }

  refused(): RpcError {
    const text = `the connection to ${this.#owner.peer} takes no new calls`;
    return this.error("unavailable", text, undefined, { neverProcessed: true });
  }

  error(code: StatusCode, text: string, cause?: unknown, facts?: RpcErrorFacts): RpcError {
    const neverProcessed = this.session === undefined;
    const { path: method } = this.call.method;
    return new RpcError(code, text, { method, peer: this.#owner.peer, cause, neverProcessed, ...facts });
  }
}

const wrongAnswer = "an answer of the wrong kind";
