/** Opens channels over WebSocket that are small enough for browsers. */

import { settleCall } from "../call/call-setup.js";
import { defaultTimeoutMs } from "../call/default-timeout.js";
import type { CallOptions, Channel } from "../call/outgoing-call.js";
import { webClock, type Clock } from "../clock.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { Observer } from "../events.js";
import type { Method } from "../method/method.js";
import type { KeepaliveOptions } from "../session/keepalive.js";
import { readAnswers, sendRequests } from "./streams.js";
import type { SendRequests } from "./web-call.js";
import { WebCaller } from "./web-caller.js";
import { resolveWebLimits, type WebLimits } from "./web-limits.js";
import type { WebSocketClass } from "./web-socket.js";

export interface WebOptions {
  /** For calls with one answer; 30 s where left out, Infinity for none. Streams of answers have none by default. */
  readonly defaultTimeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly limits?: { readonly [Name in keyof WebLimits]?: number | undefined } | undefined;
  /** Finds servers that are gone; after 20 s of silence with calls open where left out, false for never. */
  readonly keepalive?: KeepaliveOptions | false | undefined;
  /** From 0 to below 1, in the place of `Math.random`: it spreads the waits between attempts to connect. */
  readonly random?: (() => number) | undefined;
  /** Fails calls at once while no server can be reached, instead of at their deadlines. */
  readonly failFast?: boolean | undefined;
  /** How long `close` lets running calls go on; 10 s where left out. */
  readonly closeGraceMs?: number | undefined;
  /** Is told of connections that were opened, closed or could not be had. */
  readonly observe?: Observer | undefined;
  /** Takes the place of the `WebSocket` that browsers and Node from 22 on have; the package `ws` has one. */
  readonly webSocket?: WebSocketClass | undefined;
}

/** What channels over WebSocket have beside their calls. */
export interface WebConnection extends AsyncDisposable {
  /** Where it leads, as errors call it: without passwords, and without what stands behind a question mark. */
  readonly address: string;
  /** Lets running calls finish, then closes; with a reason, fails them with it at once. Always ends. */
  close(reason?: RpcError): Promise<void>;
}

/** A channel for all methods. */
export interface WebChannel extends Channel, WebConnection {}

/** A channel for methods with one request and one answer, or none. */
export interface UnaryChannel extends Pick<Channel, "unary" | "oneway">, WebConnection {}

type One = <In, Out>(
  method: Method<In, Out>,
  request: In | undefined,
  options: CallOptions | undefined,
  requests?: AsyncIterable<In> | Iterable<In>,
) => Promise<Out>;

/**
 * A channel to a server at `wss://host/path` or `ws://host/path`. Returns at once; connects with the first call, and again whenever
 * that is needed. Throws an RpcError for addresses or options that make no sense.
 */
export function connect(address: string, options: WebOptions = {}): WebChannel {
  const { clock = webClock } = options;
  const { caller, one, channel } = open(address, options, sendRequests);
  const many = <In, Out>(
    method: Method<In, Out>,
    request: In | undefined,
    callOptions: CallOptions | undefined,
    requests?: AsyncIterable<In> | Iterable<In>,
  ): AsyncIterable<Out> => ({
    // Settled at each iteration, because that is when the call starts and its time begins to run.
    [Symbol.asyncIterator]: () => {
      const call = settleCall(method, request, requests, callOptions, Infinity, clock.now());
      return readAnswers(call, caller, (made) => caller.launch(made));
    },
  });
  return {
    ...channel,
    clientStream: (method, requests, callOptions) => one(method, undefined, callOptions, requests),
    serverStream: (method, request, callOptions) => many(method, request, callOptions),
    bidiStream: (method, requests, callOptions) => many(method, undefined, callOptions, requests),
  };
}

/** The same for methods that do not stream, which is smaller by what streams need. */
export function connectUnary(address: string, options: WebOptions = {}): UnaryChannel {
  return open(address, options).channel;
}

function open(
  address: string,
  options: WebOptions,
  streams?: SendRequests,
): { readonly caller: WebCaller; readonly one: One; readonly channel: UnaryChannel } {
  const { clock = webClock, keepalive = { intervalMs: 20_000, timeoutMs: 10_000 }, failFast = false } = options;
  const {
    defaultTimeoutMs: timeoutMs = defaultTimeoutMs,
    closeGraceMs = 10_000,
    observe,
    random = Math.random,
  } = options;
  const peer = peerOf(address);
  const webSocket = options.webSocket ?? (globalThis as { readonly WebSocket?: WebSocketClass }).WebSocket;
  if (webSocket === undefined) {
    throw new RpcError("invalid-argument", "no WebSocket here: give the option webSocket");
  }
  const limits = resolveWebLimits(options.limits);
  if (keepalive !== false && !(keepalive.intervalMs > 0 && keepalive.timeoutMs > 0)) {
    throw new RpcError("invalid-argument", "no keepalive: times are above 0");
  }
  const settings = { clock, address, peer, webSocket, keepalive, limits, random, observe, failFast, closeGraceMs };
  const caller = new WebCaller(settings, streams);
  // Async, so that options that make no sense reject the call rather than surprising the caller.
  const one: One = async (method, request, callOptions, requests) =>
    caller.one(settleCall(method, request, requests, callOptions, timeoutMs, clock.now()));
  const close = (reason?: RpcError): Promise<void> => caller.close(reason);
  const channel: UnaryChannel = {
    address: peer,
    close,
    [Symbol.asyncDispose]: () => close(),
    unary: one,
    oneway: one as UnaryChannel["oneway"],
  };
  return { caller, one, channel };
}

/** The address without passwords and queries, which may hold secrets; throws for what is no address. */
function peerOf(address: string): string {
  try {
    const { protocol, host, pathname, hash } = new URL(address);
    if (!hash && /^wss?:/.test(protocol)) return `${protocol}//${host}${pathname}`;
  } catch {
    // Said below.
  }
  const shown = plainText(String(address).replace(/.*@|\?.*/gs, "…"), 200);
  throw new RpcError("invalid-argument", `write wss://host/path, not ${shown}`);
}
