/** A ZooKeeper session: lives on across connections and servers, and is followed by a new one when it is lost. */

import type { Backoff } from "../../backoff.js";
import type { Timer } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import { Connection, type ConnectionOptions, type ServerAddress } from "./connection.js";
import type { Operation, Welcome } from "./records.js";

/** Receives what happens to a session. */
export interface SessionSink {
  /**
   * Requests can be sent, and all watches of before are gone. Comes after every connect; whether the session is still the
   * same one shows in its `id`.
   */
  connected(): void;
  /** A watched node has come, gone or changed, or its children have. */
  changed(path: string): void;
  /** None of the servers could be reached, or one says why it does not want this client; the session goes on trying. */
  failed(error: RpcError): void;
}

export interface SessionOptions extends ConnectionOptions {
  /** At least one. */
  readonly servers: readonly ServerAddress[];
  readonly sessionTimeoutMs: number;
  readonly backoff: Backoff;
  readonly random: () => number;
}

const earlierIdsMax = 16;
const endTimeoutMs = 2000;
const steadyMs = 1000;
// Whoever asks because calls fail does so with every call.
const hurryIntervalMs = 1000;

export class ZookeeperSession {
  private readonly options: SessionOptions;
  private readonly sink: SessionSink;
  private readonly servers: readonly ServerAddress[];
  private next = 0;
  private connection: Connection | undefined;
  private isOpen = false;
  private isClosed = false;
  private retry: Timer | undefined;
  private hurriedAt = -Infinity;
  private sessionId = 0n;
  private password: Uint8Array = new Uint8Array(16);
  private grantedMs = 0;
  private openedAt = 0;
  private lostAt = 0;
  private failures = 0;
  private lastZxid = 0n;
  private readonly earlierIds = new Set<bigint>();

  constructor(options: SessionOptions, sink: SessionSink) {
    this.options = options;
    this.sink = sink;
    // Every client begins somewhere else, so that the first server of everybody's list does not carry them all.
    const first = Math.floor(options.random() * options.servers.length);
    this.servers = [...options.servers.slice(first), ...options.servers.slice(0, first)];
  }

  /** 0n before the first connect. */
  get id(): bigint {
    return this.sessionId;
  }

  get isConnected(): boolean {
    return this.isOpen;
  }

  /** Whether a session with this id was this one's before it was lost. */
  wasMine(id: bigint): boolean {
    return this.earlierIds.has(id);
  }

  /** Connects now, if it is not connected and not about to be; at most once a second. */
  hurry(): void {
    const now = this.options.clock.now();
    if (this.isClosed || this.connection !== undefined || now - this.hurriedAt < hurryIntervalMs) return;
    this.hurriedAt = now;
    this.retry?.cancel();
    this.retry = undefined;
    this.connect();
  }

  /** Fails with `unavailable` while there is no connection. */
  request<T>(operation: Operation<T>): Promise<T> {
    if (this.connection !== undefined && this.isOpen) return this.connection.send(operation);
    return Promise.reject(new RpcError("unavailable", "there is no connection to ZooKeeper now"));
  }

  /** Ends the session, so that its ephemeral nodes are gone at once. Always ends. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.retry?.cancel();
    const { connection } = this;
    if (connection === undefined) return;
    if (this.isOpen) {
      const tooLate = this.options.clock.timer(endTimeoutMs, () => connection.destroy("it is closed"));
      await connection.endSession();
      tooLate.cancel();
    }
    connection.destroy("it is closed");
  }

  private connect(): void {
    const server = this.servers[this.next++ % this.servers.length];
    if (server === undefined) return;
    this.giveUpStaleSession();
    const { lastZxid, sessionId, password } = this;
    const hello = { lastZxid, timeoutMs: this.options.sessionTimeoutMs, sessionId, password };
    const connection = new Connection(server, hello, this.options, {
      welcomed: (welcome) => this.welcomed(connection, welcome),
      changed: (path) => this.sink.changed(path),
      closed: (error) => this.closed(connection, error),
    });
    this.connection = connection;
  }

  // Who has been away for longer than the session may live begins anew. Otherwise an ensemble that has lost its data would
  // turn this client away for ever, because it has seen changes that the servers do not know.
  private giveUpStaleSession(): void {
    if (this.sessionId !== 0n && this.options.clock.now() - this.lostAt > this.grantedMs) this.forgetSession();
  }

  private forgetSession(): void {
    this.earlierIds.add(this.sessionId);
    for (const id of this.earlierIds) {
      if (this.earlierIds.size <= earlierIdsMax) break;
      this.earlierIds.delete(id);
    }
    this.sessionId = 0n;
    this.password = new Uint8Array(16);
    this.lastZxid = 0n;
  }

  private welcomed(connection: Connection, { timeoutMs, sessionId, password }: Welcome): void {
    if (this.isClosed) return connection.destroy("it is closed");
    if (timeoutMs <= 0 || sessionId === 0n) {
      if (this.sessionId !== 0n) {
        // The server has answered: the next attempt is not one after a failure. Unless all its sessions end as they begin.
        if (this.lostAt - this.openedAt > steadyMs) this.options.backoff.reset();
        this.forgetSession();
      }
      return connection.destroy("the session is over, a new one begins");
    }
    this.sessionId = sessionId;
    this.password = password;
    this.grantedMs = timeoutMs;
    this.isOpen = true;
    this.openedAt = this.options.clock.now();
    this.failures = 0;
    this.sink.connected();
  }

  private closed(connection: Connection, error: RpcError): void {
    if (this.isOpen) {
      this.isOpen = false;
      this.lostAt = this.options.clock.now();
      // A server that welcomes everybody and hangs up is not asked more often than one that does not answer.
      if (this.lostAt - this.openedAt > steadyMs) this.options.backoff.reset();
      // What a lost session has seen does not bind the one that follows.
      if (this.sessionId !== 0n) this.lastZxid = connection.lastZxid;
    }
    this.connection = undefined;
    if (this.isClosed) return;
    const delayMs = this.options.backoff.next();
    this.retry = this.options.clock.timer(delayMs, () => {
      this.retry = undefined;
      this.connect();
    });
    this.failures++;
    // As long as there are servers that have not been tried, nothing is lost yet.
    if (this.failures >= this.servers.length || error.code !== "unavailable") this.sink.failed(error);
  }
}
