/** A TCP proxy that makes faults between real clients and real servers, switched while they run. */

import { createConnection, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { parseAddress } from "../address.js";
import { systemClock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { FaultProxyPipe } from "./fault-proxy-pipe.js";
import { noProxyFaults, type ProxyFaults } from "./proxy-faults.js";
import { randomFrom } from "./seeded-random.js";

export interface FaultProxyOptions {
  /** Where connections lead: `rpc://host:port` or `rpcs://host:port`. */
  readonly target: string;
  /** Decides everything that is left to chance; 1 where left out. */
  readonly seed?: number | undefined;
  /** Port of 127.0.0.1 to listen at; the system chooses where left out. */
  readonly port?: number | undefined;
}

/** What has passed, and what was done to it. */
export interface ProxyCounters {
  connections: number;
  bytes: number;
  corrupted: number;
  duplicated: number;
  truncated: number;
  stalled: number;
}

/** Which direction faults are meant for. */
export type ProxyDirection = "both" | "to-server" | "to-client";

/** What becomes of new connections: led on, cut at once, or accepted and never led anywhere. */
export type ProxyWelcome = "accept" | "reset" | "blackhole";

/** A running proxy. */
export interface FaultProxy extends AsyncDisposable {
  /** What clients connect to: the target's address with the proxy's own place in it. */
  readonly address: string;
  readonly port: number;
  readonly counters: Readonly<ProxyCounters>;
  /** Connections that are open now. */
  readonly connectionsOpen: number;
  /**
   * Makes faults beside those that are there; connections that are open have them, too. While nothing flows to the server, new
   * connections are swallowed.
   */
  set(faults: Partial<ProxyFaults>, direction?: ProxyDirection): void;
  /** Takes all faults away, and welcomes connections again. Those that were swallowed are reset. */
  heal(): void;
  welcome(how: ProxyWelcome): void;
  /** Leads connections to come somewhere else. */
  retarget(address: string): void;
  /** Cuts all connections with a reset on both sides, and returns how many those were. */
  reset(): number;
  /** Closes one direction of all connections in good order: the side that reads it sees the end, and may go on to send. */
  halfClose(direction: Exclude<ProxyDirection, "both">): void;
  /** Cuts all connections and listens no more. */
  close(): Promise<void>;
}

interface Passage {
  readonly client: Socket;
  readonly server: Socket | undefined;
  readonly pipes: readonly FaultProxyPipe[];
}

class RunningProxy implements FaultProxy {
  port = 0;
  readonly counters: ProxyCounters = {
    connections: 0,
    bytes: 0,
    corrupted: 0,
    duplicated: 0,
    truncated: 0,
    stalled: 0,
  };
  private target: Place;
  private readonly random: () => number;
  private readonly server: Server;
  private readonly passages = new Set<Passage>();
  private toServer: ProxyFaults = noProxyFaults;
  private toClient: ProxyFaults = noProxyFaults;
  private how: ProxyWelcome = "accept";

  constructor({ target, seed = 1 }: FaultProxyOptions) {
    this.target = placeOf(target);
    this.random = randomFrom(seed);
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
  }

  get address(): string {
    return `${this.target.scheme}://127.0.0.1:${this.port}`;
  }

  get connectionsOpen(): number {
    return this.passages.size;
  }

  listen(port = 0): Promise<this> {
    return new Promise((resolve, reject) => {
      this.server.once("error", (error) =>
        reject(new RpcError("unavailable", `the proxy cannot listen at 127.0.0.1:${port}: ${error.message}`)),
      );
      this.server.listen({ host: "127.0.0.1", port }, () => {
        this.server.removeAllListeners("error").on("error", () => {});
        this.port = (this.server.address() as AddressInfo).port;
        resolve(this);
      });
    });
  }

  set(faults: Partial<ProxyFaults>, direction: ProxyDirection = "both"): void {
    if (direction !== "to-client") this.toServer = { ...this.toServer, ...faults };
    if (direction !== "to-server") this.toClient = { ...this.toClient, ...faults };
    this.tellLeftBehind();
    for (const { pipes } of this.passages) for (const pipe of pipes) pipe.look();
  }

  heal(): void {
    this.how = "accept";
    this.set(noProxyFaults);
  }

  welcome(how: ProxyWelcome): void {
    this.how = how;
  }

  retarget(address: string): void {
    this.target = placeOf(address);
  }

  reset(): number {
    const open = [...this.passages];
    for (const { client, server } of open) {
      client.resetAndDestroy();
      server?.resetAndDestroy();
    }
    return open.length;
  }

  halfClose(direction: Exclude<ProxyDirection, "both">): void {
    for (const { client, server } of this.passages) {
      if (direction === "to-client") client.end();
      else server?.end();
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.reset();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private accept(client: Socket): void {
    client.on("error", () => {});
    this.counters.connections++;
    if (this.how === "reset") return void client.resetAndDestroy();
    if (this.how === "blackhole" || this.toServer.flow !== "normal") {
      return this.keep({ client, server: undefined, pipes: [] });
    }
    const server = createConnection({ ...this.target, allowHalfOpen: true, noDelay: true });
    server.on("error", () => {});
    this.keep({
      client,
      server,
      pipes: [this.pipe(client, server, () => this.toServer), this.pipe(server, client, () => this.toClient)],
    });
  }

  private pipe(from: Socket, to: Socket, faults: () => ProxyFaults): FaultProxyPipe {
    const { random, counters } = this;
    const count = (what: Exclude<keyof ProxyCounters, "connections">, by: number): void => {
      counters[what] += by;
    };
    return new FaultProxyPipe(from, to, { clock: systemClock, random, faults, count });
  }

  private keep(passage: Passage): void {
    const { client, server } = passage;
    this.passages.add(passage);
    client.once("close", (isBroken) => this.sideClosed(passage, server, this.toServer, isBroken));
    server?.once("close", (isBroken) => this.sideClosed(passage, client, this.toClient, isBroken));
  }

  /** What ends on one side ends on the other, unless the news of it is lost or held up. */
  private sideClosed(passage: Passage, other: Socket | undefined, { flow }: ProxyFaults, isBroken: boolean): void {
    if (other === undefined || other.closed) this.passages.delete(passage);
    else if (flow !== "normal") return;
    else if (isBroken) other.resetAndDestroy();
    else other.destroySoon();
  }

  /** Whoever did not hear that the other side is gone is told by a reset, as soon as something can pass. */
  private tellLeftBehind(): void {
    for (const { client, server } of this.passages) {
      const leadsNowhere = server === undefined ? this.how === "accept" : server.closed;
      if (leadsNowhere && this.toClient.flow === "normal") client.resetAndDestroy();
      if (client.closed && this.toServer.flow === "normal") server?.resetAndDestroy();
    }
  }
}

interface Place {
  readonly scheme: "rpc" | "rpcs";
  readonly host: string;
  readonly port: number;
}

function placeOf(address: string): Place {
  const place = parseAddress(address);
  if (place.kind === "tcp" || place.kind === "tls") {
    return { scheme: place.kind === "tcp" ? "rpc" : "rpcs", host: place.host, port: place.port };
  }
  throw new RpcError("invalid-argument", `a fault proxy leads to rpc:// and rpcs:// addresses, not to ${address}`);
}

/** Starts a proxy at 127.0.0.1; rejects with `unavailable` where its port is taken. */
export function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  return new RunningProxy(options).listen(options.port);
}
