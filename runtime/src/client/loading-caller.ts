/** Stands for a Caller whose code is still being loaded: calls wait until it is there, and then go straight through. */

import { LateStream } from "../call/late-stream.js";
import type { Caller, OutgoingCall } from "../call/outgoing-call.js";
import { RpcError } from "../error/rpc-error.js";

export class LoadingCaller<Inner extends Caller> implements Caller {
  /** The caller, once it has been loaded. */
  inner: Inner | undefined;
  private readonly loaded: Promise<Inner>;

  constructor(load: () => Promise<Inner>) {
    this.loaded = load().then(
      (inner) => (this.inner = inner),
      (cause: unknown) => {
        throw RpcError.is(cause)
          ? cause
          : new RpcError("internal", "a part of the runtime cannot be loaded", { cause });
      },
    );
    // Whoever calls, or closes, hears of a failure.
    this.loaded.catch(() => {});
  }

  one<In, Out>(call: OutgoingCall<In, Out>, turn?: number): Promise<Out> {
    return this.inner === undefined ? this.loaded.then((inner) => inner.one(call)) : this.inner.one(call, turn);
  }

  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> {
    if (this.inner !== undefined) return this.inner.many(call);
    return {
      [Symbol.asyncIterator]: () => new LateStream(() => this.loaded.then((inner) => inner.many(call))),
    };
  }

  /** Runs `run` now, or when the caller is there. */
  whenLoaded(run: (inner: Inner) => void): void {
    if (this.inner === undefined) void this.loaded.then(run, () => {});
    else run(this.inner);
  }

  async close(reason?: RpcError): Promise<void> {
    const inner = await this.loaded.catch(() => undefined);
    await inner?.close(reason);
  }
}
