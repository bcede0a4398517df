/** Wakes those who wait for something to change, and lets go of them when their calls are over. */

import type { Clock } from "./clock.js";

export class Changes {
  /** No more changes will come: whoever waits is woken and leaves. */
  isOver = false;
  private readonly clock: Clock;
  private readonly waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Wakes everybody who waits now. */
  tell(): void {
    for (const wake of [...this.waiting]) wake();
  }

  end(): void {
    this.isOver = true;
    this.tell();
  }

  /** Settles with the next change, the end of all, the abort of the signal, or when `ms` have passed; never rejects. */
  next(signal: AbortSignal, ms: number = Infinity): Promise<void> {
    if (this.isOver || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        this.waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = this.clock.timer(ms, wake);
      this.waiting.add(wake);
      signal.addEventListener("abort", wake);
    });
  }
}
