/** Opens the TCP sockets of the ZooKeeper client: the one place of the registries that knows Node's sockets. */

import { createConnection } from "node:net";

/** Receives what happens on a socket. `closed` comes exactly once and last. */
export interface SocketSink {
  opened(): void;
  /** The bytes are the taker's. */
  bytes(chunk: Uint8Array): void;
  closed(error: Error | undefined): void;
}

/** One socket, open or about to be. */
export interface Socket {
  write(bytes: Uint8Array): void;
  destroy(): void;
}

/** Opens a socket; the sink hears nothing before the function has returned. */
export type OpenSocket = (host: string, port: number, sink: SocketSink) => Socket;

export const openTcpSocket: OpenSocket = (host, port, sink) => {
  let failure: Error | undefined;
  const socket = createConnection({ host, port, noDelay: true });
  socket.once("connect", () => sink.opened());
  socket.on("data", (chunk: Uint8Array) => sink.bytes(chunk));
  socket.on("error", (error) => {
    failure = error;
  });
  socket.once("close", () => sink.closed(failure));
  return {
    write: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    destroy: () => void socket.destroy(),
  };
};
