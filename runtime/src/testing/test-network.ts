/** A network in memory, with hosts that have names and faults that follow a seed. */

import { RpcError } from "../error/rpc-error.js";
import type { Clock } from "../clock.js";
import type { NetworkOpening, NetworkPlace } from "../transport/network.js";
import type { Listener, ListenerSink, Transport } from "../transport/transport.js";
import { EventTrace } from "./event-trace.js";
import { FaultTable, type LinkFaults } from "./link-faults.js";
import { randomFrom, seedFor } from "./seeded-random.js";
import { TestConnection, type ConnectionWorld, type EndFacts } from "./test-connection.js";
import { TestHost, type HostWorld } from "./test-host.js";
import { VirtualClock } from "./virtual-clock.js";

export interface TestNetworkOptions<C extends Clock = VirtualClock> {
  /** Decides everything that is left to chance; 1 where left out. */
  readonly seed?: number | undefined;
  /** A VirtualClock of its own where left out. */
  readonly clock?: C | undefined;
}

/** The way between two hosts, or all ways. */
export interface Way {
  /** Makes faults, beside those that are there already. They hold for connections that are open, too. */
  set(faults: Partial<LinkFaults>): void;
  /** Takes back what `set` did here. */
  reset(): void;
  /** Breaks the connections that are open: both sides see a reset, and may connect again at once. Returns how many those were. */
  cut(): number;
}

// Where systems begin to hand out ports to clients.
const firstEphemeralPort = 40_000;

/** Named hosts, and the ways between them. Nothing but `rpc://` addresses is carried. */
export class TestNetwork<C extends Clock = VirtualClock> {
  readonly seed: number;
  readonly clock: C;
  /** What has happened, for whoever wants to know why something failed. */
  readonly trace: EventTrace;
  private readonly random: () => number;
  private readonly table = new FaultTable();
  private readonly hosts = new Map<string, TestHost>();
  private readonly listeners = new Map<string, ListenerSink>();
  private readonly open = new Set<TestConnection>();
  private readonly world: HostWorld;
  private connections = 0;
  private nextPort = firstEphemeralPort;

  constructor(seed: number, clock: C) {
    this.seed = seed;
    this.clock = clock;
    this.random = randomFrom(seed);
    this.trace = new EventTrace(seed, clock);
    this.world = {
      clock,
      random: this.random,
      open: (from, place, opening) => this.openFrom(from, place, opening),
      listen: (at, port, sink) => this.listenAt(at, port, sink),
      crashed: (host) => this.crashed(host),
      thawed: (host) => this.goOn((connection) => connection.touches(host.name)),
      note: (text) => this.trace.note(text),
    };
  }

  /** The host of this name, made where there is none yet. */
  host(name: string): TestHost {
    let host = this.hosts.get(name);
    if (host === undefined) {
      host = new TestHost(name, this.world);
      this.hosts.set(name, host);
    }
    return host;
  }

  /** Connections that at least one side believes in. */
  get connectionsOpen(): number {
    return this.open.size;
  }

  /** Every way at once; what is set for a single way goes before it. */
  get everywhere(): Way {
    return {
      set: (faults) => {
        this.changed(`everywhere ${told(faults)}`, () => this.table.changeAll(faults));
      },
      reset: () => this.heal(),
      cut: () => this.cut(() => true, "everything"),
    };
  }

  /** Both directions between two hosts. */
  between(a: string, b: string): Way {
    const name = `${a} <> ${b}`;
    return {
      set: (faults) =>
        this.changed(`${name} ${told(faults)}`, () => {
          this.table.change(a, b, faults);
          this.table.change(b, a, faults);
        }),
      reset: () =>
        this.changed(`${name} as usual`, () => {
          this.table.reset(a, b);
          this.table.reset(b, a);
        }),
      cut: () => this.cut((connection) => connection.isBetween(a, b), name),
    };
  }

  /** What `from` sends to `to`, and attempts of `from` to connect to `to`. */
  oneWay(from: string, to: string): Way {
    const name = `${from} > ${to}`;
    return {
      set: (faults) => this.changed(`${name} ${told(faults)}`, () => this.table.change(from, to, faults)),
      reset: () => this.changed(`${name} as usual`, () => this.table.reset(from, to)),
      cut: () => this.cut((connection) => connection.isBetween(from, to), name),
    };
  }

  /**
   * Parts hosts from each other: only those in one group reach one another, and hosts that no group names reach everybody. What is
   * on open connections is held, and arrives after `join`.
   */
  partition(...groups: readonly (readonly string[])[]): void {
    const text = groups.map((names) => names.join(", ")).join(" | ");
    this.changed(`partition: ${text}`, () => this.table.part(groups));
  }

  /** Ends the partition. */
  join(): void {
    this.changed("the partition is over", () => this.table.join());
  }

  /** Takes away all faults and partitions. Frozen hosts stay frozen, and what was lost is lost. */
  heal(): void {
    this.changed("everything as usual", () => this.table.clear());
  }

  private changed(text: string, change: () => void): void {
    this.trace.note(text);
    change();
    this.goOn(() => true);
  }

  private goOn(concerns: (connection: TestConnection) => boolean): void {
    for (const connection of [...this.open].filter(concerns)) connection.goOn();
  }

  private cut(concerns: (connection: TestConnection) => boolean, name: string): number {
    const hit = [...this.open].filter(concerns);
    this.trace.note(`cut ${name}: ${hit.length} connections`);
    for (const connection of hit) connection.cut();
    return hit.length;
  }

  private crashed(host: TestHost): void {
    for (const place of this.listeners.keys()) {
      if (place.startsWith(`${host.name}:`)) this.listeners.delete(place);
    }
    this.cut((connection) => connection.touches(host.name), `connections of ${host.name}`);
  }

  private listenAt(host: TestHost, wanted: number, sink: ListenerSink): Promise<Listener> {
    const port = wanted === 0 ? this.nextPort++ : wanted;
    const place = `${host.name}:${port}`;
    if (this.listeners.has(place)) {
      const why = "the address is already in use (EADDRINUSE)";
      return Promise.reject(new RpcError("unavailable", `cannot listen at ${place}: ${why}`));
    }
    this.listeners.set(place, sink);
    this.trace.note(`${place} listens`);
    return Promise.resolve({
      address: `rpc://${place}`,
      close: () => {
        if (this.listeners.get(place) === sink) this.listeners.delete(place);
        this.trace.note(`${place} listens no more`);
        return Promise.resolve();
      },
    });
  }

  private openFrom(from: TestHost, place: NetworkPlace, { timeoutMs, signal }: NetworkOpening): Promise<Transport> {
    const peer = `${place.host}:${place.port}`;
    return new Promise((resolve, reject) => {
      const tooLate = this.clock.timer(timeoutMs, () => fail(`no answer within connectTimeoutMs = ${timeoutMs}`));
      let isOver = false;
      const finish = (): boolean => {
        if (isOver) return false;
        isOver = true;
        tooLate.cancel();
        signal?.removeEventListener("abort", abort);
        return true;
      };
      const fail = (why: string): void => {
        if (!finish()) return;
        this.trace.note(`${from.name} cannot connect to ${peer}: ${why}`);
        reject(new RpcError("unavailable", `cannot connect to ${peer}: ${why}`, { peer }));
      };
      const abort = (): void => fail("it is not wanted any more");
      if (signal?.aborted === true) return abort();
      signal?.addEventListener("abort", abort, { once: true });
      this.knock(from, place, fail, (accept) => {
        if (finish()) resolve(accept());
      });
    });
  }

  /** Goes to a place and comes back with what was found there, unless it is swallowed. */
  private knock(
    from: TestHost,
    place: NetworkPlace,
    fail: (why: string) => void,
    found: (accept: () => Transport) => void,
  ): void {
    const there = this.table.of(from.name, place.host);
    const back = this.table.of(place.host, from.name);
    if (!this.hosts.has(place.host)) {
      return this.after(0, () => fail("the host name is not known (ENOTFOUND)"));
    }
    if (there.flow !== "normal" || back.flow !== "normal" || there.connecting === "blackhole") {
      return this.trace.note(`${from.name} knocks at ${place.host}:${place.port}, and nobody hears it`);
    }
    const refused = "nothing listens there (ECONNREFUSED)";
    this.after(there.delayMs + back.delayMs, () => {
      const sink = this.listeners.get(`${place.host}:${place.port}`);
      if (sink === undefined || there.connecting === "refuse") return fail(refused);
      found(() => this.accept(from, place, sink));
    });
  }

  private accept(from: TestHost, place: NetworkPlace, sink: ListenerSink): Transport {
    const client: EndFacts = { host: from.name, port: this.nextPort++ };
    const number = ++this.connections;
    const name = `#${number}`;
    const world: ConnectionWorld = {
      clock: this.clock,
      random: randomFrom(seedFor(this.seed, `${from.name} ${place.host} ${number}`)),
      faults: (a, b) => this.table.of(a, b),
      isFrozen: (host) => this.hosts.get(host)?.isFrozen === true,
      note: (text) => this.trace.note(text),
      closed: (connection) => this.open.delete(connection),
    };
    const connection = new TestConnection(name, client, place, world);
    this.open.add(connection);
    this.trace.note(`${name} ${client.host}:${client.port} connects to ${place.host}:${place.port}`);
    this.clock.nextTurn(() => sink.opened(connection.server));
    return connection.client;
  }

  private after(ms: number, run: () => void): void {
    if (ms > 0) this.clock.timer(ms, run);
    else this.clock.nextTurn(run);
  }
}

function told(faults: Partial<LinkFaults>): string {
  return Object.entries(faults)
    .map(([name, value]) => `${name} = ${value}`)
    .join(", ");
}

/**
 * A network in memory for tests of whole clients and servers:
 *
 *     const network = createTestNetwork({ seed: 7 });
 *     const server = await serve({ port: 7000, network: network.host("orders-1"), services });
 *     const channel = connect("rpc://orders-1:7000", { network: network.host("client") });
 *     network.between("client", "orders-1").set({ delayMs: 20, jitterMs: 10 });
 *     const order = await network.clock.run(createOrdersClient(channel).place(request));
 */
export function createTestNetwork(options?: TestNetworkOptions): TestNetwork;
export function createTestNetwork<C extends Clock>(
  options: TestNetworkOptions<C> & { readonly clock: C },
): TestNetwork<C>;
export function createTestNetwork({ seed = 1, clock }: TestNetworkOptions<Clock> = {}): TestNetwork<Clock> {
  return new TestNetwork<Clock>(seed, clock ?? new VirtualClock());
}
