/** What carries a connection's bytes: the interface that sockets and in-process pipes share. */

import type { TlsPeer } from "../identity.js";

/** Receives what happens on a transport. `closed` comes exactly once and last. */
export interface TransportSink {
  /** The bytes are the transport's: valid until the function returns. */
  bytes(chunk: Uint8Array): void;
  /** All written bytes have been taken by the system. */
  drained(): void;
  /** The other side closed (no error), or the link broke, or this side ended or cut it. */
  closed(error: Error | undefined): void;
}

/** A two-way pipe of bytes between two processes, or two ends in one. */
export interface Transport {
  /** The other side, for people: `127.0.0.1:50512`, `unix:/run/orders.sock`, `memory:orders`. */
  readonly peer: string;
  /** The other side's IP address; undefined on links inside one machine. */
  readonly peerHost: string | undefined;
  /** This side, for people. */
  readonly local: string;
  /** What TLS says about the other side; undefined where the transport is no TLS. */
  readonly tls?: TlsPeer | undefined;
  /** Written bytes that the system has not taken yet. */
  readonly queuedBytes: number;
  /** Bytes begin to flow to `sink`, never before `start` has returned. */
  start(sink: TransportSink): void;
  /** Sends bytes. True: they are copied or gone, the buffer may be reused; false: the buffer is the transport's now. */
  write(bytes: Uint8Array): boolean;
  /** The same for several buffers, which leave together, in order. False: all of them are the transport's now. */
  writeAll(buffers: readonly Uint8Array[]): boolean;
  /** Stops and goes on reading; bytes that are already on their way may still be shown. */
  pause(): void;
  resume(): void;
  /** Sends what is queued and closes; reading goes on until the other side has closed too. */
  end(): void;
  /** Cuts the link at once. */
  destroy(): void;
}

/** Waits for transports to come in. */
export interface Listener {
  /** Where it listens, as an address that `connect` takes. */
  readonly address: string;
  /** Takes no more transports; those that are open stay. Settles once the address is free. */
  close(): Promise<void>;
}

/** What a listener tells. */
export interface ListenerSink {
  opened(transport: Transport): void;
  /** Accepting failed, for instance because file descriptors ran out; listening goes on. */
  failed(error: Error): void;
}
