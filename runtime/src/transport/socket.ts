/** TCP and Unix sockets as transports: the only door to `node:net`. */

import { createServer, createConnection, type OnReadOpts, type Server, type Socket } from "node:net";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { Listener, ListenerSink, Transport, TransportSink } from "./transport.js";

// All sockets that this process opens read into the same memory: what they read is used up before the next one reads.
const readBytes = 262_144;
let readBuffer: Uint8Array | undefined;

class SocketTransport implements Transport {
  readonly peer: string;
  readonly peerHost: string | undefined;
  readonly local: string;
  private readonly socket: Socket;
  private readonly isReader: boolean;
  private sink: TransportSink | undefined;
  private failure: Error | undefined;
  private isClosed = false;
  private isQueued = false;
  // One function for all writes: Node calls it when a write is through, at once or later.
  private readonly written = (): void => {
    if (!this.isQueued || this.socket.writableLength > 0) return;
    this.isQueued = false;
    if (!this.isClosed) this.sink?.drained();
  };

  /** `isReader`: the socket is paused and calls `read` by itself. */
  constructor(socket: Socket, peer: string, local: string, isReader: boolean) {
    this.socket = socket;
    this.isReader = isReader;
    this.peer = peer;
    // Kept, because a closed socket does not know it any more. Undefined for Unix sockets.
    this.peerHost = socket.remoteAddress;
    this.local = local;
    // From the first moment, because a socket may fail before anybody has started it.
    socket.on("error", (error) => {
      this.failure = error;
    });
    socket.once("close", () => {
      this.isClosed = true;
      this.sink?.closed(this.failure);
    });
  }

  get queuedBytes(): number {
    return this.isQueued ? this.socket.writableLength : 0;
  }

  start(sink: TransportSink): void {
    this.sink = sink;
    if (this.isClosed) {
      queueMicrotask(() => sink.closed(this.failure));
      return;
    }
    if (this.isReader) this.socket.resume();
    else this.socket.on("data", (chunk: Uint8Array) => sink.bytes(chunk));
  }

  /** The socket has read into memory that is its reader's. */
  read(chunk: Uint8Array): void {
    this.sink?.bytes(chunk);
  }

  write(bytes: Uint8Array): boolean {
    if (!this.socket.writable) return true;
    this.socket.write(bytes, this.written);
    return this.isThrough();
  }

  writeAll(buffers: readonly Uint8Array[]): boolean {
    const { socket } = this;
    if (!socket.writable) return true;
    // Corked buffers leave in one system call, and none is copied on its way there.
    socket.cork();
    const last = buffers.length - 1;
    buffers.forEach((bytes, i) => socket.write(bytes, i === last ? this.written : undefined));
    socket.uncork();
    return this.isThrough();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  // Node writes at once when it can: nothing queued means that the kernel has its own copy.
  private isThrough(): boolean {
    if (this.socket.writableLength === 0) return true;
    this.isQueued = true;
    return false;
  }
}

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
  const text = addressText(address);
  return new Promise((resolve, reject) => {
    let transport: SocketTransport | undefined;
    const onread = readOptions((chunk) => transport?.read(chunk));
    const socket =
      address.kind === "tcp"
        ? createConnection({ host: address.host, port: address.port, noDelay: true, onread })
        : createConnection({ path: address.path, onread });
    // Until somebody takes what comes.
    socket.pause();
    const fail = (why: string, cause?: Error): void => {
      timer.cancel();
      // Whatever the socket has to say after it was given up is of no interest.
      socket.on("error", () => {});
      socket.destroy();
      reject(new RpcError("unavailable", `cannot connect to ${text}: ${why}`, { peer: text, cause }));
    };
    const timer = clock.timer(timeoutMs, () => fail(`no answer within connectTimeoutMs = ${timeoutMs}`));
    const onError = (error: Error): void => fail(reason(error), error);
    const onAbort = (): void => fail("it is not wanted any more");
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.once("error", onError);
    socket.once("connect", () => {
      timer.cancel();
      signal?.removeEventListener("abort", onAbort);
      transport = new SocketTransport(socket, text, localText(socket, text), true);
      socket.off("error", onError);
      resolve(transport);
    });
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
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
      const local = address.kind === "unix" ? addressText(address) : localText(socket, addressText(address));
      const peer = address.kind === "unix" ? local : hostPort(socket.remoteAddress ?? "?", socket.remotePort ?? 0);
      sink.opened(new SocketTransport(socket, peer, local, false));
    });
    const refuse = (why: string, cause: Error): void =>
      reject(new RpcError("unavailable", `cannot listen at ${addressText(address)}: ${why}`, { cause }));
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (address.kind === "tcp" || error.code !== "EADDRINUSE") return refuse(reason(error), error);
      void explainTakenPath(address.path).then((why) => refuse(why, error));
    });
    const onListening = (): void => {
      server.removeAllListeners("error");
      server.on("error", (error) => sink.failed(error));
      resolve({ address: listeningAt(server, address), close: () => closeServer(server) });
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

function localText(socket: Socket, otherwise: string): string {
  return socket.localAddress === undefined ? otherwise : hostPort(socket.localAddress, socket.localPort ?? 0);
}

function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (ECONNREFUSED)",
  ENOTFOUND: "the host name is not known (ENOTFOUND)",
  EADDRINUSE: "the address is already in use (EADDRINUSE)",
  EACCES: "not permitted (EACCES)",
  ENOENT: "there is no such path (ENOENT)",
  EADDRNOTAVAIL: "this machine has no such address (EADDRNOTAVAIL)",
};

function reason(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  return (code === undefined ? undefined : reasons[code]) ?? error.message;
}
