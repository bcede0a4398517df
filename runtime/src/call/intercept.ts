/** Puts interceptors in front of a Caller; without any, the caller itself is used. */

import { RpcError } from "../error/rpc-error.js";
import type { Caller, Interceptor, OutgoingCall } from "./outgoing-call.js";

/** A caller whose calls pass the interceptors, the first one outermost. */
export function intercept(caller: Caller, interceptors: readonly Interceptor[]): Caller {
  return interceptors.reduceRight<Caller>((inner, interceptor) => new InterceptedCaller(inner, interceptor), caller);
}

class InterceptedCaller implements Caller {
  private readonly inner: Caller;
  private readonly interceptor: Interceptor;

  constructor(inner: Caller, interceptor: Interceptor) {
    this.inner = inner;
    this.interceptor = interceptor;
  }

  one<In, Out>(call: OutgoingCall<In, Out>): Promise<Out> {
    const { interceptor, inner } = this;
    if (interceptor.one === undefined) return inner.one(call);
    const next = guardStreams<In, Out, Promise<Out>>(call, (passed) => inner.one(passed));
    return this.ask(interceptor, call, next);
  }

  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> {
    const { interceptor, inner } = this;
    if (interceptor.many === undefined) return inner.many(call);
    const next = guardStreams<In, Out, AsyncIterable<Out>>(call, (passed) => inner.many(passed));
    return interceptor.many(call, next);
  }

  close(reason?: RpcError): Promise<void> {
    return this.inner.close(reason);
  }

  // Async, so that an interceptor that throws rejects the call rather than surprising the caller.
  private async ask<In, Out>(
    interceptor: Interceptor,
    call: OutgoingCall<In, Out>,
    next: (call: OutgoingCall<In, Out>) => Promise<Out>,
  ): Promise<Out> {
    const answer = interceptor.one === undefined ? next(call) : interceptor.one(call, next);
    return answer;
  }
}

// A single request may be sent as often as an interceptor likes (that is what a retry is); a stream is spent by the
// first attempt, and sending the rest of it a second time would be a silent loss.
function guardStreams<In, Out, Answer>(
  call: OutgoingCall<In, Out>,
  next: (call: OutgoingCall<In, Out>) => Answer,
): (call: OutgoingCall<In, Out>) => Answer {
  if (call.requests === undefined) return next;
  let isSpent = false;
  return (passed) => {
    if (isSpent && passed.requests === call.requests) {
      throw new RpcError("internal", "an interceptor called next twice: the stream of requests was already sent", {
        method: call.method.path,
      });
    }
    isSpent = true;
    return next(passed);
  };
}
