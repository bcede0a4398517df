/** ZooKeeper as a registry: servers are ephemeral nodes below their service, and watches tell when they change. */

import { formatHostPort, parseHostPort } from "../../address.js";
import { RpcError } from "../../error/rpc-error.js";
import { plainText } from "../../error/plain-text.js";
import { checkEndpoint, defaultEndpointsMax } from "../check-endpoint.js";
import type { EndpointInit } from "../endpoint.js";
import { guardResolver } from "../guard.js";
import { checkParameters, type RegistryAddress } from "../registry-address.js";
import { createBackoff, resolveTools, type RegistryOptions, type RegistryTools } from "../registry-options.js";
import type { Finder, FinderSink, Registrar, Registration, Registry, Watch } from "../registry.js";
import type { ServerAddress } from "./connection.js";
import { Entry } from "./entry.js";
import { checkRoot, endpointPath, servicePath } from "./layout.js";
import { creatorAcl, openAcl } from "./records.js";
import { ServiceWatch } from "./service-watch.js";
import { ZookeeperSession } from "./session.js";
import { openTcpSocket, type OpenSocket } from "./socket.js";

/** How ZooKeeper is reached and used. */
export interface ZookeeperOptions extends RegistryOptions {
  /** `host:port` of each server of the ensemble, at least one. */
  readonly servers: readonly string[];
  /** The node that everything stands below; `/rpcgen` where nothing is said. */
  readonly root?: string | undefined;
  /** How long a server that is gone stays in the registry; ZooKeeper has bounds of its own. 10,000 where nothing is said. */
  readonly sessionTimeoutMs?: number | undefined;
  /** How long one server may take to take a connection; 3,000 where nothing is said. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Who this is, by ZooKeeper's digest scheme. Nodes that are made can then be changed only by who says the same, and be read
   * by all; every server of a service has to say the same.
   */
  readonly credentials?: { readonly user: string; readonly password: string } | undefined;
  /** The largest answer that is taken, in bytes; 4 MiB where nothing is said. */
  readonly frameBytesMax?: number | undefined;
  /** Opens the sockets, for tests. */
  readonly openSocket?: OpenSocket | undefined;
}

// Sessions end while nobody is connected, so waits stay short of the shortest ones that are of use.
const zookeeperBackoff = { maxMs: 5000, jitter: 0.5 };

/**
 * ZooKeeper as a registry, for finding servers and for entering them; both share one session, which begins when something is
 * first watched or entered. Throws an `invalid-argument` RpcError for options that make no sense.
 */
export function zookeeperRegistry(options: ZookeeperOptions): Registry {
  const tools = resolveTools({ ...options, backoff: { ...zookeeperBackoff, ...options.backoff } });
  const client = new ZookeeperClient(options, tools);
  const resolver = guardResolver(client, `zookeeper://${options.servers.join(",")}`, tools);
  return {
    watch: (service, sink) => resolver.watch(service, sink),
    register: (service, endpoint) => client.register(service, endpoint),
    close: () => resolver.close(),
  };
}

/** For addresses such as `zookeeper://user:password@h1:2181,h2:2181/shop.orders.v1.Orders?root=/test`. */
export function openZookeeper(address: RegistryAddress, options: RegistryOptions): Registry {
  checkParameters(address, ["root"]);
  const { user, password = "" } = address;
  return zookeeperRegistry({
    ...options,
    servers: address.hosts.map(({ host, port }) => formatHostPort(host, port)),
    root: address.parameters.get("root"),
    credentials: user === undefined ? undefined : { user, password },
  });
}

/** Finds and enters servers, without a guard. */
class ZookeeperClient implements Finder, Registrar {
  private readonly options: ZookeeperOptions;
  private readonly tools: RegistryTools;
  private readonly root: string;
  private readonly session: ZookeeperSession;
  private readonly watches = new Set<ServiceWatch>();
  private readonly entries = new Map<string, Entry>();
  private closing: Promise<void> | undefined;

  constructor(options: ZookeeperOptions, tools: RegistryTools) {
    this.options = options;
    this.tools = tools;
    this.root = checkRoot(options.root ?? "/rpcgen");
    const { user, password } = options.credentials ?? { user: "", password: "" };
    if (user.includes(":")) throw wrong("the user of ZooKeeper's credentials may not contain a colon");
    this.session = new ZookeeperSession(
      {
        servers: serversOf(options.servers),
        sessionTimeoutMs: wholeMs("sessionTimeoutMs", options.sessionTimeoutMs ?? 10_000),
        connectTimeoutMs: wholeMs("connectTimeoutMs", options.connectTimeoutMs ?? 3000),
        frameBytesMax: options.frameBytesMax ?? 4_194_304,
        credentials: options.credentials === undefined ? "" : `${user}:${password}`,
        clock: this.tools.clock,
        openSocket: options.openSocket ?? openTcpSocket,
        random: this.tools.random,
        backoff: createBackoff(this.tools),
      },
      {
        connected: () => this.tellAll((part) => part.connected()),
        changed: (path) => this.tellAll((part) => part.changed(path)),
        failed: (error) => {
          for (const watch of [...this.watches]) watch.failed(error);
        },
      },
    );
  }

  watch(service: string, sink: FinderSink): Watch {
    if (this.closing !== undefined) throw closed();
    const options = {
      session: this.session,
      clock: this.tools.clock,
      backoff: createBackoff(this.tools),
      path: servicePath(this.root, service),
      endpointsMax: this.tools.guard.endpointsMax ?? defaultEndpointsMax,
    };
    const watch = new ServiceWatch(options, sink, () => void this.watches.delete(watch));
    this.watches.add(watch);
    if (this.session.isConnected) watch.connected();
    else this.session.hurry();
    return watch;
  }

  async register(service: string, init: EndpointInit): Promise<Registration> {
    if (this.closing !== undefined) throw closed();
    const endpoint = checkEndpoint(init, "registry");
    const path = endpointPath(this.root, service, endpoint.address);
    const before = this.entries.get(path);
    if (before?.isKept === true) {
      throw new RpcError("already-exists", `${endpoint.address} is entered under ${service} already, by this process`);
    }
    before?.over();
    const entry = new Entry(
      endpoint,
      {
        session: this.session,
        clock: this.tools.clock,
        backoff: createBackoff(this.tools),
        path,
        acl: this.options.credentials === undefined ? openAcl : creatorAcl,
        registerTimeoutMs: this.tools.registerTimeoutMs,
      },
      () => {
        if (this.entries.get(path) === entry) this.entries.delete(path);
      },
    );
    this.entries.set(path, entry);
    this.session.hurry();
    await entry.enter();
    return entry;
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    for (const watch of [...this.watches]) watch.close();
    for (const entry of [...this.entries.values()]) entry.over();
    await this.session.close();
  }

  private tellAll(tell: (part: ServiceWatch | Entry) => void): void {
    for (const part of [...this.watches, ...this.entries.values()]) tell(part);
  }
}

function serversOf(texts: readonly string[]): readonly ServerAddress[] {
  if (texts.length === 0) throw wrong("servers is empty; write at least one host:port");
  return texts.map((text) => {
    const server = parseHostPort(text);
    if (server === undefined) throw wrong(`${plainText(text, 200)} is not host:port of a ZooKeeper server`);
    return server;
  });
}

// ZooKeeper's numbers are signed and have 32 bits.
function wholeMs(name: string, ms: number): number {
  if (Number.isInteger(ms) && ms >= 1 && ms <= 0x7fff_ffff) return ms;
  throw wrong(`${name} is ${ms}; write a whole number of milliseconds from 1 on`);
}

function wrong(why: string): RpcError {
  return new RpcError("invalid-argument", why);
}

function closed(): RpcError {
  return new RpcError("failed-precondition", "this registry has been closed");
}
