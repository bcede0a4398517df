/** What generated clients call through, made of any Caller: a session, a reconnecting channel, a mock. */

import { systemClock, type Clock } from "../clock.js";
import type { Method } from "../method/method.js";
import { settleCall } from "./call-setup.js";
import type { CallOptions, Caller, Channel, Interceptor, OutgoingCall } from "./outgoing-call.js";
import { defaultTimeoutMs } from "./default-timeout.js";
import { intercept } from "./intercept.js";

export interface ChannelOptions {
  /** For calls with one answer; 30 s where left out, Infinity for none. Streams of answers have none by default. */
  readonly defaultTimeoutMs?: number | undefined;
  /** Stand between the caller and the wire, the first one outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  readonly clock?: Clock | undefined;
}

/** The four shapes of a channel, over any Caller. */
export class CallerChannel implements Channel {
  private readonly caller: Caller;
  private readonly clock: Clock;
  private readonly timeoutMs: number;
  /** Whether a call is handed to the caller as soon as it is made. */
  private readonly isDirect: boolean;

  constructor(caller: Caller, options: ChannelOptions) {
    const { interceptors = [] } = options;
    this.caller = intercept(caller, interceptors);
    this.isDirect = interceptors.length === 0;
    this.clock = options.clock ?? systemClock;
    this.timeoutMs = options.defaultTimeoutMs ?? defaultTimeoutMs;
  }

  unary<In, Out>(method: Method<In, Out>, request: In, options?: CallOptions): Promise<Out> {
    return this.one(method, request, undefined, options);
  }

  clientStream<In, Out>(
    method: Method<In, Out>,
    requests: AsyncIterable<In> | Iterable<In>,
    options?: CallOptions,
  ): Promise<Out> {
    return this.one(method, undefined, requests, options);
  }

  serverStream<In, Out>(method: Method<In, Out>, request: In, options?: CallOptions): AsyncIterable<Out> {
    return this.many(method, request, undefined, options);
  }

  bidiStream<In, Out>(
    method: Method<In, Out>,
    requests: AsyncIterable<In> | Iterable<In>,
    options?: CallOptions,
  ): AsyncIterable<Out> {
    return this.many(method, undefined, requests, options);
  }

  async oneway<In, Out>(method: Method<In, Out>, request: In, options?: CallOptions): Promise<void> {
    await this.one(method, request, undefined, options);
  }

  private one<In, Out>(
    method: Method<In, Out>,
    request: In | undefined,
    requests: AsyncIterable<In> | Iterable<In> | undefined,
    options: CallOptions | undefined,
  ): Promise<Out> {
    let call: OutgoingCall<In, Out>;
    const now = this.isDirect ? this.clock.turn() : this.clock.now();
    try {
      call = settleCall(method, request, requests, options, this.timeoutMs, now);
    } catch (error) {
      return rejected(error);
    }
    return this.caller.one(call, now);
  }

  private many<In, Out>(
    method: Method<In, Out>,
    request: In | undefined,
    requests: AsyncIterable<In> | Iterable<In> | undefined,
    options: CallOptions | undefined,
  ): AsyncIterable<Out> {
    // Settled at each iteration, because that is when the call starts and its time begins to run.
    const { caller, clock } = this;
    return {
      [Symbol.asyncIterator]: () =>
        caller.many(settleCall(method, request, requests, options, Infinity, clock.now()))[Symbol.asyncIterator](),
    };
  }
}

// An async function rejects with whatever was thrown, as it is.
async function rejected(error: unknown): Promise<never> {
  throw error;
}

/** A channel over any Caller. Closing stays the caller's business. */
export function createChannel(caller: Caller, options: ChannelOptions = {}): Channel {
  return new CallerChannel(caller, options);
}
