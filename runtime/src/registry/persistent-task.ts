/** Work that is never given up: tried again after jittered waits until it is stopped. */

import type { Clock, Timer } from "../clock.js";
import { asRpcError, thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { createBackoff, type RegistryTools } from "./registry-options.js";

/** One attempt, as the work sees it. */
export interface Attempt {
  /** Aborts when the task is stopped. */
  readonly signal: AbortSignal;
  /** To be called when the other side has answered well: the waits begin anew from the shortest. */
  succeeded(): void;
  /** Waits, for ever where it is Infinity; ends early when the task is stopped or woken. Never rejects. */
  pause(ms: number): Promise<void>;
}

// Whoever wakes a task because calls fail does so with every call.
const wakeIntervalMs = 1000;
const retryAfterMsMax = 300_000;

export class PersistentTask {
  private readonly tools: RegistryTools;
  private readonly work: (attempt: Attempt) => Promise<void>;
  private readonly failed: (error: RpcError, retryInMs: number) => void;
  private readonly abort = new AbortController();
  private readonly ended: Promise<void>;
  private wakePause: (() => void) | undefined;
  private wokenAt = -Infinity;

  /**
   * Starts in this turn's end. When `work` ends without an error it is called again at once; when it throws, `failed` hears the
   * error, and it is called again after a wait.
   */
  constructor(
    tools: RegistryTools,
    work: (attempt: Attempt) => Promise<void>,
    failed: (error: RpcError, retryInMs: number) => void,
  ) {
    this.tools = tools;
    this.work = work;
    this.failed = failed;
    this.ended = this.run();
  }

  /** Ends a wait early, at most once a second. */
  wake(): void {
    const now = this.tools.clock.now();
    if (this.wakePause === undefined || now - this.wokenAt < wakeIntervalMs) return;
    this.wokenAt = now;
    this.wakePause();
  }

  /** Ends a wait early, for whoever has something new to do. */
  wakeNow(): void {
    this.wakePause?.();
  }

  /** Aborts the attempt that is under way, and settles when it has ended. */
  stop(): Promise<void> {
    this.abort.abort();
    this.wakePause?.();
    return this.ended;
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    const backoff = createBackoff(this.tools);
    const attempt: Attempt = {
      signal,
      succeeded: () => backoff.reset(),
      pause: (ms) => this.pause(ms),
    };
    await Promise.resolve();
    while (!signal.aborted) {
      try {
        await this.work(attempt);
      } catch (error) {
        if (signal.aborted) return;
        const failure = asFailure(error);
        const waitMs = Math.max(backoff.next(), this.wishedMs(failure));
        this.failed(failure, waitMs);
        await this.pause(waitMs);
      }
    }
  }

  /** Whoever says when he wants to be asked again is not asked before, nor by all whom he told so at the same moment. */
  private wishedMs({ retryAfterMs = 0 }: RpcError): number {
    const { backoff, random } = this.tools;
    return Math.min(retryAfterMs * (1 + 2 * backoff.jitter * random()), retryAfterMsMax);
  }

  private pause(ms: number): Promise<void> {
    if (this.abort.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.tools.clock.timer(ms, () => this.wakePause?.());
      this.wakePause = () => {
        timer.cancel();
        this.wakePause = undefined;
        resolve();
      };
    });
  }
}

/** Whatever was thrown, as an error that says who threw it. */
export function asFailure(error: unknown): RpcError {
  return asRpcError(error) ?? new RpcError("unavailable", thrownText(error, "the registry"), { cause: error });
}

/** Settles as `promise` does, or rejects with what `late` makes when it takes longer than `ms`. */
export async function inTime<T>(promise: Promise<T>, ms: number, clock: Clock, late: () => RpcError): Promise<T> {
  let timer: Timer | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        timer = clock.timer(ms, () => reject(late()));
      }),
    ]);
  } finally {
    timer?.cancel();
  }
}
