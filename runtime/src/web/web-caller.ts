/** A Caller over WebSockets to one address: connects when it is needed, again when it has to, and holds calls back meanwhile. */

import { defaultBackoff } from "../backoff.js";
import type { OutgoingCall } from "../call/outgoing-call.js";
import type { Timer } from "../clock.js";
import { thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { tell, type Observer } from "../events.js";
import { limitText } from "../limits.js";
import { statusOfEnd, type ConnectionEnd } from "../session/connection-end.js";
import { WebCall, type AnyWebCall, type CallOwner, type SendRequests } from "./web-call.js";
import { WebSession, type SessionOptions } from "./web-session.js";
import { closeSocket, openSocket, type WebSocketClass, type WebSocketLike } from "./web-socket.js";

export interface WebCallerOptions extends SessionOptions {
  readonly address: string;
  readonly webSocket: WebSocketClass;
  readonly random: () => number;
  readonly observe: Observer | undefined;
  /** Fails calls at once while the server cannot be reached, instead of at their deadlines. */
  readonly failFast: boolean;
  readonly closeGraceMs: number;
}

/** An attempt to connect; without a socket where none could be made. */
interface Opening {
  readonly timer: Timer;
  socket?: WebSocketLike;
}

export class WebCaller implements CallOwner {
  readonly #options: WebCallerOptions;
  /** Takes new calls; undefined while there is none that does. */
  #session: WebSession | undefined;
  /** All that are open, draining ones too. */
  readonly #sessions = new Set<WebSession>();
  #waiting: AnyWebCall[] = [];
  /** The attempt to connect that is under way. */
  #opening: Opening | undefined;
  #retry: Timer | undefined;
  #retryAt = 0;
  /** Attempts to connect that failed one after the other. */
  #failures = 0;
  #lastFailure: RpcError | undefined;
  #isClosed = false;
  #isAwaitingRoom = false;
  #tellGone = (): void => {};
  /** Settles when all connections of a closed channel have ended. */
  #gone: Promise<void> | undefined;

  readonly #sendRequests: SendRequests | undefined;

  /** `sendRequests` is left out where no call streams. */
  constructor(options: WebCallerOptions, sendRequests?: SendRequests) {
    this.#options = options;
    this.#sendRequests = sendRequests;
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
    this.#giveUp();
    for (const call of this.#waiting.splice(0)) call.giveUp(reason ?? this.#closedError(call));
    const cut = (error: RpcError): void => {
      for (const session of [...this.#sessions]) session.finish("no-error", error.message, undefined, error);
    };
    if (reason !== undefined) cut(reason);
    for (const session of [...this.#sessions]) session.drain();
    if (this.#sessions.size === 0) return;
    const timer = clock.timer(closeGraceMs, () => {
      const text = `${peer}: the channel was closed, and closeGraceMs = ${closeGraceMs} is over`;
      cut(new RpcError("unavailable", text, { peer }));
    });
    await (this.#gone ??= new Promise<void>((resolve) => (this.#tellGone = resolve)));
    timer.cancel();
  }

  timer(at: number, run: () => void): Timer {
    const { clock } = this.#options;
    return clock.timer(Math.max(0, Math.ceil(at - clock.now())), run);
  }

  expired(call: AnyWebCall): RpcError {
    const { limits, peer } = this.#options;
    const isLate = call.call.deadlineAt < Infinity;
    const until = `${peer} ${isLate ? "until the deadline" : `for ${limits.waitingTimeoutMs} ms`}`;
    const lack =
      this.#session === undefined
        ? `connection to ${until}: ${this.#lastFailure?.message ?? "connecting"}`
        : `room on the connection to ${until}`;
    const text = call.session === undefined ? `no ${lack}` : "no answer until the deadline";
    return call.error(isLate ? "deadline-exceeded" : "unavailable", text);
  }

  again(call: AnyWebCall): boolean {
    // Not at once: whoever refused the call is still in the middle of telling so.
    if (!this.#isClosed) this.#options.clock.endOfTurn(() => this.launch(call));
    return !this.#isClosed;
  }

  /** Sends a call, or lets it wait until that can be. */
  launch(call: AnyWebCall): void {
    const { clock, limits, failFast } = this.#options;
    const lastFailure = this.#lastFailure;
    if (call.isOver) return;
    if (call.call.signal?.aborted === true) return call.giveUp(call.abortError());
    if (this.#isClosed) return call.giveUp(this.#closedError(call));
    const now = clock.now();
    if (call.call.deadlineAt <= now) return call.giveUp(this.expired(call));
    if (failFast && lastFailure !== undefined && now < this.#retryAt) {
      return call.giveUp(call.error(lastFailure.code, lastFailure.message, lastFailure));
    }
    this.#waiting = this.#waiting.filter((other) => !other.isOver);
    if (this.#waiting.length >= limits.waitingCallsMax) {
      const text = limitText("the number of waiting calls", "waitingCallsMax", limits.waitingCallsMax);
      return call.giveUp(call.error("resource-exhausted", text));
    }
    this.#waiting.push(call);
    this.#startWaiting();
    if (call.session === undefined && !call.isOver) {
      call.endAt(call.call.deadlineAt === Infinity ? now + limits.waitingTimeoutMs : call.call.deadlineAt);
      this.#connect();
    }
  }

  #startWaiting(): void {
    const session = this.#session;
    while (session?.hasRoom === true) {
      // Looked up each time: a call that starts may make another one, which changes who waits.
      const call = this.#waiting.shift();
      if (call === undefined) return;
      session.start(call);
    }
    if (session?.pipe.isFull() !== true || this.#waiting.length === 0 || this.#isAwaitingRoom) return;
    this.#isAwaitingRoom = true;
    void session.pipe.room().then(() => {
      this.#isAwaitingRoom = false;
      this.#startWaiting();
    });
  }

  /** Connects, unless that is done or under way: at once, or when the wait after a failed attempt is over. */
  #connect(): void {
    const { clock } = this.#options;
    const isWanted = this.#waiting.some((call) => !call.isOver);
    if (this.#session !== undefined || this.#opening !== undefined || this.#isClosed || !isWanted) return;
    if (clock.now() >= this.#retryAt) return this.#open();
    this.#retry ??= this.timer(this.#retryAt, () => {
      this.#retry = undefined;
      this.#connect();
    });
  }

  #open(): void {
    const { clock, limits, webSocket, address } = this.#options;
    const { connectTimeoutMs } = limits;
    let session: WebSession | undefined;
    const timer = clock.timer(connectTimeoutMs, () => {
      const text = `no connection and no HELLO within connectTimeoutMs = ${connectTimeoutMs}`;
      if (session === undefined) this.#failed(text);
      else session.fail("timeout", text);
    });
    const cancel = (): void => timer.cancel();
    const opening: Opening = (this.#opening = { timer });
    try {
      const socket = (opening.socket = openSocket(webSocket, address, {
        open: () => {
          this.#opening = undefined;
          session = this.#opened(socket, cancel);
        },
        bytes: (chunk) => session?.bytes(chunk),
        closed: (why) => {
          cancel();
          if (session !== undefined) session.lost(why);
          else if (this.#opening === opening) this.#failed(`the WebSocket could not be opened${why && ` (${why})`}`);
        },
      }));
    } catch (thrown) {
      // Not at once: whoever made the call is still in the middle of it.
      clock.endOfTurn(() => this.#failed(thrownText(thrown, "the WebSocket")));
    }
  }

  #giveUp(): void {
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.timer.cancel();
    if (opening?.socket !== undefined) closeSocket(opening.socket);
  }

  #opened(socket: WebSocketLike, whenReady: () => void): WebSession {
    const { observe, peer } = this.#options;
    let wasReady = false;
    const session: WebSession = new WebSession(socket, this.#options, {
      ready: () => {
        whenReady();
        wasReady = true;
        this.#failures = 0;
        this.#lastFailure = undefined;
        this.#startWaiting();
      },
      room: () => this.#startWaiting(),
      draining: () => {
        if (this.#session === session) this.#session = undefined;
        this.#connect();
      },
      closed: (end) => {
        whenReady();
        this.#closed(session, end, wasReady);
      },
    });
    this.#sessions.add(session);
    this.#session = session;
    tell(observe, { kind: "connection-opened", peer });
    this.#startWaiting();
    return session;
  }

  #closed(session: WebSession, end: ConnectionEnd, wasReady: boolean): void {
    const { observe, peer } = this.#options;
    this.#sessions.delete(session);
    if (this.#session === session) this.#session = undefined;
    const error = end.code === "no-error" ? undefined : new RpcError("unavailable", end.reason, { peer });
    tell(observe, { kind: "connection-closed", peer, error });
    if (this.#sessions.size === 0) this.#tellGone();
    // A connection that never got to HELLO is a failed attempt to connect, and waits like one.
    if (wasReady) this.#connect();
    else this.#failed(end.reason, end);
  }

  #failed(why: string, end?: ConnectionEnd): void {
    const { clock, random, observe, peer, failFast } = this.#options;
    this.#giveUp();
    if (this.#isClosed) return;
    const error = new RpcError(end === undefined ? "unavailable" : statusOfEnd(end), `${peer}: ${why}`, { peer });
    const { initialMs, factor, maxMs, jitter } = defaultBackoff;
    const retryInMs = Math.min(maxMs, initialMs * factor ** this.#failures++) * (1 - jitter + 2 * jitter * random());
    this.#lastFailure = error;
    this.#retryAt = clock.now() + retryInMs;
    tell(observe, { kind: "connect-failed", address: peer, error, retryInMs });
    if (failFast) for (const call of this.#waiting.splice(0)) call.giveUp(call.error(error.code, error.message, error));
    this.#connect();
  }

  #closedError(call: AnyWebCall): RpcError {
    return call.error("unavailable", "the channel was closed");
  }
}
