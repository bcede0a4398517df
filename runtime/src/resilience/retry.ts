/** Makes failed calls again, where that is safe, with waits that grow and never run in step, within a budget and the deadline. */

import { unwatchAbort, watchAbort } from "../call/abort-watch.js";
import { done } from "../call/late-stream.js";
import type { Metadata } from "../call/metadata.js";
import type { Interceptor, OutgoingCall } from "../call/outgoing-call.js";
import { asRpcError } from "../error/plain-text.js";
import type { RpcError } from "../error/rpc-error.js";
import { askedWaitMs, Attempts, isWorthRetrying, type AttemptTools, type RunningAttempt } from "./attempts.js";
import type { RetrySettings } from "./method-settings.js";
import { pause } from "./pause.js";

export class Retry implements Interceptor {
  private readonly settings: RetrySettings;
  private readonly key: boolean | "shared";
  private readonly tools: AttemptTools;

  constructor(settings: RetrySettings, key: boolean | "shared", tools: AttemptTools) {
    this.settings = settings;
    this.key = key;
    this.tools = tools;
  }

  async one<In, Out>(call: OutgoingCall<In, Out>, next: (call: OutgoingCall<In, Out>) => Promise<Out>): Promise<Out> {
    const { clock, budget } = this.tools;
    budget.deposit(clock.now());
    const attempts = new Attempts(call, clock, "retry");
    for (let made = 1; ; made++) {
      const attempt = attempts.start(call.signal);
      let answer: Out;
      try {
        answer = await next(attempt.call);
      } catch (thrown) {
        await pause(clock, this.failed(attempts, attempt, made, thrown), call.signal);
        continue;
      }
      attempts.tellMetadata(attempt);
      return answer;
    }
  }

  many<In, Out>(
    call: OutgoingCall<In, Out>,
    next: (call: OutgoingCall<In, Out>) => AsyncIterable<Out>,
  ): AsyncIterable<Out> {
    return { [Symbol.asyncIterator]: () => new RetriedStream(this, call, next, this.tools) };
  }

  /** How long to wait for the next attempt; throws the call's error where there is none. */
  failed<In, Out>(
    attempts: Attempts<In, Out>,
    attempt: RunningAttempt<In, Out>,
    made: number,
    thrown: unknown,
  ): number {
    const error = asRpcError(thrown);
    if (error === undefined) throw thrown;
    attempts.fail(attempt, error);
    const waitMs = this.waitBeforeNext(attempts, made, error);
    if (waitMs !== undefined) return waitMs;
    attempts.tellMetadata(attempt);
    throw attempts.error(error);
  }

  private waitBeforeNext<In, Out>(attempts: Attempts<In, Out>, made: number, error: RpcError): number | undefined {
    const { settings, tools, key } = this;
    const { call } = attempts;
    if (made >= settings.attempts || !isWorthRetrying(error, settings.on)) return undefined;
    if (error.retryAfterMs === Infinity || call.signal?.aborted === true) return undefined;
    if (!attempts.isSafeAfter(error, key)) return undefined;
    const now = tools.clock.now();
    if (now >= call.deadlineAt) return undefined;
    const bound = Math.min(settings.backoffMaxMs, settings.backoffInitialMs * 2 ** (made - 1));
    const waitMs = askedWaitMs(error) + tools.random() * bound;
    if (now + waitMs >= call.deadlineAt) {
      attempts.endBecause("its deadline comes before the next attempt");
      return undefined;
    }
    if (tools.budget.withdraw(now)) return waitMs;
    attempts.endBecause("the channel's budget for retries is used up");
    return undefined;
  }
}

/** A stream of answers that may start over until its first answer has come. */
class RetriedStream<In, Out> implements AsyncIterator<Out, undefined> {
  private readonly retry: Retry;
  private readonly call: OutgoingCall<In, Out>;
  private readonly launch: (call: OutgoingCall<In, Out>) => AsyncIterable<Out>;
  private readonly tools: AttemptTools;
  private readonly left = new AbortController();
  private inner: AsyncIterator<Out> | undefined;
  private beginning: Promise<IteratorResult<Out, undefined>> | undefined;
  private hasBegun = false;

  constructor(
    retry: Retry,
    call: OutgoingCall<In, Out>,
    launch: (call: OutgoingCall<In, Out>) => AsyncIterable<Out>,
    tools: AttemptTools,
  ) {
    this.retry = retry;
    this.call = call;
    this.launch = launch;
    this.tools = tools;
  }

  next(): Promise<IteratorResult<Out, undefined>> {
    if (this.hasBegun) return this.following();
    if (this.beginning === undefined) return (this.beginning = this.begin());
    // Whoever asks again behind a failure has been told of it.
    return this.beginning.then(
      () => this.following(),
      () => done,
    );
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    this.left.abort();
    this.beginning ??= Promise.resolve(done);
    this.hasBegun = true;
    await this.inner?.return?.();
    return done;
  }

  private async following(): Promise<IteratorResult<Out, undefined>> {
    if (this.inner === undefined) return done;
    const result = await this.inner.next();
    return result.done === true ? done : result;
  }

  private async begin(): Promise<IteratorResult<Out, undefined>> {
    const { call, retry, tools } = this;
    tools.budget.deposit(tools.clock.now());
    const attempts = new Attempts(call, tools.clock, "retry");
    for (let made = 1; !this.left.signal.aborted; made++) {
      const attempt = attempts.start(call.signal);
      // What comes with the end of the stream comes after its first answer, when this attempt is the one that counts.
      const { onMetadata } = attempt.call;
      const told = onMetadata && { onMetadata: this.tellWhenBegun(onMetadata) };
      this.inner = this.launch({ ...attempt.call, ...told })[Symbol.asyncIterator]();
      let result: IteratorResult<Out, undefined>;
      try {
        result = await this.following();
      } catch (thrown) {
        if (this.left.signal.aborted) return done;
        const waitMs = retry.failed(attempts, attempt, made, thrown);
        await this.wait(waitMs);
        continue;
      }
      this.hasBegun = true;
      attempts.tellMetadata(attempt);
      return result;
    }
    return done;
  }

  private tellWhenBegun(hold: (metadata: Metadata) => void): (metadata: Metadata) => void {
    return (metadata) => (this.hasBegun ? this.call.onMetadata?.(metadata) : hold(metadata));
  }

  // Until the next attempt, the caller aborts, or the reader leaves.
  private async wait(ms: number): Promise<void> {
    const { signal } = this.call;
    const { signal: left } = this.left;
    const over = new AbortController();
    const end = (): void => over.abort();
    watchAbort(left, end);
    if (signal !== undefined) watchAbort(signal, end);
    if (signal?.aborted === true) end();
    await pause(this.tools.clock, ms, over.signal);
    unwatchAbort(left, end);
    if (signal !== undefined) unwatchAbort(signal, end);
  }
}
