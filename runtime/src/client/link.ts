/** One server as a client holds it: connecting, waiting between attempts, and letting connections that drain finish. */

import type { Backoff } from "../backoff.js";
import type { MessageCodec } from "../call/message-codec.js";
import type { Clock, Timer } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import { tell, type Counters, type Observer } from "../events.js";
import { implementation } from "../implementation.js";
import type { Limits } from "../limits.js";
import { statusOfEnd, type ConnectionEnd } from "../session/connection-end.js";
import type { KeepaliveOptions } from "../session/keepalive.js";
import type { Transport } from "../transport/transport.js";
import { ClientSession } from "./client-session.js";

/** `connecting` lasts until the server's HELLO; `failing` is the time after a failed attempt until one succeeds. */
export type LinkState = "idle" | "connecting" | "ready" | "failing" | "closed";

/** What the links of a channel share. */
export interface LinkSettings {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly keepalive: KeepaliveOptions | undefined;
  readonly observe: Observer | undefined;
  readonly counters: Counters;
  /** The codec of the messages; undefined for Protobuf. */
  readonly codec: MessageCodec | undefined;
}

export interface LinkOptions extends LinkSettings {
  /** The address as the user wrote it, for errors. */
  readonly address: string;
  /** Opens a transport; gives up when the signal aborts. */
  readonly open: (signal: AbortSignal) => Promise<Transport>;
  readonly backoff: Backoff;
}

/** What a link tells the channel that owns it, and asks it. */
export interface LinkWatcher {
  /** Whether a connection is wanted: asked when one is gone, when an attempt has failed, and when the wait after it is over. */
  wantsConnection(): boolean;
  /** Calls may be started that could not be before. */
  room(): void;
  /** An attempt to connect failed. */
  failed(error: RpcError): void;
  /** `state` is another one now. */
  changed(): void;
}

export class Link {
  readonly address: string;
  /** Takes new calls; undefined while there is none that does. It may not have heard the server's HELLO yet. */
  session: ClientSession | undefined;
  /** Before it, no attempt to connect is made. */
  retryAt: number = -Infinity;
  /** Of the last attempt to connect; undefined once one has succeeded. */
  lastFailure: RpcError | undefined;
  /** When the last attempt failed, in the clock's milliseconds. */
  failedAt: number = -Infinity;
  private readonly options: LinkOptions;
  private readonly watcher: LinkWatcher;
  /** All that are open, draining ones too. */
  private readonly sessions = new Set<ClientSession>();
  /** Those that were let go: how they end is no failure. */
  private readonly rested = new WeakSet<ClientSession>();
  /** The attempt to connect that is under way. */
  private attempt: AbortController | undefined;
  private retry: Timer | undefined;
  /** Attempts that failed since a connection was last of use. */
  private failures = 0;
  private isReady = false;
  private isClosed = false;

  constructor(options: LinkOptions, watcher: LinkWatcher) {
    this.options = options;
    this.watcher = watcher;
    this.address = options.address;
  }

  get state(): LinkState {
    if (this.isClosed) return "closed";
    if (this.session !== undefined && this.isReady) return "ready";
    // Also while the next attempt is under way: it has not succeeded yet.
    if (this.lastFailure !== undefined) return "failing";
    return this.session === undefined && this.attempt === undefined ? "idle" : "connecting";
  }

  /** Why there is no connection, for people. */
  get whyNot(): string {
    const { lastFailure, failures } = this;
    return lastFailure === undefined ? "still connecting" : `${lastFailure.message} (attempts: ${failures})`;
  }

  /** Whether an attempt to connect is under way. */
  get isTrying(): boolean {
    return this.attempt !== undefined;
  }

  /** Connects, unless that is done or under way: at once, or when the wait after a failed attempt is over. */
  connect(): void {
    const { clock, open } = this.options;
    if (this.session !== undefined || this.attempt !== undefined || this.isClosed) return;
    if (clock.now() < this.retryAt) {
      this.retry ??= clock.timer(Math.ceil(this.retryAt - clock.now()), () => {
        this.retry = undefined;
        if (this.watcher.wantsConnection()) this.connect();
      });
      return;
    }
    const attempt = (this.attempt = new AbortController());
    open(attempt.signal).then(
      (transport) => {
        if (this.attempt !== attempt) return transport.destroy();
        this.attempt = undefined;
        this.connected(transport);
      },
      (error: unknown) => {
        if (this.attempt !== attempt) return;
        this.attempt = undefined;
        this.attemptFailed(RpcError.is(error) ? error : this.failure("unavailable", String(error)));
      },
    );
    this.watcher.changed();
  }

  /** Lets go of the connection, whose calls finish, and wants no other until `connect`. */
  rest(): void {
    const { session } = this;
    this.giveUp();
    if (session === undefined) return;
    this.session = undefined;
    this.rested.add(session);
    this.watcher.changed();
    void session.close();
  }

  /** Takes no new calls, and settles when those that run have ended; with a reason, fails them with it at once. */
  async close(reason?: RpcError): Promise<void> {
    this.isClosed = true;
    this.session = undefined;
    this.giveUp();
    this.watcher.changed();
    await Promise.all([...this.sessions].map((session) => session.close(reason)));
  }

  /** An error that knows the server. */
  failure(code: StatusCode, why: string): RpcError {
    return new RpcError(code, `${this.address}: ${why}`, { peer: this.address });
  }

  private giveUp(): void {
    this.retry?.cancel();
    this.retry = undefined;
    this.attempt?.abort();
    this.attempt = undefined;
  }

  private connected(transport: Transport): void {
    const { clock, limits, keepalive, backoff, observe, codec, counters } = this.options;
    let wasReady = false;
    const session: ClientSession = new ClientSession(
      transport,
      { clock, limits, keepalive, counters, implementation, codecs: [codec?.name ?? "protobuf"] },
      {
        ready: () => {
          wasReady = true;
          backoff.reset();
          this.lastFailure = undefined;
          this.failures = 0;
          this.isReady = this.session === session;
          this.watcher.changed();
          this.watcher.room();
        },
        room: () => this.watcher.room(),
        draining: () => this.leave(session),
        closed: (end) => this.sessionClosed(session, end, wasReady),
      },
    );
    this.sessions.add(session);
    this.session = session;
    this.isReady = false;
    tell(observe, { kind: "connection-opened", peer: transport.peer });
    this.watcher.room();
  }

  private attemptFailed(error: RpcError): void {
    const { clock, backoff, observe, address } = this.options;
    if (this.isClosed) return;
    this.lastFailure = error;
    this.failures++;
    const retryInMs = backoff.next();
    this.failedAt = clock.now();
    this.retryAt = this.failedAt + retryInMs;
    tell(observe, { kind: "connect-failed", address, error, retryInMs });
    this.watcher.failed(error);
    this.watcher.changed();
    if (this.watcher.wantsConnection()) this.connect();
  }

  private leave(session: ClientSession): void {
    if (this.session !== session) return;
    this.session = undefined;
    this.watcher.changed();
    if (this.watcher.wantsConnection()) this.connect();
  }

  private sessionClosed(session: ClientSession, end: ConnectionEnd, wasReady: boolean): void {
    this.sessions.delete(session);
    if (this.session === session) this.session = undefined;
    const { peer } = session.connection;
    const error = end.code === "no-error" ? undefined : new RpcError("unavailable", end.reason, { peer });
    tell(this.options.observe, { kind: "connection-closed", peer, error });
    // A connection that never got to HELLO is a failed attempt to connect, and waits like one.
    if (!wasReady && !this.rested.has(session)) return this.attemptFailed(this.failure(statusOfEnd(end), end.reason));
    this.watcher.changed();
    if (this.watcher.wantsConnection()) this.connect();
  }
}
