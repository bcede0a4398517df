/** A Caller that connects when it is needed, connects again when it has to, and holds calls back in the meantime. */

import type { Caller, OutgoingCall } from "../call/outgoing-call.js";
import { Alarm, type Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import { createCounters, tell, type Counters, type Observer } from "../events.js";
import { implementation } from "../implementation.js";
import { limitText, type Limits } from "../limits.js";
import { statusOfEnd, type ConnectionEnd } from "../session/connection-end.js";
import type { KeepaliveOptions } from "../session/keepalive.js";
import type { Transport } from "../transport/transport.js";
import type { Backoff } from "../backoff.js";
import { ClientSession } from "./client-session.js";
import { ManyCall } from "./many-call.js";
import { OneCall } from "./one-call.js";
import type { OpenCall } from "./open-call.js";

export interface DialerOptions {
  /** The address as the user wrote it, for errors. */
  readonly address: string;
  /** Opens a transport; gives up when the signal aborts. */
  readonly open: (signal: AbortSignal) => Promise<Transport>;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly keepalive: KeepaliveOptions | undefined;
  readonly backoff: Backoff;
  /** Fails calls at once while the server cannot be reached, instead of at their deadlines. */
  readonly failFast: boolean;
  readonly closeGraceMs: number;
  readonly observe: Observer | undefined;
  /** The codec of the messages. */
  readonly codec: string;
}

/** A call that waits, without its messages' types. */
interface WaitingCall {
  readonly deadlineAt: number;
  /** When it has waited long enough: at its deadline, or, without one, after `waitingTimeoutMs`. */
  readonly waitsUntil: number;
  readonly isOver: boolean;
  readonly error: OpenCall<unknown, unknown>["error"];
  fail(error: RpcError): void;
  startOn(session: ClientSession): void;
}

// A call that servers keep refusing without looking at it is given up after this many.
const attemptsMax = 3;

export class Dialer implements Caller {
  readonly counters: Counters = createCounters();
  private readonly options: DialerOptions;
  private readonly alarm: Alarm;
  private waiting: WaitingCall[] = [];
  /** Takes new calls; undefined while there is none that does. */
  private session: ClientSession | undefined;
  /** All that are open, draining ones too. */
  private readonly sessions = new Set<ClientSession>();
  /** The attempt to connect that is under way. */
  private attempt: AbortController | undefined;
  private isClosed = false;
  private retryAt = -Infinity;
  private lastFailure: RpcError | undefined;

  constructor(options: DialerOptions) {
    this.options = options;
    this.alarm = new Alarm(options.clock, () => this.ring());
  }

  one<In, Out>(call: OutgoingCall<In, Out>, turn?: number): Promise<Out> {
    return new Promise<Out>((resolve, reject) => this.launch(new OneCall(call, resolve, reject, this.again), turn));
  }

  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> {
    return { [Symbol.asyncIterator]: () => new ManyCall<In, Out>(call, (open) => this.launch(open), this.again) };
  }

  async close(reason?: RpcError): Promise<void> {
    this.isClosed = true;
    this.alarm.cancel();
    this.attempt?.abort();
    for (const call of this.waiting.splice(0)) call.fail(reason ?? this.closedError(call));
    const { clock, closeGraceMs } = this.options;
    const timer = clock.timer(closeGraceMs, () => {
      const error = this.unavailable(`the channel was closed, and closeGraceMs = ${closeGraceMs} is over`);
      for (const session of this.sessions) void session.close(error);
    });
    await Promise.all([...this.sessions].map((session) => session.close(reason)));
    timer.cancel();
  }

  private launch<In, Out>(call: OpenCall<In, Out>, turn?: number): void {
    const { session } = this;
    const isReady = session !== undefined && this.waiting.length === 0 && session.hasRoom;
    if (isReady && !this.isClosed) session.start(call, turn);
    else this.holdBack(call, turn);
  }

  private holdBack<In, Out>(call: OpenCall<In, Out>, turn: number | undefined): void {
    if (call.isOver) return;
    if (this.isClosed) return call.fail(this.closedError(call));
    const { clock, limits } = this.options;
    if (turn !== undefined) call.postpone(clock.now() - turn);
    const { deadlineAt } = call;
    this.wait({
      deadlineAt,
      waitsUntil: deadlineAt === Infinity ? clock.now() + limits.waitingTimeoutMs : deadlineAt,
      get isOver(): boolean {
        return call.isOver;
      },
      error: (code, text, cause) => call.error(code, text, cause),
      fail: (error) => call.fail(error),
      startOn: (ready) => ready.start(call),
    });
  }

  private readonly again = <In, Out>(call: OpenCall<In, Out>): boolean => {
    if (this.isClosed || call.attempts >= attemptsMax) return false;
    // Not at once: whoever refused the call is still in the middle of telling so.
    this.options.clock.endOfTurn(() => this.launch(call));
    return true;
  };

  private wait(call: WaitingCall): void {
    const { limits, clock, failFast } = this.options;
    if (call.deadlineAt <= clock.now()) return this.expire(call);
    if (this.waiting.length >= limits.waitingCallsMax) {
      call.fail(
        call.error(
          "resource-exhausted",
          limitText("the number of waiting calls", "waitingCallsMax", limits.waitingCallsMax),
        ),
      );
      return;
    }
    const { lastFailure } = this;
    if (failFast && lastFailure !== undefined && clock.now() < this.retryAt) {
      return call.fail(call.error(lastFailure.code, lastFailure.message, lastFailure));
    }
    this.waiting.push(call);
    if (call.waitsUntil !== Infinity) this.alarm.noLaterThan(call.waitsUntil);
    if (this.session === undefined) this.connect();
    else this.session.awaitRoom();
  }

  private connect(): void {
    const { clock, open } = this.options;
    if (this.attempt !== undefined || this.isClosed) return;
    if (clock.now() < this.retryAt) {
      this.alarm.noLaterThan(this.retryAt);
      return;
    }
    this.attempt = new AbortController();
    open(this.attempt.signal).then(
      (transport) => {
        this.attempt = undefined;
        this.connected(transport);
      },
      (error: unknown) => {
        this.attempt = undefined;
        this.attemptFailed(RpcError.is(error) ? error : this.unavailable(String(error)));
      },
    );
  }

  private connected(transport: Transport): void {
    if (this.isClosed) {
      transport.destroy();
      return;
    }
    const { clock, limits, keepalive, backoff, observe, codec } = this.options;
    let isReady = false;
    const session: ClientSession = new ClientSession(
      transport,
      { clock, limits, keepalive, counters: this.counters, implementation, codecs: [codec] },
      {
        ready: () => {
          isReady = true;
          backoff.reset();
          this.lastFailure = undefined;
          this.startWaiting();
        },
        room: () => this.startWaiting(),
        draining: () => this.leave(session),
        closed: (end) => this.sessionClosed(session, end, isReady),
      },
    );
    this.sessions.add(session);
    this.session = session;
    tell(observe, { kind: "connection-opened", peer: transport.peer });
    this.startWaiting();
  }

  private attemptFailed(error: RpcError): void {
    const { clock, backoff, failFast, observe, address } = this.options;
    if (this.isClosed) return;
    this.lastFailure = error;
    const retryInMs = backoff.next();
    this.retryAt = clock.now() + retryInMs;
    tell(observe, { kind: "connect-failed", address, error, retryInMs });
    if (failFast) for (const call of this.waiting.splice(0)) call.fail(call.error(error.code, error.message, error));
    if (this.waiting.length > 0) this.connect();
  }

  private leave(session: ClientSession): void {
    if (this.session === session) this.session = undefined;
    if (this.waiting.length > 0 && this.session === undefined) this.connect();
  }

  private sessionClosed(session: ClientSession, end: ConnectionEnd, wasReady: boolean): void {
    this.sessions.delete(session);
    if (this.session === session) this.session = undefined;
    const { peer } = session.connection;
    const error = end.code === "no-error" ? undefined : new RpcError("unavailable", end.reason, { peer });
    tell(this.options.observe, { kind: "connection-closed", peer, error });
    // A connection that never got to HELLO is a failed attempt to connect, and waits like one.
    if (!wasReady) this.attemptFailed(this.failure(statusOfEnd(end), end.reason));
    else if (this.waiting.length > 0) this.connect();
  }

  private startWaiting(): void {
    const { session } = this;
    if (session === undefined || this.waiting.length === 0) return;
    // Taken out one by one, because what a call does when it starts may lead back to here.
    while (session.hasRoom) {
      const call = this.waiting.shift();
      if (call === undefined) return;
      if (!call.isOver) call.startOn(session);
    }
    if (this.waiting.length > 0) session.awaitRoom();
  }

  private ring(): void {
    const now = this.options.clock.now();
    let next = Infinity;
    const waiting: WaitingCall[] = [];
    for (const call of this.waiting) {
      if (call.isOver) continue;
      if (call.waitsUntil <= now) this.expire(call);
      else {
        next = Math.min(next, call.waitsUntil);
        waiting.push(call);
      }
    }
    this.waiting = waiting;
    if (waiting.length === 0) return;
    if (next !== Infinity) this.alarm.noLaterThan(next);
    if (this.session === undefined) this.connect();
  }

  private expire(call: WaitingCall): void {
    const { address, limits } = this.options;
    const what = this.session === undefined ? "a connection" : "room on the connection";
    const why = this.lastFailure === undefined ? "" : `; the last attempt: ${this.lastFailure.message}`;
    if (call.deadlineAt === Infinity) {
      const text = `the call waited waitingTimeoutMs = ${limits.waitingTimeoutMs} for ${what} to ${address}${why}`;
      return call.fail(call.error("unavailable", text));
    }
    this.counters.deadlinesExceeded++;
    const text = `the deadline passed while the call waited for ${what} to ${address}${why}`;
    call.fail(call.error("deadline-exceeded", text));
  }

  private closedError(call: Pick<WaitingCall, "error">): RpcError {
    return call.error("unavailable", `${this.options.address}: the channel was closed`);
  }

  private unavailable(why: string): RpcError {
    return this.failure("unavailable", why);
  }

  private failure(code: StatusCode, why: string): RpcError {
    const { address } = this.options;
    return new RpcError(code, `${address}: ${why}`, { peer: address });
  }
}
