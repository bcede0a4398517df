/** Several servers on a network of the test's own, a list of them in the test's hand, and a channel over all. */

import {
  connect,
  RpcError,
  serve,
  type ClientChannel,
  type ConnectOptions,
  type RuntimeEvent,
  type Server,
  type ServeOptions,
} from "../../src/index.js";
import type { EndpointInit } from "../../src/registry/endpoint.js";
import type { Resolver, ResolverSink } from "../../src/registry/registry.js";
import { simulate } from "../../src/testing/simulate.js";
import type { TestHost } from "../../src/testing/test-host.js";
import type { TestNetwork } from "../../src/testing/test-network.js";
import { createEchoClient, mountEcho, type EchoClient, type EchoHandler } from "./echo-service.js";

/** A resolver that says what the test says. */
export class ListedServers implements Resolver {
  refreshes = 0;
  isClosed = false;
  private sink: ResolverSink | undefined;
  private list: readonly EndpointInit[] | undefined;

  constructor(addresses?: readonly (string | EndpointInit)[]) {
    if (addresses !== undefined) this.list = addresses.map(asInit);
  }

  get isWatched(): boolean {
    return this.sink !== undefined;
  }

  watch(_service: string, sink: ResolverSink): { refresh(): void; close(): void } {
    this.sink = sink;
    queueMicrotask(() => this.tell());
    return { refresh: () => void this.refreshes++, close: () => (this.sink = undefined) };
  }

  set(addresses: readonly (string | EndpointInit)[]): void {
    this.list = addresses.map(asInit);
    this.tell();
  }

  fail(text: string): void {
    this.sink?.failed(new RpcError("unavailable", text));
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  private tell(): void {
    if (this.list === undefined) return;
    this.sink?.update(
      this.list.map(({ address, weight = 100, zone = "", health = "healthy" }) => {
        return { address, weight, zone, health, metadata: new Map() };
      }),
    );
  }
}

function asInit(server: string | EndpointInit): EndpointInit {
  return typeof server === "string" ? { address: server } : server;
}

/** One server, with what it answered so far. */
export interface FleetServer {
  readonly address: string;
  readonly host: TestHost;
  /** Calls that reached its handler. */
  calls: number;
  /** What its `echo` does instead of answering at once. */
  behave: EchoHandler["echo"] | undefined;
  server: Server;
  /** Ends it as a crash does. */
  crash(): Promise<void>;
  /** Starts it again at its address. */
  start(): Promise<void>;
}

export interface Fleet {
  readonly network: TestNetwork;
  readonly clock: TestNetwork["clock"];
  readonly servers: readonly FleetServer[];
  readonly list: ListedServers;
  readonly channel: ClientChannel;
  readonly echo: EchoClient;
  readonly events: RuntimeEvent[];
  /** Makes so many calls, one after the other, and gives how many of them succeeded. */
  calls(count: number): Promise<number>;
}

export interface FleetSetup extends ConnectOptions {
  readonly servers: number;
  readonly serve?: Partial<ServeOptions>;
  /** What the list holds at first, by server; all where left out. */
  readonly listed?: (addresses: readonly string[]) => readonly (string | EndpointInit)[];
}

const port = 7000;

/** Runs `body` with a fleet; ends all of it. */
export function withFleet(setup: FleetSetup, body: (fleet: Fleet) => Promise<void>): Promise<void> {
  return simulate({}, async (network) => {
    const { servers: count, serve: serveOptions = {}, listed, ...options } = setup;
    const servers: FleetServer[] = [];
    for (let i = 1; i <= count; i++) servers.push(await startServer(network, `s${i}`, serveOptions));
    const addresses = servers.map(({ address }) => address);
    const list = new ListedServers(listed?.(addresses) ?? addresses);
    const events: RuntimeEvent[] = [];
    const channel = connect(
      { resolver: list, service: "test.v1.Echo" },
      { network: network.host("client"), observe: (event) => void events.push(event), ...options },
    );
    const echo = createEchoClient(channel);
    const calls = async (number: number): Promise<number> => {
      let succeeded = 0;
      for (let i = 0; i < number; i++) {
        try {
          await echo.echo({ text: "", count: i });
          succeeded++;
        } catch (error) {
          if (!RpcError.is(error)) throw error;
        }
      }
      return succeeded;
    };
    try {
      await body({ network, clock: network.clock, servers, list, channel, echo, events, calls });
    } finally {
      await channel.close(new RpcError("cancelled", "the test is over"));
      await Promise.all(servers.map(({ server }) => server.close({ graceMs: 0 })));
    }
  });
}

async function startServer(network: TestNetwork, name: string, options: Partial<ServeOptions>): Promise<FleetServer> {
  const host = network.host(name);
  const listen = (): Promise<Server> =>
    serve({
      network: host,
      port,
      host: name,
      onError: () => {},
      services: [
        mountEcho({
          echo: (note, call) => {
            fleetServer.calls++;
            return fleetServer.behave?.(note, call) ?? note;
          },
        }),
      ],
      ...options,
    });
  const fleetServer: FleetServer = {
    address: `rpc://${name}:${port}`,
    host,
    calls: 0,
    behave: undefined,
    server: await listen(),
    crash: async () => {
      host.crash();
      await fleetServer.server.close({ graceMs: 0 });
    },
    start: async () => {
      fleetServer.server = await listen();
    },
  };
  return fleetServer;
}
