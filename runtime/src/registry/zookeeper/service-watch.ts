/** One service under watch in ZooKeeper: reads its servers, and reads again what has changed. */

import type { Backoff } from "../../backoff.js";
import type { Clock, Timer } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import { thrownText } from "../../error/plain-text.js";
import { readEndpointText } from "../endpoint-json.js";
import type { FinderSink, Watch } from "../registry.js";
import { addressOf } from "./layout.js";
import { exists, getChildren, getData } from "./records.js";
import type { ZookeeperSession } from "./session.js";

/** How many nodes are asked for at once. */
const readsMax = 64;

export interface ServiceWatchOptions {
  readonly session: ZookeeperSession;
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** The node whose children are the servers. */
  readonly path: string;
  /** How many children are read at most. */
  readonly endpointsMax: number;
}

export class ServiceWatch implements Watch {
  private readonly options: ServiceWatchOptions;
  private readonly sink: FinderSink;
  private readonly ended: () => void;
  /** What children hold, as far as it is surely what they hold now. */
  private known = new Map<string, unknown>();
  /** Children that have changed while they were being read: what was read of them may be what they were. */
  private touched = new Set<string>();
  private isReading = false;
  private isStale = false;
  private isClosed = false;
  private retry: Timer | undefined;

  constructor(options: ServiceWatchOptions, sink: FinderSink, ended: () => void) {
    this.options = options;
    this.sink = sink;
    this.ended = ended;
  }

  /** The session has a connection, which knows of no watches: everything is read again. */
  connected(): void {
    this.known = new Map();
    this.read();
  }

  /** A node has come, gone or changed; it may be any. */
  changed(path: string): void {
    const { path: own } = this.options;
    if (path !== own && !path.startsWith(`${own}/`)) return;
    const name = path.slice(own.length + 1);
    this.known.delete(name);
    this.touched.add(name);
    this.read();
  }

  failed(error: RpcError): void {
    if (!this.isClosed) this.sink.failed(error);
  }

  /** Watches tell of everything; all that can be asked for is the connection. */
  refresh(): void {
    this.options.session.hurry();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.retry?.cancel();
    this.ended();
  }

  private read(): void {
    this.isStale = true;
    if (this.isReading || this.isClosed || !this.options.session.isConnected) return;
    this.retry?.cancel();
    this.isReading = true;
    void this.readUntilFresh();
  }

  private async readUntilFresh(): Promise<void> {
    while (this.isStale && !this.isClosed && this.options.session.isConnected) {
      this.isStale = false;
      try {
        const entries = await this.readAll();
        // What has changed meanwhile is read before anything is told: the list would be one that never was.
        if (!this.isStale && !this.isClosed) this.sink.update(entries);
        this.options.backoff.reset();
      } catch (thrown) {
        if (!this.handle(thrown)) break;
      }
    }
    this.isReading = false;
  }

  // True where it is worth reading on at once. A lost connection is the session's business, which tells when it is back.
  private handle(thrown: unknown): boolean {
    const { session, clock, backoff } = this.options;
    if (this.isClosed || !session.isConnected) return true;
    const error = RpcError.is(thrown) ? thrown : new RpcError("internal", thrownText(thrown, "reading ZooKeeper"));
    // Cut and connected again while the answer was awaited.
    if (error.code === "unavailable" && this.isStale) return true;
    this.sink.failed(error);
    this.retry = clock.timer(backoff.next(), () => this.read());
    return false;
  }

  private async readAll(): Promise<readonly unknown[]> {
    const names = await this.listChildren();
    if (names.length > this.options.endpointsMax) {
      const limit = `endpointsMax = ${this.options.endpointsMax}`;
      this.failed(
        new RpcError("resource-exhausted", `${names.length} servers below ${this.options.path} are over ${limit}`),
      );
    }
    const wanted = new Set(names.slice(0, this.options.endpointsMax));
    this.known = new Map([...this.known].filter(([name]) => wanted.has(name)));
    this.touched = new Set();
    const { known } = this;
    const unknown = [...wanted].filter((name) => !known.has(name));
    const next = unknown.values();
    const readSome = async (): Promise<void> => {
      for (const name of next) await this.readChild(name);
    };
    await Promise.all(Array.from({ length: Math.min(readsMax, unknown.length) }, readSome));
    return [...known.values()];
  }

  private async listChildren(): Promise<readonly string[]> {
    const { session, path } = this.options;
    for (;;) {
      try {
        return await session.request(getChildren(path, true));
      } catch (error) {
        if (!RpcError.is(error) || error.code !== "not-found") throw error;
      }
      try {
        // Nobody has entered this service yet. The watch tells when somebody does; if it was just now, it is read.
        await session.request(exists(path, true));
      } catch (error) {
        if (RpcError.is(error) && error.code === "not-found") return [];
        throw error;
      }
    }
  }

  private async readChild(name: string): Promise<void> {
    const { known, touched } = this;
    try {
      const { data } = await this.options.session.request(getData(`${this.options.path}/${name}`, true));
      // An event that came in the same breath as the answer is heard before the answer is looked at here.
      if (!touched.has(name)) known.set(name, entryOf(name, data));
    } catch (error) {
      // It has gone between the list and the look; the watch of the list tells of it.
      if (!RpcError.is(error) || error.code !== "not-found") throw error;
    }
  }
}

// A node without data is a server of which nothing is said but its address, which stands in its name.
function entryOf(name: string, data: Uint8Array): unknown {
  const address = addressOf(name);
  if (data.length === 0) return { address };
  const value = readEndpointText(new TextDecoder().decode(data));
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value, address } : undefined;
}
