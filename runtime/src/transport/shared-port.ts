/** One port for both: the first byte of a socket says whether it speaks this protocol or HTTP, which may become a WebSocket. */

import type { Socket } from "node:net";
import type { Clock, Timer } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { limitText, type Limits } from "../limits.js";
import { acceptSockets, type SocketAddress } from "./socket.js";
import { SocketTransport } from "./socket-transport.js";
import type { Listener, ListenerSink } from "./transport.js";
import type { SocketPlace, WebSocketDoor, WebSocketSink } from "./web-socket-door.js";

/** Listens for both; fails as `listenSocket` does. */
export async function listenShared(address: SocketAddress, firsts: FirstBytes, sink: ListenerSink): Promise<Listener> {
  const accept = (socket: Socket, peer: string, local: string): void => firsts.await(socket, { peer, local });
  const listener = await acceptSockets(address, accept, (error) => sink.failed(error));
  const close = (): Promise<void> => {
    firsts.stop();
    return listener.close();
  };
  return { address: listener.address, close };
}

/** How a socket that may speak either goes on. */
export interface FirstPlace extends SocketPlace {
  /** Takes it where it does not speak HTTP; a transport is made of it where left out. */
  readonly native?: ((socket: Socket) => void) | undefined;
}

/** Sockets that have not shown yet what they speak, or whose request is not through. */
export class FirstBytes {
  private readonly door: WebSocketDoor;
  private readonly clock: Clock;
  private readonly limits: Limits;
  private readonly sink: WebSocketSink;
  private readonly pending = new Map<Socket, Timer>();

  constructor(door: WebSocketDoor, clock: Clock, limits: Limits, sink: WebSocketSink) {
    this.door = door;
    this.clock = clock;
    this.limits = limits;
    this.sink = sink;
  }

  await(socket: Socket, place: FirstPlace): void {
    const { upgradesMax, handshakeTimeoutMs } = this.limits;
    socket.on("error", () => {});
    if (this.pending.size >= upgradesMax) {
      socket.destroy();
      return this.failed(place.peer, "resource-exhausted", limitText("their number", "upgradesMax", upgradesMax));
    }
    const timer = this.clock.timer(handshakeTimeoutMs, () => {
      socket.destroy();
      this.failed(place.peer, "unavailable", `took longer than handshakeTimeoutMs = ${handshakeTimeoutMs}`);
    });
    this.pending.set(socket, timer);
    socket.once("close", () => this.forget(socket));
    socket.once("readable", () => this.begin(socket, place));
  }

  /** Cuts all that are not through. */
  stop(): void {
    for (const socket of [...this.pending.keys()]) {
      this.forget(socket);
      socket.destroy();
    }
  }

  /** It has become a connection. */
  forget(socket: Socket): void {
    this.pending.get(socket)?.cancel();
    this.pending.delete(socket);
  }

  private begin(socket: Socket, place: FirstPlace): void {
    const head: unknown = socket.read();
    if (!this.pending.has(socket)) return;
    if (!(head instanceof Uint8Array)) return void socket.destroy();
    socket.unshift(head);
    if (isHttp(head[0])) return this.door.take(socket, { ...place, upgraded: () => this.forget(socket) });
    this.forget(socket);
    if (place.native !== undefined) return place.native(socket);
    const { peer, local, tls } = place;
    this.sink.opened(new SocketTransport(socket, { peer, local, isReader: false, tls }));
  }

  private failed(peer: string, code: "unavailable" | "resource-exhausted", why: string): void {
    this.sink.handshakeFailed(peer, new RpcError(code, `the first bytes of ${peer}: ${why}`, { peer }));
  }
}

// Methods of HTTP begin with a capital letter, and nothing else here does.
function isHttp(first: number | undefined): boolean {
  return first !== undefined && first >= 0x41 && first <= 0x5a;
}
