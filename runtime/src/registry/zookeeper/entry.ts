/** One server's node in ZooKeeper: entered, kept, made again after a lost session, and taken out. */

import type { Backoff } from "../../backoff.js";
import type { Clock, Timer } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import { thrownText } from "../../error/plain-text.js";
import { changeEndpoint } from "../change-endpoint.js";
import type { Endpoint, EndpointInit } from "../endpoint.js";
import type { Registration } from "../registry.js";
import { parentsOf } from "./layout.js";
import { create, exists, getData, remove, replace, setData, type Acl } from "./records.js";
import type { ZookeeperSession } from "./session.js";

export interface EntryOptions {
  readonly session: ZookeeperSession;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly path: string;
  readonly acl: readonly Acl[];
  /** How long `register` and `update` wait for ZooKeeper. */
  readonly registerTimeoutMs: number;
}

const closeTimeoutMs = 2000;

interface Waiter {
  readonly change: number;
  done(error: RpcError | undefined): void;
}

export class Entry implements Registration {
  private readonly options: EntryOptions;
  private readonly ended: () => void;
  private endpoint: Endpoint;
  private isWanted = true;
  /** Counts what was asked of this entry; what ZooKeeper is known to hold is the last one that was written. */
  private change = 1;
  private written = 0;
  /** Whether this entry was ever made: whoever stands in its place before that is a process that is gone. */
  private wasMade = false;
  private isWriting = false;
  private isStale = false;
  private isOver = false;
  private retry: Timer | undefined;
  private readonly waiters = new Set<Waiter>();

  constructor(endpoint: Endpoint, options: EntryOptions, ended: () => void) {
    this.endpoint = endpoint;
    this.options = options;
    this.ended = ended;
  }

  /** False while it waits for nothing but to be taken out. */
  get isKept(): boolean {
    return this.isWanted;
  }

  /** Settles when the node is there. Fails with `unavailable` when that takes too long, and is then no entry any more. */
  async enter(): Promise<void> {
    try {
      await this.write(this.options.registerTimeoutMs);
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  async update(change: Omit<EndpointInit, "address">): Promise<void> {
    if (!this.isWanted) return;
    this.endpoint = changeEndpoint(this.endpoint, change, "registry");
    this.change++;
    await this.write(this.options.registerTimeoutMs);
  }

  async close(): Promise<void> {
    this.drop();
    if (this.isOver) return;
    // Where ZooKeeper cannot be told in time, it is told when it is back, or the node goes with the session.
    await this.write(Math.min(closeTimeoutMs, this.options.registerTimeoutMs)).catch(() => {});
  }

  /** Another entry takes its place, or the session is over: there is nothing left to do. */
  over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.retry?.cancel();
    this.settle(new RpcError("cancelled", "the registry has been closed"));
    this.ended();
  }

  /** The session has a connection again, and knows of no watches. */
  connected(): void {
    this.reconcile();
  }

  /** A node has come, gone or changed; it may be any. */
  changed(path: string): void {
    if (path === this.options.path) this.reconcile();
  }

  private drop(): void {
    if (!this.isWanted) return;
    this.isWanted = false;
    this.change++;
    // Nothing can have been made by a session that never was.
    if (this.options.session.id === 0n) this.over();
    else this.reconcile();
  }

  private write(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const tooLate = this.options.clock.timer(timeoutMs, () => {
        const why = `ZooKeeper has not answered within ${timeoutMs} ms`;
        waiter.done(new RpcError("unavailable", `${this.endpoint.address} is not entered yet: ${why}`));
      });
      const waiter: Waiter = {
        change: this.change,
        done: (error) => {
          tooLate.cancel();
          this.waiters.delete(waiter);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      this.waiters.add(waiter);
      this.reconcile();
    });
  }

  private reconcile(): void {
    this.isStale = true;
    if (this.isWriting || this.isOver || !this.options.session.isConnected) return;
    this.retry?.cancel();
    this.isWriting = true;
    void this.writeUntilTrue();
  }

  private async writeUntilTrue(): Promise<void> {
    const { session, clock, backoff } = this.options;
    while (this.isStale && !this.isOver && session.isConnected) {
      this.isStale = false;
      const { change } = this;
      try {
        await (this.isWanted ? this.make() : this.unmake());
        backoff.reset();
        this.written = change;
        this.settle(undefined);
        if (!this.isWanted && change === this.change) this.over();
      } catch (thrown) {
        const error = RpcError.is(thrown) ? thrown : new RpcError("internal", thrownText(thrown, "writing ZooKeeper"));
        // A lost connection is the session's business, which tells when it is back.
        if (!session.isConnected || (error.code === "unavailable" && this.isStale)) continue;
        this.settle(error);
        this.retry = clock.timer(backoff.next(), () => this.reconcile());
        break;
      }
    }
    this.isWriting = false;
  }

  private settle(error: RpcError | undefined): void {
    for (const waiter of [...this.waiters]) {
      if (error !== undefined || waiter.change <= this.written) waiter.done(error);
    }
  }

  private async make(): Promise<void> {
    const { session, path } = this.options;
    const data = dataOf(this.endpoint);
    for (let tries = 0; ; tries++) {
      if (tries === 5) throw new RpcError("aborted", `${path} is being written by somebody else all the time`);
      if (await this.createNode(data)) break;
      const found = await orMissing(session.request(getData(path, true)));
      if (found === undefined) continue;
      const { ephemeralOwner, version } = found.stat;
      if (ephemeralOwner === session.id) {
        if (!isSame(found.data, data)) await session.request(setData(path, data, version));
        break;
      }
      // Another process has taken this address over. It has its reasons; should it go, this one is back.
      if (this.wasMade && !session.wasMine(ephemeralOwner)) return;
      const made = create(path, data, true, this.options.acl);
      if ((await session.request(replace(path, version, made))) === 0) break;
    }
    this.wasMade = true;
    // So that this entry comes back if somebody takes it away.
    if ((await orMissing(session.request(exists(path, true)))) === undefined) this.isStale = true;
  }

  // False where there is such a node already.
  private async createNode(data: Uint8Array): Promise<boolean> {
    const { session, path, acl } = this.options;
    for (;;) {
      try {
        await session.request(create(path, data, true, acl));
        return true;
      } catch (error) {
        if (!RpcError.is(error)) throw error;
        if (error.code === "already-exists") return false;
        if (error.code !== "not-found") throw error;
      }
      for (const parent of parentsOf(path)) {
        await session.request(create(parent, new Uint8Array(0), false, acl)).catch((error: unknown) => {
          if (!RpcError.is(error) || error.code !== "already-exists") throw error;
        });
      }
    }
  }

  private async unmake(): Promise<void> {
    const { session, path } = this.options;
    const found = await orMissing(session.request(exists(path, false)));
    if (found === undefined) return;
    const isMine = found.ephemeralOwner === session.id || session.wasMine(found.ephemeralOwner);
    if (isMine) await orMissing(session.request(remove(path, -1)));
  }
}

function dataOf({ weight, zone, health, metadata }: Endpoint): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ weight, zone, health, metadata: Object.fromEntries(metadata) }));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (RpcError.is(error) && error.code === "not-found") return undefined;
    throw error;
  }
}
