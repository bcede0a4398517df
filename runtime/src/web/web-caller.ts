/** A Caller over WebSockets to one address: connects when it is needed, again when it has to, and holds calls back meanwhile. */

import { defaultBackoff } from "../backoff.js";
import type { OutgoingCall } from "../call/outgoing-call.js";
import type { Timer } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { tell, type Observer } from "../events.js";
import { limitText } from "../limits.js";
import { statusOfEnd, type ConnectionEnd } from "../session/connection-end.js";
import type { AnyWebCall, CallOwner } from "./any-web-call.js";
import { WebCall, type SendRequests } from "./web-call.js";
import type { WebLimits } from "./web-limits.js";
import { WebSession, type SessionOptions, type SessionOwner } from "./web-session.js";

export interface WebCallerOptions extends SessionOptions {
  readonly random: () => number;
  readonly observe: Observer | undefined;
  /** Fails calls at once while the server cannot be reached, instead of at their deadlines. */
  readonly failFast: boolean;
  readonly closeGraceMs: number;
}

export class WebCaller implements CallOwner, SessionOwner {
  readonly limits: WebLimits;
  readonly peer: string;
  readonly #options: WebCallerOptions;
  readonly #sendRequests: SendRequests | undefined;
  /** Takes new calls, now or when it is connected; undefined while there is none that does. */
  #session: WebSession | undefined;
  /** All that there are, draining ones too. */
  readonly #sessions = new Set<WebSession>();
  readonly #waiting = new Set<AnyWebCall>();
  #retry: Timer | undefined;
  #retryAt = 0;
  /** Attempts to connect that failed one after the other. */
  #failures = 0;
  #lastFailure: RpcError | undefined;
  #isClosed = false;
  #tellGone = (): void => {};
  /** Settles when all connections of a closed channel have ended. */
  #gone: Promise<void> | undefined;

  /** `sendRequests` is left out where no call streams. */
  constructor(options: WebCallerOptions, sendRequests?: SendRequests) {
    this.#options = options;
    this.#sendRequests = sendRequests;
    this.limits = options.limits;
    this.peer = options.peer;
  }

  /** For methods that answer once or never. */
  one<In, Out>(call: OutgoingCall<In, Out>): Promise<Out> {
    return new Promise<Out>((resolve, reject) => {
      const over = (error?: RpcError): void => (error === undefined ? resolve(undefined as Out) : reject(error));
      this.launch(new WebCall(call, this, { answer: resolve, over }, false, this.#sendRequests));
    });
  }

  /** Lets running calls finish, then closes; with a reason, fails them with it at once. Always ends. */
  async close(reason?: RpcError): Promise<void> {
    const { closeGraceMs, peer, clock } = this.#options;
    this.#isClosed = true;
    this.#retry?.cancel();
    for (const call of this.#waiting) call.giveUp(reason ?? this.#closedError(call));
    const cut = (error: RpcError): void => {
      for (const session of this.#sessions) session.finish("no-error", error.message, undefined, error);
    };
    if (reason !== undefined) cut(reason);
    for (const session of this.#sessions) session.drain();
    if (this.#sessions.size === 0) return;
    const timer = clock.timer(closeGraceMs, () => {
      const text = `${peer}: the channel was closed, and closeGraceMs = ${closeGraceMs} is over`;
      cut(new RpcError("unavailable", text, { peer }));
    });
    await (this.#gone ??= new Promise<void>((resolve) => (this.#tellGone = resolve)));
    timer.cancel();
  }

  leftMs(at: number): number {
    return Math.max(0, Math.ceil(at - this.#options.clock.now()));
  }

  timer(at: number, run: () => void): Timer {
    return this.#options.clock.timer(this.leftMs(at), run);
  }

  expired(call: AnyWebCall): RpcError {
    const isLate = call.call.deadlineAt < Infinity;
    const until = `${this.peer} ${isLate ? "until the deadline" : `for ${this.limits.waitingTimeoutMs} ms`}`;
    const lack =
      this.#session?.isUp === true
        ? `room on the connection to ${until}`
        : `connection to ${until}: ${this.#lastFailure?.message ?? "connecting"}`;
    const text = call.session === undefined ? `no ${lack}` : "no answer until the deadline";
    return call.error(isLate ? "deadline-exceeded" : "unavailable", text);
  }

  again(call: AnyWebCall): boolean {
    // Not at once: whoever refused the call is still in the middle of telling so.
    if (!this.#isClosed) this.#options.clock.endOfTurn(() => this.launch(call));
    return !this.#isClosed;
  }

  forget(call: AnyWebCall): void {
    this.#waiting.delete(call);
  }

  /** Sends a call, or lets it wait until that can be. */
  launch(call: AnyWebCall): void {
    const { clock, failFast } = this.#options;
    const { waitingCallsMax, waitingTimeoutMs } = this.limits;
    const { deadlineAt, signal } = call.call;
    const lastFailure = this.#lastFailure;
    if (call.isOver) return;
    if (signal?.aborted === true) return call.abort();
    if (this.#isClosed) return call.giveUp(this.#closedError(call));
    const now = clock.now();
    if (deadlineAt <= now) return call.giveUp(this.expired(call));
    if (failFast && lastFailure !== undefined && now < this.#retryAt) return this.#failLike(call, lastFailure);
    this.#waiting.add(call);
    this.room();
    if (!this.#waiting.has(call)) return;
    call.endAt(deadlineAt === Infinity ? now + waitingTimeoutMs : deadlineAt);
    this.#connect();
    if (this.#waiting.size > waitingCallsMax) {
      const text = limitText("the number of waiting calls", "waitingCallsMax", waitingCallsMax);
      call.giveUp(call.error("resource-exhausted", text));
    }
  }

  #failLike(call: AnyWebCall, error: RpcError): void {
    call.giveUp(call.error(error.code, error.message, error));
  }

  /** Sends those that wait, as long as there is room. */
  room(): void {
    for (const call of this.#waiting) {
      const session = this.#session;
      if (session?.hasRoom() !== true) return;
      this.#waiting.delete(call);
      call.start(session);
    }
  }

  /** Connects, unless that is done or under way: at once, or when the wait after a failed attempt is over. */
  #connect(): void {
    if (this.#session !== undefined || this.#isClosed || this.#waiting.size === 0) return;
    if (this.#options.clock.now() >= this.#retryAt) {
      this.#sessions.add((this.#session = new WebSession(this.#options, this)));
      return;
    }
    this.#retry ??= this.timer(this.#retryAt, () => {
      this.#retry = undefined;
      this.#connect();
    });
  }

  opened(): void {
    const { observe, peer } = this.#options;
    tell(observe, { kind: "connection-opened", peer });
    this.room();
  }

  ready(): void {
    this.#failures = 0;
    this.#lastFailure = undefined;
    this.room();
  }

  draining(session: WebSession): void {
    if (this.#session === session) this.#session = undefined;
    this.#connect();
  }

  closed(session: WebSession, end: ConnectionEnd): void {
    const { clock, random, observe, peer, failFast } = this.#options;
    const { code, reason } = end;
    this.#sessions.delete(session);
    if (this.#session === session) this.#session = undefined;
    if (session.isUp) {
      const error = code === "no-error" ? undefined : new RpcError("unavailable", reason, { peer });
      tell(observe, { kind: "connection-closed", peer, error });
    }
    if (this.#sessions.size === 0) this.#tellGone();
    // A connection that never got to HELLO is a failed attempt to connect, and waits like one.
    if (!session.isReady && !this.#isClosed) {
      const error = new RpcError(statusOfEnd(end), `${peer}: ${reason}`, { peer });
      const { initialMs, factor, maxMs, jitter } = defaultBackoff;
      const retryInMs = Math.min(maxMs, initialMs * factor ** this.#failures++) * (1 - jitter + 2 * jitter * random());
      this.#lastFailure = error;
      this.#retryAt = clock.now() + retryInMs;
      tell(observe, { kind: "connect-failed", address: peer, error, retryInMs });
      if (failFast) for (const call of this.#waiting) this.#failLike(call, error);
    }
    this.#connect();
  }

  #closedError(call: AnyWebCall): RpcError {
    return call.error("unavailable", "the channel was closed");
  }
}
