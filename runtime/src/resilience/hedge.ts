/** Sends a call that takes long to a second server, takes the first answer, and cancels the rest. */

import { unwatchAbort, watchAbort } from "../call/abort-watch.js";
import type { Interceptor, OutgoingCall } from "../call/outgoing-call.js";
import type { Timer } from "../clock.js";
import { asRpcError } from "../error/plain-text.js";
import { askedWaitMs, Attempts, isWorthRetrying, type AttemptTools, type RunningAttempt } from "./attempts.js";
import type { HedgeSettings } from "./method-settings.js";

/**
 * For methods with one request and one answer that may be done twice. A failure that others may not share starts the next
 * attempt at once; one that all would share ends the call.
 */
export class Hedge implements Interceptor {
  private readonly settings: HedgeSettings;
  private readonly tools: AttemptTools;

  constructor(settings: HedgeSettings, tools: AttemptTools) {
    this.settings = settings;
    this.tools = tools;
  }

  one<In, Out>(call: OutgoingCall<In, Out>, next: (call: OutgoingCall<In, Out>) => Promise<Out>): Promise<Out> {
    this.tools.budget.deposit(this.tools.clock.now());
    return new Promise((resolve, reject) => {
      new HedgedCall(call, next, this.settings, this.tools, resolve, reject).start();
    });
  }
}

class HedgedCall<In, Out> {
  private readonly call: OutgoingCall<In, Out>;
  private readonly next: (call: OutgoingCall<In, Out>) => Promise<Out>;
  private readonly settings: HedgeSettings;
  private readonly tools: AttemptTools;
  private readonly resolve: (answer: Out) => void;
  private readonly reject: (error: unknown) => void;
  private readonly attempts: Attempts<In, Out>;
  private readonly running = new Set<AbortController>();
  private readonly abortAll = (): void => this.aborted();
  private attemptsLeft: number;
  private timer: Timer | undefined;
  /** What ends the call where no attempt follows: the failure of the last one. */
  private giveUp: (() => void) | undefined;
  private isOver = false;

  constructor(
    call: OutgoingCall<In, Out>,
    next: (call: OutgoingCall<In, Out>) => Promise<Out>,
    settings: HedgeSettings,
    tools: AttemptTools,
    resolve: (answer: Out) => void,
    reject: (error: unknown) => void,
  ) {
    this.call = call;
    this.next = next;
    this.settings = settings;
    this.tools = tools;
    this.resolve = resolve;
    this.reject = reject;
    this.attempts = new Attempts(call, tools.clock, "hedge");
    this.attemptsLeft = settings.attempts;
  }

  start(): void {
    const { signal } = this.call;
    if (signal !== undefined) watchAbort(signal, this.abortAll);
    this.launch();
  }

  private launch(): void {
    const abort = new AbortController();
    const { signal } = this.call;
    if (signal?.aborted === true) abort.abort(signal.reason);
    this.running.add(abort);
    this.attemptsLeft--;
    const attempt = this.attempts.start(abort.signal);
    this.ask(attempt.call).then(
      (answer) => this.answered(attempt, abort, answer),
      (thrown: unknown) => this.failed(attempt, abort, thrown),
    );
    this.arm(this.settings.delayMs);
  }

  // Async, so that whatever throws is a failed attempt.
  private async ask(call: OutgoingCall<In, Out>): Promise<Out> {
    return this.next(call);
  }

  private arm(delayMs: number): void {
    this.timer?.cancel();
    if (this.isOver || this.attemptsLeft === 0) return;
    this.timer = this.tools.clock.timer(delayMs, () => {
      if (this.launchMore()) return;
      // With nothing under way, nobody else would ever end the call.
      if (this.running.size === 0) this.giveUp?.();
      else if (this.tools.clock.now() < this.call.deadlineAt) this.arm(Math.max(1, this.settings.delayMs));
    });
  }

  private launchMore(): boolean {
    const { clock, budget } = this.tools;
    const now = clock.now();
    if (this.attemptsLeft === 0 || now >= this.call.deadlineAt || !budget.withdraw(now)) return false;
    this.launch();
    return true;
  }

  private answered(attempt: RunningAttempt<In, Out>, abort: AbortController, answer: Out): void {
    this.running.delete(abort);
    if (this.isOver) return;
    this.end();
    try {
      this.attempts.tellMetadata(attempt);
    } catch (thrown) {
      return this.reject(thrown);
    }
    this.resolve(answer);
  }

  private failed(attempt: RunningAttempt<In, Out>, abort: AbortController, thrown: unknown): void {
    this.running.delete(abort);
    if (this.isOver) return;
    const error = asRpcError(thrown);
    if (error !== undefined) this.attempts.fail(attempt, error);
    const isWanted = this.call.signal?.aborted !== true;
    if (error !== undefined && isWanted && isWorthRetrying(error, this.settings.on)) {
      // A server that wants no more of this call speaks for all of them.
      if (error.retryAfterMs === Infinity) this.attemptsLeft = 0;
      if (error.retryAfterMs === undefined) this.launchMore();
      else this.arm(askedWaitMs(error));
      const isWaiting = this.attemptsLeft > 0 && error.retryAfterMs !== undefined;
      this.giveUp = () => this.endWith(attempt, this.attempts.error(error));
      if (this.running.size > 0 || (isWaiting && this.hasTimeFor(askedWaitMs(error)))) return;
    }
    this.endWith(attempt, error === undefined ? thrown : this.attempts.error(error, this.running.size > 0));
  }

  private endWith(attempt: RunningAttempt<In, Out>, failure: unknown): void {
    this.end();
    try {
      this.attempts.tellMetadata(attempt);
    } catch (told) {
      return this.reject(told);
    }
    this.reject(failure);
  }

  private aborted(): void {
    // While all wait to be asked again, an attempt that is called off from the start says so in the words of the way.
    if (this.running.size === 0 && !this.isOver) this.launch();
    else this.cancel(this.call.signal?.reason);
  }

  private hasTimeFor(ms: number): boolean {
    return this.tools.clock.now() + ms < this.call.deadlineAt;
  }

  private end(): void {
    this.isOver = true;
    this.timer?.cancel();
    const { signal } = this.call;
    if (signal !== undefined) unwatchAbort(signal, this.abortAll);
    this.cancel(new Error("another attempt has ended the call"));
  }

  private cancel(reason: unknown): void {
    for (const abort of [...this.running]) abort.abort(reason);
  }
}
