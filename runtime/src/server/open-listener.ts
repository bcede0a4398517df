/** Opens the place where a server listens, as its options name it. */

import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { Limits } from "../limits.js";
import type { ServerTls } from "../tls/tls-settings.js";
import { listenMemory } from "../transport/memory.js";
import type { Network } from "../transport/network.js";
import { listenSocket } from "../transport/socket.js";
import type { TlsListenerSink } from "../transport/tls-server.js";
import type { Listener } from "../transport/transport.js";

/** Where a server listens. */
export interface PlaceOptions {
  /** TCP port; 0 lets the system choose. Exactly one of `port`, `path` and `memory` is given. */
  readonly port?: number | undefined;
  /** Address to listen at; 127.0.0.1 where left out, so that nothing is open to the network by accident. */
  readonly host?: string | undefined;
  /** Path of a Unix socket. */
  readonly path?: string | undefined;
  /** A name inside this process, for tests and embedding. */
  readonly memory?: string | undefined;
  /** Speaks TLS on the port, and nothing else. */
  readonly tls?: ServerTls | undefined;
  /** What has the port instead of the machine's network, for tests; its clock is the server's where `clock` is left out. */
  readonly network?: Network | undefined;
}

/** Fails with `invalid-argument` for options that make no sense, and with `unavailable` for a place that cannot be had. */
export async function openListener(
  options: PlaceOptions,
  clock: Clock,
  limits: Limits,
  sink: TlsListenerSink,
): Promise<Listener> {
  const { port, path, memory, host = "127.0.0.1", tls, network } = options;
  const given = [port, path, memory].filter((place) => place !== undefined);
  if (given.length !== 1) throw new RpcError("invalid-argument", "serve wants exactly one of port, path and memory");
  if (tls !== undefined && port === undefined) throw new RpcError("invalid-argument", "tls wants a port");
  if (network !== undefined && (port === undefined || tls !== undefined)) {
    throw new RpcError("invalid-argument", "network wants a port, and no tls");
  }
  if (memory !== undefined) return listenMemory(memory, sink);
  if (path !== undefined) return listenSocket({ kind: "unix", path }, sink);
  if (port === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RpcError(
      "invalid-argument",
      `port must be a whole number from 0 to 65535, not ${typeof port} ${String(port)}`,
    );
  }
  if (network !== undefined) return network.listen({ host: options.host, port }, sink);
  if (tls === undefined) return listenSocket({ kind: "tcp", host, port }, sink);
  // Loaded when it is wanted: who speaks no TLS does not pay for it.
  const { listenTls } = await import("../transport/tls-server.js");
  return listenTls({ host, port }, tls, clock, limits, sink);
}
