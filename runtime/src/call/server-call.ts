/** What a handler may know of the call it answers, and what generated dispatch tables drive. */

import type { Decode, Encode } from "../codec/codec.js";
import type { MessageReader } from "../bytes/message-reader.js";
import type { MessageWriter } from "../bytes/message-writer.js";
import type { TlsPeer } from "../identity.js";
import type { MethodInfo, ServiceInfo } from "../method/method.js";
import type { ServiceJson } from "../method/service-json.js";
import type { ServiceRules } from "../method/service-rules.js";
import type { Metadata } from "./metadata.js";

/** A handler's view of one call. Everything here costs nothing until it is read. */
export interface ServerCall {
  /** Aborts when the client cancels, the deadline passes or the connection is lost. */
  readonly signal: AbortSignal;
  /** Milliseconds that are left (never negative); Infinity where the client set no deadline. */
  readonly remainingMs: number;
  /** When the deadline passes, as a wall-clock date; undefined where the client set none. */
  readonly deadline: Date | undefined;
  /** What the client sent beside the request. */
  readonly metadata: Metadata;
  /** Sent back beside the answer; may be filled until the handler has answered. */
  readonly responseMetadata: Metadata;
  readonly peer: Peer;
  readonly service: ServiceInfo;
  readonly method: MethodInfo;
}

/** Who is on the other side of a connection. */
export interface Peer {
  /** For instance `127.0.0.1:50512`, `unix:/run/orders.sock` or `memory:orders`. */
  readonly address: string;
  /** What TLS says about it; undefined where the connection is not encrypted. */
  readonly tls?: TlsPeer | undefined;
}

/** The machine side of a call: what the generated `switch` uses to read the request and send the answer. */
export interface ServerExchange extends ServerCall {
  /** Stands at the first byte of the request. */
  readonly reader: MessageReader;
  /** Position behind the request's last byte. */
  readonly end: number;
  readonly writer: MessageWriter;
  /** Opens the response in the outgoing buffer and returns the position where its message starts. */
  begin(): number;
  /** Closes the response that `begin` opened; `position` is behind its last byte. */
  reply(position: number): void;
  /** Answers when the promise settles. */
  later<Out>(answer: PromiseLike<Out>, encode: Encode<Out>): void;
  /** Answers with each message of a stream, then ends it. */
  stream<Out>(answers: AsyncIterable<Out> | Iterable<Out>, encode: Encode<Out>): void;
  /** The messages that the client streams in. */
  receive<In>(decode: Decode<In>): AsyncIterable<In>;
  /** For `oneway`: nothing is answered; a failure is only observed. */
  forget(done: unknown): void;
  /** Answers that there is no method with this index. */
  unimplemented(index: number): void;
}

/** The generated table: a `switch` on the dense index, each case with its own decoder, handler and encoder. */
export type Dispatch<Handler> = (handler: Handler, index: number, call: ServerExchange) => void;

/** A service with the handler that serves it, ready to be given to `serve`. */
export interface Mount {
  readonly service: ServiceInfo;
  readonly handler: object;
  /** Typed at its making by `mount`; the handler that goes in is `handler`, possibly wrapped by interceptors. */
  readonly dispatch: Dispatch<never>;
  /** Its messages in JSON; without it connections that speak JSON cannot call the service. */
  readonly json?: ServiceJson | undefined;
  /** What its requests have to hold; undefined where anything is right. */
  readonly rules?: ServiceRules | undefined;
}

/**
 * Stands between the wire and a handler; either function may be left out. `next` passes on to the handler and may be
 * called at most once; an interceptor that does not call it answers by itself. What it throws is the call's error.
 */
export interface ServerInterceptor {
  /**
   * For methods that answer once or never. `request` is the message, also where the handler takes its fields one by one,
   * or an AsyncIterable of messages; the answer is what the handler returns.
   */
  one?(call: ServerCall, request: unknown, next: (request: unknown) => unknown): unknown;
  /** For methods that answer with a stream. */
  many?(call: ServerCall, request: unknown, next: (request: unknown) => Answers): Answers;
}

/** What a method with a stream of answers returns. */
export type Answers = AsyncIterable<unknown> | Iterable<unknown>;

/** Ties a handler to its service's dispatch table. */
export function mount<Handler extends object>(
  service: ServiceInfo,
  handler: Handler,
  dispatch: Dispatch<Handler>,
  json?: ServiceJson,
  rules?: ServiceRules,
): Mount {
  return { service, handler, dispatch, json, rules };
}

/** Whether a handler answered with a promise (of any make) rather than with the message itself. */
export function isPending<Out>(answer: Out | PromiseLike<Out>): answer is PromiseLike<Out> {
  return typeof (answer as { readonly then?: unknown } | null | undefined)?.then === "function";
}
