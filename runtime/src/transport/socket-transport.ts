/** A socket of Node as a transport, whatever it runs over: TCP, a Unix path or TLS. */

import type { Socket } from "node:net";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { TlsPeer } from "../identity.js";
import type { Transport, TransportSink } from "./transport.js";

/** What is known of a socket when it becomes a transport. */
export interface SocketFacts {
  readonly peer: string;
  readonly local: string;
  /** The socket is paused and calls `read` by itself. */
  readonly isReader: boolean;
  readonly tls?: TlsPeer | undefined;
  /** Turns what the socket fails with into something that people understand. */
  readonly explain?: ((error: Error) => Error) | undefined;
}

export class SocketTransport implements Transport {
  readonly peer: string;
  readonly peerHost: string | undefined;
  readonly local: string;
  readonly tls: TlsPeer | undefined;
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

  constructor(socket: Socket, { peer, local, isReader, tls, explain }: SocketFacts) {
    this.socket = socket;
    this.isReader = isReader;
    this.peer = peer;
    // Kept, because a closed socket does not know it any more. Undefined for Unix sockets.
    this.peerHost = socket.remoteAddress;
    this.local = local;
    this.tls = tls;
    // From the first moment, because a socket may fail before anybody has started it.
    socket.on("error", (error) => {
      this.failure = explain === undefined ? error : explain(error);
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

/** What an attempt to open a socket is allowed, and how its failure is told. */
export interface Opening {
  /** Where it leads, for people. */
  readonly peer: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What is said when that time is over. */
  readonly tooLate: string;
  readonly signal: AbortSignal | undefined;
  readonly explain: (error: Error) => RpcError;
}

/** A socket that did not come about, and why. */
export function cannotConnect(peer: string, why: string, cause?: Error): RpcError {
  return new RpcError("unavailable", `cannot connect to ${peer}: ${why}`, { peer, cause });
}

/**
 * Settles with what `ready` makes of the socket when `event` has come: it has to listen for errors from then on. Fails with
 * an `unavailable` RpcError, and cuts the socket, where that takes too long, is not wanted any more, or does not work.
 */
export function opened<T>(socket: Socket, event: string, opening: Opening, ready: () => T): Promise<T> {
  const { peer, clock, timeoutMs, tooLate, signal, explain } = opening;
  return new Promise((resolve, reject) => {
    const stopWaiting = (): void => {
      timer.cancel();
      signal?.removeEventListener("abort", onAbort);
      socket.off("error", onError);
    };
    const fail = (error: RpcError): void => {
      stopWaiting();
      // Whatever the socket has to say after it was given up is of no interest.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const onError = (error: Error): void => fail(explain(error));
    const onAbort = (): void => fail(cannotConnect(peer, "it is not wanted any more"));
    const timer = clock.timer(timeoutMs, () => fail(cannotConnect(peer, tooLate)));
    socket.once("error", onError);
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.once(event, () => {
      stopWaiting();
      try {
        resolve(ready());
      } catch (thrown) {
        reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    });
  });
}

/** This side of a socket, for people. */
export function localText(socket: Socket, otherwise: string): string {
  return socket.localAddress === undefined ? otherwise : hostPort(socket.localAddress, socket.localPort ?? 0);
}

/** A host and a port as one writes them. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (ECONNREFUSED)",
  ENOTFOUND: "the host name is not known (ENOTFOUND)",
  EADDRINUSE: "the address is already in use (EADDRINUSE)",
  EACCES: "not permitted (EACCES)",
  ENOENT: "there is no such path (ENOENT)",
  // Of a side that listens the one, of one that connects nearly always the other.
  EADDRNOTAVAIL: "this machine has no such address, or no free port to connect from (EADDRNOTAVAIL)",
  EMFILE: "this process has no file descriptors left (EMFILE)",
};

/** Why a socket failed, in words where the code is a usual one. */
export function reason(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  return (code === undefined ? undefined : reasons[code]) ?? error.message;
}
