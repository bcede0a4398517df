/** What has happened on a test network, kept for the moment at which a test fails. */

import type { Clock } from "../clock.js";

// Enough for the end of the story; a long run would hold on to everything otherwise.
const linesMax = 2000;

export class EventTrace {
  readonly seed: number;
  private readonly clock: Clock;
  private readonly kept: string[] = [];
  private dropped = 0;

  constructor(seed: number, clock: Clock) {
    this.seed = seed;
    this.clock = clock;
  }

  /** Adds a line of a test's own: what it is about to do, what it has seen. */
  note(text: string): void {
    if (this.kept.length === linesMax) {
      this.kept.shift();
      this.dropped++;
    }
    this.kept.push(`${this.clock.now().toFixed(1).padStart(12)} ms  ${text}`);
  }

  /** The newest lines, oldest first: the time, and what happened. */
  get lines(): readonly string[] {
    return this.kept;
  }

  /** Everything for whoever looks for the reason: the seed that repeats it, and the lines. */
  toString(): string {
    const before = this.dropped > 0 ? [`  (${this.dropped} lines before)`] : [];
    return [`seed ${this.seed}`, ...before, ...this.kept].join("\n");
  }
}
