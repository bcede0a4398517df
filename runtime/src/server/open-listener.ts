/** Opens the place where a server listens, as its options name it. */

import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { plainText } from "../error/plain-text.js";
import type { Limits } from "../limits.js";
import type { ServerTls } from "../tls/tls-settings.js";
import { listenMemory } from "../transport/memory.js";
import type { HttpServer } from "../transport/mounted.js";
import type { Network } from "../transport/network.js";
import type { FirstBytes } from "../transport/shared-port.js";
import { listenSocket, type SocketAddress } from "../transport/socket.js";
import type { TlsListener, TlsListenerSink } from "../transport/tls-server.js";
import type { Listener } from "../transport/transport.js";
import type { WebSocketDoor, WebSocketSink } from "../transport/web-socket-door.js";

/** Calls over WebSocket, from browsers above all; wants the package `ws`. */
export interface WebSocketOptions {
  /** The path that takes WebSockets; `/rpc` where left out. */
  readonly path?: string | undefined;
  /**
   * Origins of pages that may call beside those of this very host, for instance `https://app.example`; `*` lets every page in. Whoever
   * sends no origin is no browser, and is let in.
   */
  readonly origins?: readonly string[] | undefined;
  /**
   * Names under which pages find this server without TLS, or behind a proxy on the same machine: `orders.example`, or `.example` for all
   * names under it, too. Anybody can make a name of their own lead to an address of a private network, so that a page comes from the very
   * host that it calls: without TLS such a page is let in under `localhost`, an address and these names only.
   */
  readonly hosts?: readonly string[] | undefined;
  /**
   * A server of `node:http` or `node:https` that WebSockets come to instead of the port: its upgrades of the path are taken and
   * nothing else. When it closes, this server does so first.
   */
  readonly server?: HttpServer | undefined;
}

/** Where a server listens. */
export interface PlaceOptions {
  /** TCP port; 0 lets the system choose. Exactly one of `port`, `path` and `memory` is given, or none beside `webSocket.server`. */
  readonly port?: number | undefined;
  /** Address to listen at; 127.0.0.1 where left out, so that nothing is open to the network by accident. */
  readonly host?: string | undefined;
  /** Path of a Unix socket. */
  readonly path?: string | undefined;
  /** A name inside this process, for tests and embedding. */
  readonly memory?: string | undefined;
  /** Speaks TLS on the port, and nothing else. */
  readonly tls?: ServerTls | undefined;
  /** Takes calls over WebSocket, too: on the port or path itself, or in an HTTP server that there is already. */
  readonly webSocket?: WebSocketOptions | undefined;
  /** What has the port instead of the machine's network, for tests; its clock is the server's where `clock` is left out. */
  readonly network?: Network | undefined;
}

/** What a listener tells, whatever it listens for. */
export interface PlaceSink extends TlsListenerSink, WebSocketSink {
  /** The HTTP server that it is part of is about to close. */
  hostClosing(): void;
}

/** Fails with `invalid-argument` for options that make no sense, and with `unavailable` for a place that cannot be had. */
export async function openListener(
  options: PlaceOptions,
  clock: Clock,
  limits: Limits,
  sink: PlaceSink,
): Promise<Listener | TlsListener> {
  checkPlace(options);
  const { port, path, memory, host = "127.0.0.1", tls, network, webSocket } = options;
  const door = webSocket === undefined ? undefined : await openDoor(webSocket, clock, limits, sink);
  if (webSocket?.server !== undefined && door !== undefined) {
    const { listenMounted } = await import("../transport/mounted.js");
    const isAlone = port === undefined && path === undefined && memory === undefined;
    const own = isAlone ? undefined : await openListener({ ...options, webSocket: undefined }, clock, limits, sink);
    try {
      return alongside(
        listenMounted(webSocket.server, door, () => sink.hostClosing()),
        own,
      );
    } catch (error) {
      await own?.close();
      throw error;
    }
  }
  if (memory !== undefined) return listenMemory(memory, sink);
  if (path !== undefined) return listenAt({ kind: "unix", path }, door, clock, limits, sink);
  if (port === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RpcError(
      "invalid-argument",
      `port must be a whole number from 0 to 65535, not ${typeof port} ${String(port)}`,
    );
  }
  if (network !== undefined) return network.listen({ host: options.host, port }, sink);
  if (tls === undefined) return listenAt({ kind: "tcp", host, port }, door, clock, limits, sink);
  // Loaded when it is wanted: who speaks no TLS does not pay for it.
  const { listenTls } = await import("../transport/tls-server.js");
  const firsts = door === undefined ? undefined : await openFirstBytes(door, clock, limits, sink);
  return listenTls({ host, port }, tls, clock, limits, sink, firsts);
}

function checkPlace({ port, path, memory, tls, network, webSocket }: PlaceOptions): void {
  const wrong = (why: string): RpcError => new RpcError("invalid-argument", why);
  const given = [port, path, memory].filter((place) => place !== undefined);
  const isMounted = webSocket?.server !== undefined;
  if (given.length > 1 || (given.length === 0 && !isMounted)) {
    throw wrong("serve wants exactly one of port, path and memory");
  }
  if (tls !== undefined && port === undefined) throw wrong("tls wants a port");
  if (network !== undefined && (port === undefined || tls !== undefined)) {
    throw wrong("network wants a port, and no tls");
  }
  if (webSocket === undefined || isMounted) return;
  if (memory !== undefined || network !== undefined) throw wrong("webSocket wants a port or a path of the machine");
}

async function openDoor(
  options: WebSocketOptions,
  clock: Clock,
  limits: Limits,
  sink: PlaceSink,
): Promise<WebSocketDoor> {
  const unknown = Object.keys(options).find((name) => !["path", "origins", "hosts", "server"].includes(name));
  if (unknown !== undefined) {
    throw new RpcError(
      "invalid-argument",
      `webSocket has no option ${plainText(unknown, 100)}: path, origins, hosts, server`,
    );
  }
  const { path, origins, hosts, server } = options;
  if (server !== undefined && (typeof server.on !== "function" || typeof server.listenerCount !== "function")) {
    throw new RpcError("invalid-argument", "webSocket.server is a server of node:http or node:https");
  }
  const [{ WebSocketDoor }, { upgradeRules }, { loadWs }] = await Promise.all([
    import("../transport/web-socket-door.js"),
    import("../transport/upgrade-check.js"),
    import("../transport/ws-package.js"),
  ]);
  const rules = upgradeRules(path, origins, hosts);
  return new WebSocketDoor(rules, await loadWs("serve({ webSocket })"), clock, limits, sink);
}

async function listenAt(
  address: SocketAddress,
  door: WebSocketDoor | undefined,
  clock: Clock,
  limits: Limits,
  sink: PlaceSink,
): Promise<Listener> {
  if (door === undefined) return listenSocket(address, sink);
  const { listenShared } = await import("../transport/shared-port.js");
  return listenShared(address, await openFirstBytes(door, clock, limits, sink), sink);
}

async function openFirstBytes(
  door: WebSocketDoor,
  clock: Clock,
  limits: Limits,
  sink: WebSocketSink,
): Promise<FirstBytes> {
  const { FirstBytes } = await import("../transport/shared-port.js");
  return new FirstBytes(door, clock, limits, sink);
}

/** Both, under the address of the one that is the server's own. */
function alongside(mounted: Listener, own: Listener | TlsListener | undefined): Listener | TlsListener {
  if (own === undefined) return mounted;
  const close = async (): Promise<void> => {
    await Promise.all([mounted.close(), own.close()]);
  };
  return "reload" in own
    ? { address: own.address, close, reload: (tls) => own.reload(tls) }
    : { address: own.address, close };
}
