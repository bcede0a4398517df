/** A client straight onto a handler in one process: everything that calls do on a network, without one. */

import type { Channel } from "../call/outgoing-call.js";
import type { Mount } from "../call/server-call.js";
import { connect } from "../client/connect.js";
import type { ClientChannel, ConnectOptions } from "../client/connect-options.js";
import { systemClock, type Clock } from "../clock.js";
import type { RpcError } from "../error/rpc-error.js";
import { serve } from "../server/server.js";
import type { Server, ServeOptions } from "../server/serve-options.js";
import { memoryPair } from "../transport/memory.js";
import type { Network } from "../transport/network.js";
import type { ListenerSink, Transport } from "../transport/transport.js";

export interface InProcessOptions {
  /** Of both sides, for instance a `VirtualClock`; the machine's where left out. */
  readonly clock?: Clock | undefined;
  /** What else the client's side is told. */
  readonly connect?: Omit<ConnectOptions, "network" | "clock" | "tls"> | undefined;
  /** What else the server's side is told. */
  readonly serve?:
    Partial<Omit<ServeOptions, "port" | "path" | "memory" | "host" | "tls" | "network" | "clock">> | undefined;
}

/** A channel onto a server in the same process. */
export interface InProcessChannel extends ClientChannel {
  /** The server behind it; rejects where the options make no sense, as calls then do, too. */
  readonly server: Promise<Server>;
}

/**
 * A typed client straight onto a handler: `inProcess(createOrdersClient, serveOrders(handler))`. Calls pass everything that they pass on
 * a network but the socket: codecs, rules, deadlines, cancellation, declared errors, metadata, flow control, interceptors. It holds
 * nothing that keeps a process alive, so closing it (`await using`) is for tests that look at what closing does.
 */
export function inProcess<Client extends object>(
  createClient: (channel: Channel) => Client,
  services: Mount | readonly Mount[],
  options: InProcessOptions = {},
): Client & AsyncDisposable {
  const channel = inProcessChannel(services, options);
  return { ...createClient(channel), [Symbol.asyncDispose]: () => channel.close() };
}

/** The channel under `inProcess`, for several clients of one server or for a look at either side. Closing it closes both. */
export function inProcessChannel(services: Mount | readonly Mount[], options: InProcessOptions = {}): InProcessChannel {
  const clock = options.clock ?? systemClock;
  const network = new ProcessNetwork(clock);
  const mounts = Array.isArray(services) ? (services as readonly Mount[]) : [services as Mount];
  const server = serve({
    health: false,
    ...options.serve,
    keepalive: false,
    services: mounts,
    port: 1,
    network,
    clock,
  });
  // Whoever awaits it, or calls, is told.
  server.catch((error: unknown) => network.fail(error));
  const settings = { keepalive: false, failFast: true, ...options.connect, network, clock } as const;
  const channel = connect("rpc://in-process:1", settings);
  const close = async (reason?: RpcError): Promise<void> => {
    await channel.close(reason);
    const running = await server.catch(() => undefined);
    await running?.close(reason === undefined ? {} : { graceMs: 0 });
  };
  return Object.assign(Object.create(channel) as ClientChannel, {
    server,
    close,
    [Symbol.asyncDispose]: () => close(),
  });
}

/** One place where one server listens; whoever comes before it waits. */
class ProcessNetwork implements Network {
  readonly clock: Clock;
  fail!: (error: unknown) => void;
  private listening!: (sink: ListenerSink) => void;
  private readonly sink: Promise<ListenerSink>;

  constructor(clock: Clock) {
    this.clock = clock;
    this.sink = new Promise((resolve, reject) => {
      this.listening = resolve;
      this.fail = reject;
    });
    this.sink.catch(() => {});
  }

  async open(): Promise<Transport> {
    const sink = await this.sink;
    const [client, server] = memoryPair("in-process", this.clock);
    this.clock.nextTurn(() => sink.opened(server));
    return client;
  }

  async listen(_place: unknown, sink: ListenerSink): Promise<{ address: string; close: () => Promise<void> }> {
    this.listening(sink);
    return { address: "rpc://in-process:1", close: () => Promise.resolve() };
  }
}
