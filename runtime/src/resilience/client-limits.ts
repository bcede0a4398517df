/** Turns calls away on the client, before they cost anything, where its own limits say so. */

import { done } from "../call/late-stream.js";
import type { Interceptor, OutgoingCall } from "../call/outgoing-call.js";
import { asRpcError } from "../error/plain-text.js";
import { enterAll, speaksOfLoad, type CallLimits } from "./call-limits.js";
import type { Leave } from "./concurrency-gate.js";

/** A layer over the method's own limits and the channel's. A stream of answers counts until it ends. */
export function limitCalls(scopes: readonly CallLimits[]): Interceptor {
  const enter = (): Leave => {
    const leave = enterAll(scopes);
    if (typeof leave === "function") return leave;
    throw leave;
  };
  return {
    async one<In, Out>(call: OutgoingCall<In, Out>, next: (call: OutgoingCall<In, Out>) => Promise<Out>): Promise<Out> {
      const leave = enter();
      try {
        const answer = await next(call);
        leave(true);
        return answer;
      } catch (thrown) {
        const error = asRpcError(thrown);
        leave(error !== undefined && speaksOfLoad(error.code));
        throw thrown;
      }
    },
    many<In, Out>(
      call: OutgoingCall<In, Out>,
      next: (call: OutgoingCall<In, Out>) => AsyncIterable<Out>,
    ): AsyncIterable<Out> {
      return {
        [Symbol.asyncIterator]: () => new CountedStream(enter, () => next(call)),
      };
    },
  };
}

class CountedStream<Out> implements AsyncIterator<Out, undefined> {
  private readonly enter: () => Leave;
  private readonly start: () => AsyncIterable<Out>;
  private inner: AsyncIterator<Out> | undefined;
  private leave: Leave | undefined;
  private isOver = false;

  constructor(enter: () => Leave, start: () => AsyncIterable<Out>) {
    this.enter = enter;
    this.start = start;
  }

  async next(): Promise<IteratorResult<Out, undefined>> {
    if (this.isOver) return done;
    try {
      if (this.inner === undefined) {
        this.leave = this.enter();
        this.inner = this.start()[Symbol.asyncIterator]();
      }
      const result = await this.inner.next();
      if (result.done !== true) return result;
    } catch (thrown) {
      this.end();
      throw thrown;
    }
    this.end();
    return done;
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    this.end();
    await this.inner?.return?.();
    return done;
  }

  // How long a stream lasts says nothing about load.
  private end(): void {
    this.isOver = true;
    this.leave?.(false);
  }
}
