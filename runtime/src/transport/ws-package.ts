/** Loads the package `ws`, an optional peer, and says how to get it where it is not there. */

import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { RpcError } from "../error/rpc-error.js";
import type { WebSocketLink } from "./web-socket.js";

/** What is used of a WebSocket of `ws` beside what a platform's has. */
export interface WsSocket extends WebSocketLink {
  pause(): void;
  resume(): void;
  terminate(): void;
  pong(data: Uint8Array, mask?: boolean, sent?: () => void): void;
  on(event: "ping", listener: (data: Uint8Array) => void): this;
  on(event: "unexpected-response", listener: (request: { destroy(): void }, response: IncomingMessage) => void): this;
}

/** What is used of the server half of `ws`, which gets its sockets from elsewhere. */
export interface WsUpgrader {
  handleUpgrade(request: IncomingMessage, socket: Socket, head: Uint8Array, done: (link: WsSocket) => void): void;
}

/** What is used of the package. */
export interface WsPackage {
  readonly WebSocket: new (url: string, protocols: readonly string[], options: object) => WsSocket;
  readonly WebSocketServer: new (options: object) => WsUpgrader;
}

/** Fails with `failed-precondition`, and never to be tried again, where it is not installed. */
export async function loadWs(wish: string): Promise<WsPackage> {
  // By a name that bundlers do not follow: it is optional, and no part of a page.
  const name: string = "ws";
  let loaded: unknown;
  try {
    loaded = await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
  } catch (cause) {
    throw missing(wish, cause);
  }
  if (!isWsPackage(loaded)) throw missing(wish, undefined);
  return loaded;
}

function missing(wish: string, cause: unknown): RpcError {
  const text = `${wish} wants the package ws, version 8: npm i ws`;
  return new RpcError("failed-precondition", text, { cause, retryAfterMs: Infinity });
}

function isWsPackage(loaded: unknown): loaded is WsPackage {
  if (typeof loaded !== "object" || loaded === null) return false;
  return "WebSocket" in loaded && "WebSocketServer" in loaded && typeof loaded.WebSocketServer === "function";
}
