/** How a connection to an address is opened: which transport, and what it needs to know. */

import { formatHostPort, shownAddress, type Address, type WebSocketPlace } from "../address.js";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { tell, type Observer } from "../events.js";
import type { Limits } from "../limits.js";
import { turnAway } from "../session/turn-away.js";
import type { ClientTls } from "../tls/tls-settings.js";
import { openMemory } from "../transport/memory.js";
import type { Network } from "../transport/network.js";
import type { TlsClient } from "../transport/tls-client.js";
import type { Transport } from "../transport/transport.js";

/** Opens a transport; gives up when the signal aborts. */
export type Open = (signal: AbortSignal) => Promise<Transport>;

export interface OpenerOptions {
  readonly tls?: ClientTls | undefined;
  readonly network?: Network | undefined;
  readonly observe?: Observer | undefined;
}

/** Throws an `invalid-argument` RpcError for an address with which the options make no sense. */
export function openerFor(target: Address, clock: Clock, limits: Limits, options: OpenerOptions): Open {
  const { tls, network, observe } = options;
  if (network !== undefined) return networkOpener(target, network, clock, limits);
  if (target.kind === "tls") {
    const client = tlsClient(target, clock, limits, tls ?? {}, observe);
    return async (signal) => (await client()).open(signal);
  }
  if (target.kind === "wss") return webSocketOpener(target, clock, limits, tls, observe);
  // Whoever gives certificates does not mean to go without.
  if (tls !== undefined)
    throw new RpcError("invalid-argument", "the option tls wants an address that starts with rpcs:// or wss://");
  if (target.kind === "ws") return webSocketOpener(target, clock, limits, undefined, observe);
  if (target.kind === "memory") return async () => openMemory(target.name, clock);
  return async (signal) => {
    // Loaded when it is wanted: browsers have no sockets.
    const { openSocket } = await import("../transport/socket.js");
    return openSocket(target, clock, limits.connectTimeoutMs, signal);
  };
}

function networkOpener(target: Address, network: Network, clock: Clock, { connectTimeoutMs }: Limits): Open {
  if (target.kind !== "tcp") {
    throw new RpcError("invalid-argument", "the option network wants an address that starts with rpc://");
  }
  const { host, port } = target;
  return (signal) => network.open({ host, port }, { clock, timeoutMs: connectTimeoutMs, signal });
}

function webSocketOpener(
  target: WebSocketPlace & { readonly kind: "ws" | "wss" },
  clock: Clock,
  limits: Limits,
  tls: ClientTls | undefined,
  observe: Observer | undefined,
): Open {
  const { connectTimeoutMs: timeoutMs, lingerMs } = limits;
  const client = tls === undefined ? undefined : tlsClient(target, clock, limits, tls, observe);
  const url = `${target.kind}://${formatHostPort(target.host, target.port)}${target.path}`;
  const peer = shownAddress(url);
  return async (signal) => {
    const { openWebSocket } = await import("../transport/web-socket-client.js");
    return openWebSocket(url, { peer, clock, timeoutMs, lingerMs, signal, tls: await client?.() });
  };
}

/** Makes the client with the first connection, and once: who speaks no TLS does not load it. */
function tlsClient(
  place: { readonly host: string; readonly port: number },
  clock: Clock,
  limits: Limits,
  tls: ClientTls,
  observe: Observer | undefined,
): () => Promise<TlsClient> {
  const refuse = (transport: Transport, why: string): void =>
    turnAway(transport, "certificate", why, clock, limits.lingerMs);
  let client: TlsClient | undefined;
  return async () => {
    const { TlsClient } = await import("../transport/tls-client.js");
    return (client ??= new TlsClient(place, tls, { clock, limits, refuse, tell: (event) => tell(observe, event) }));
  };
}
