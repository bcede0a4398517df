/** A call on its way out, and the one interface that carries the whole client side. */

import type { MethodPolicy } from "../method/method-policy.js";
import type { Method } from "../method/method.js";
import type { RpcError } from "../error/rpc-error.js";
import type { Metadata, MetadataInit } from "./metadata.js";

/** Policies for one call; limits are no matter of one. */
export interface CallPolicy extends Pick<MethodPolicy, "retry" | "hedge" | "idempotencyKey"> {
  /** Asks the server, whatever is kept. */
  readonly cache?: false | undefined;
}

/** What a user may say about one call. */
export interface CallOptions {
  /** Gives up after this many milliseconds; overrides the IDL's `@timeout` and the channel's default. */
  readonly timeoutMs?: number | undefined;
  /** Aborting it cancels the call here and on the server. */
  readonly signal?: AbortSignal | undefined;
  readonly metadata?: MetadataInit | undefined;
  /** Wins over all other policies for this call, field by field. */
  readonly policy?: CallPolicy | undefined;
  /** Called once with what the server sent beside its answer, before the call settles. */
  readonly onMetadata?: ((metadata: Metadata) => void) | undefined;
}

/** What the attempts of one call know of each other. */
export interface CallTrail {
  /** Addresses of the servers that were tried, in order; whoever chooses a server adds to it and prefers others. */
  readonly tried: string[];
  /**
   * Where set, no other server may take the call: only this one knows its idempotency key. Whoever chooses fails the call, never
   * processed, where it is not there.
   */
  boundTo?: string | undefined;
}

/** Which of a call's attempts one is, where policies may make several. */
export interface AttemptPlace {
  /** From 1 on. */
  readonly number: number;
  /** Whether it waits for the one before it to fail, or goes out beside it. */
  readonly kind: "retry" | "hedge";
}

/** Where in a distributed trace something happens, as W3C's Trace Context has it. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: what is going on there. */
  readonly spanId: string;
  /** Whether somebody records the trace. */
  readonly isSampled: boolean;
  /** What vendors say of it, as `tracestate` has it; "" where nobody says anything. */
  readonly state: string;
}

/** One call with everything settled: options merged, deadline absolute. */
export interface OutgoingCall<In, Out> {
  readonly method: Method<In, Out>;
  /** The message, for methods that take one; undefined for those that take a stream. */
  readonly request: In | undefined;
  /** The messages, for methods that take a stream. */
  readonly requests: AsyncIterable<In> | Iterable<In> | undefined;
  /** In the clock's milliseconds (monotonic); Infinity where there is none. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal | undefined;
  readonly metadata: Metadata | undefined;
  readonly onMetadata: ((metadata: Metadata) => void) | undefined;
  /** What the call itself said, for whoever fills in the rest. */
  readonly said?: CallOptions | undefined;
  /** Set by whoever may make several attempts of the call. */
  readonly trail?: CallTrail | undefined;
  /** Set for each attempt by whoever may make several. */
  readonly place?: AttemptPlace | undefined;
  /** Shared by all attempts of the call, and by no other; set where somebody watches. */
  readonly identity?: object | undefined;
  /** What the call is part of, where somebody traces. */
  readonly trace?: TraceContext | undefined;
  /** Told the address of the server each time that the call is started on one. */
  readonly onServer?: ((address: string) => void) | undefined;
}

/** A call as whoever chooses its server sees it, whatever its messages are. */
export interface RoutedCall {
  readonly method: Pick<Method<unknown, unknown>, "service" | "index" | "info" | "path">;
  readonly request: unknown;
  readonly deadlineAt: number;
  readonly metadata: Metadata | undefined;
  readonly trail?: CallTrail | undefined;
}

/** Takes calls and gives back answers. A session, a pool, a balancer, a retry, a mock and a channel are all Callers. */
export interface Caller {
  /**
   * For methods that answer once (unary, client streaming) or never (oneway: settles once it is handed over). Whoever
   * makes many calls a turn gives the time that the turn began with, by which the deadline was reckoned; it moves on
   * by what the turn has taken when the call leaves.
   */
  one<In, Out>(call: OutgoingCall<In, Out>, turn?: number): Promise<Out>;
  /** For methods that answer many times. The call starts when iteration starts and is cancelled when it stops early. */
  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out>;
  /** Lets running calls finish, then closes; with a reason, fails them with it at once. Always ends. */
  close(reason?: RpcError): Promise<void>;
}

/** Stands between a user's call and the wire; either function may be left out. */
export interface Interceptor {
  one?<In, Out>(call: OutgoingCall<In, Out>, next: (call: OutgoingCall<In, Out>) => Promise<Out>): Promise<Out>;
  many?<In, Out>(
    call: OutgoingCall<In, Out>,
    next: (call: OutgoingCall<In, Out>) => AsyncIterable<Out>,
  ): AsyncIterable<Out>;
}

/**
 * What generated clients call through. Messages are not copied: a request is read when it is sent, which is at once
 * on an open connection and later where the call has to wait for one, so leave it alone until the call settles.
 */
export interface Channel {
  unary<In, Out>(method: Method<In, Out>, request: In, options?: CallOptions): Promise<Out>;
  clientStream<In, Out>(
    method: Method<In, Out>,
    requests: AsyncIterable<In> | Iterable<In>,
    options?: CallOptions,
  ): Promise<Out>;
  serverStream<In, Out>(method: Method<In, Out>, request: In, options?: CallOptions): AsyncIterable<Out>;
  bidiStream<In, Out>(
    method: Method<In, Out>,
    requests: AsyncIterable<In> | Iterable<In>,
    options?: CallOptions,
  ): AsyncIterable<Out>;
  oneway<In, Out>(method: Method<In, Out>, request: In, options?: CallOptions): Promise<void>;
}
