/** WebSockets of a server that belongs to somebody else: one path of it, and as long as it goes on. */

import type { IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { formatHostPort } from "../address.js";
import { RpcError } from "../error/rpc-error.js";
import { hostPort } from "./socket-transport.js";
import { tlsPeerOf } from "./tls-peer.js";
import type { Listener } from "./transport.js";
import { isForPath } from "./upgrade-check.js";
import type { WebSocketDoor } from "./web-socket-door.js";

/** What is used of a server of `node:http` or `node:https`. */
export interface HttpServer {
  on(event: "upgrade", listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
  off(event: "upgrade", listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
  listenerCount(event: "upgrade"): number;
  address(): AddressInfo | string | null;
  close(callback?: (error?: Error) => void): unknown;
}

/** The doors of each HTTP server. */
const doors = new WeakMap<HttpServer, WebSocketDoor[]>();

/**
 * Takes the upgrades of the door's path. `closing` is called when the server is told to close, which would wait for its WebSockets
 * otherwise.
 */
export function listenMounted(server: HttpServer, door: WebSocketDoor, closing: () => void): Listener {
  const all = doors.get(server) ?? [];
  const { path } = door.rules;
  if (all.some(({ rules }) => rules.path === path)) {
    throw new RpcError("invalid-argument", `webSocket.path: this HTTP server has calls at ${path} already`);
  }
  doors.set(server, all);
  all.push(door);
  // One of the doors answers for all of them, where there is nobody else.
  const isLast = (): boolean => all[0] === door && server.listenerCount("upgrade") === all.length;
  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    if (!isSocket(stream)) return;
    const peer = hostPort(stream.remoteAddress ?? "?", stream.remotePort ?? 0);
    if (isForPath(request, door.rules)) {
      const local = hostPort(stream.localAddress ?? "?", stream.localPort ?? 0);
      door.upgrade(request, stream, head, { peer, local, tls: tlsPeerOf(stream) });
    } else if (isLast() && !all.some(({ rules }) => isForPath(request, rules))) {
      // Nobody else would ever answer.
      door.refuse(stream, { peer }, { status: 404, why: "nothing takes upgrades at this path" });
    }
  };
  const before = Object.getOwnPropertyDescriptor(server, "close");
  const close = server.close.bind(server);
  const closeBoth = (callback?: (error?: Error) => void): unknown => {
    closing();
    return close(callback);
  };
  server.on("upgrade", onUpgrade);
  server.close = closeBoth;
  return {
    get address() {
      return addressOf(server, door.rules.path);
    },
    close: async () => {
      server.off("upgrade", onUpgrade);
      if (all.includes(door)) all.splice(all.indexOf(door), 1);
      if (server.close !== closeBoth) return;
      Reflect.deleteProperty(server, "close");
      if (before !== undefined) Object.defineProperty(server, "close", before);
    },
  };
}

function addressOf(server: HttpServer, path: string): string {
  const at = server.address();
  if (at === null || typeof at === "string") return "";
  // Servers of `node:https` can be given certificates.
  const scheme = "setSecureContext" in server ? "wss" : "ws";
  return `${scheme}://${formatHostPort(at.address, at.port)}${path}`;
}

function isSocket(stream: Duplex): stream is Socket {
  return "remoteAddress" in stream;
}
