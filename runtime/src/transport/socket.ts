/** Opens TCP and Unix sockets, and listens for them. */

import { createServer, createConnection, type OnReadOpts, type Server, type Socket } from "node:net";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { DescriptorWatch } from "./descriptor-watch.js";
import { cannotConnect, hostPort, localText, opened, reason, SocketTransport } from "./socket-transport.js";
import type { Listener, ListenerSink, Transport } from "./transport.js";

// All sockets that this process opens read into the same memory: what they read is used up before the next one reads.
const readBytes = 262_144;
let readBuffer: Uint8Array | undefined;

/** Where a socket leads or listens. */
export type SocketAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** Opens a socket; an `unavailable` RpcError says why it could not be. Gives up when `signal` aborts. */
export function openSocket(
  address: SocketAddress,
  clock: Clock,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Transport> {
  const peer = addressText(address);
  let transport: SocketTransport | undefined;
  const onread = readOptions((chunk) => transport?.read(chunk));
  const socket =
    address.kind === "tcp"
      ? createConnection({ host: address.host, port: address.port, noDelay: true, onread })
      : createConnection({ path: address.path, onread });
  // Until somebody takes what comes.
  socket.pause();
  const tooLate = `no answer within connectTimeoutMs = ${timeoutMs}`;
  const explain = (error: Error): RpcError => cannotConnect(peer, reason(error), error);
  const opening = { peer, clock, timeoutMs, tooLate, signal, explain };
  return opened(socket, "connect", opening, () => {
    transport = new SocketTransport(socket, { peer, local: localText(socket, peer), isReader: true });
    return transport;
  });
}

function readOptions(take: (chunk: Uint8Array) => void): OnReadOpts {
  const buffer = (readBuffer ??= new Uint8Array(readBytes));
  return {
    buffer,
    callback: (bytes) => {
      take(bytes === buffer.length ? buffer : buffer.subarray(0, bytes));
      return true;
    },
  };
}

/** Listens for sockets; fails with a sentence that says what is wrong with the address. */
export function listenSocket(address: SocketAddress, sink: ListenerSink): Promise<Listener> {
  const accept = (socket: Socket, peer: string, local: string): void =>
    sink.opened(new SocketTransport(socket, { peer, local, isReader: false }));
  return acceptSockets(address, accept, (error) => sink.failed(error));
}

/** The same for whoever makes something else of the sockets than transports. */
export function acceptSockets(
  address: SocketAddress,
  accept: (socket: Socket, peer: string, local: string) => void,
  failed: (error: Error) => void,
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const descriptors = new DescriptorWatch(failed);
    const server = createServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
      descriptors.opened();
      socket.once("close", () => descriptors.closed());
      const local = address.kind === "unix" ? addressText(address) : localText(socket, addressText(address));
      const peer = address.kind === "unix" ? local : hostPort(socket.remoteAddress ?? "?", socket.remotePort ?? 0);
      accept(socket, peer, local);
    });
    const refuse = (why: string, cause: Error): void =>
      reject(new RpcError("unavailable", `cannot listen at ${addressText(address)}: ${why}`, { cause }));
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (address.kind === "tcp" || error.code !== "EADDRINUSE") return refuse(reason(error), error);
      void explainTakenPath(address.path).then((why) => refuse(why, error));
    });
    const onListening = (): void => {
      server.removeAllListeners("error");
      server.on("error", failed);
      const close = (): Promise<void> => {
        descriptors.stop();
        return closeServer(server);
      };
      resolve({ address: listeningAt(server, address), close });
    };
    if (address.kind === "tcp") server.listen({ host: address.host, port: address.port, backlog: 1024 }, onListening);
    else server.listen({ path: address.path }, onListening);
  });
}

/**
 * A path stays taken when a server dies without closing. It is not removed here, because between looking and removing
 * another server may have taken it; but who starts a server has to know which of the two it is.
 */
function explainTakenPath(path: string): Promise<string> {
  return new Promise((resolve) => {
    const probe = createConnection({ path });
    probe.once("connect", () => {
      probe.destroy();
      resolve("another server is listening there (EADDRINUSE)");
    });
    probe.once("error", () =>
      resolve("nobody listens at this file, so a server that crashed has left it behind; remove it and start again"),
    );
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // `close` waits for open connections too, but the address is free at once; those are closed by their owners.
    server.close();
    resolve();
  });
}

function listeningAt(server: Server, address: SocketAddress): string {
  const at = server.address();
  if (address.kind === "unix" || at === null || typeof at === "string") return addressText(address);
  return `rpc://${hostPort(address.host, at.port)}`;
}

function addressText(address: SocketAddress): string {
  return address.kind === "unix" ? `unix:${address.path}` : hostPort(address.host, address.port);
}
