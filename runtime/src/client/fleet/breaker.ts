/** Stops calls to one server of one channel that fails them, and lets a few through to see whether it has come back. */

import type { Clock } from "../../clock.js";
import type { ResolvedBreaker } from "./fleet-options.js";

export type BreakerState = "closed" | "open" | "half-open";

// The share of failures is that of the last so many milliseconds or less.
const windowMs = 10_000;
// An open breaker waits at most so many times its first wait.
const growthMax = 16;

export class Breaker {
  state: BreakerState = "closed";
  /** Until when it is open, or, half open, waits for its probes. */
  until = 0;
  private readonly clock: Clock;
  private readonly options: ResolvedBreaker;
  private readonly changed: (breaker: Breaker) => void;
  /** Goes up with every change of state, so that what was started before does not count after it. */
  private era = 0;
  private failuresInRow = 0;
  private windowFrom = 0;
  private calls = 0;
  private failures = 0;
  private probesStarted = 0;
  private probesPassed = 0;
  private timesOpened = 0;

  constructor(clock: Clock, options: ResolvedBreaker, changed: (breaker: Breaker) => void) {
    this.clock = clock;
    this.options = options;
    this.changed = changed;
  }

  /** Whether it lets a call through now. */
  get isPassable(): boolean {
    if (this.state === "closed") return true;
    return this.state === "half-open" && this.probesStarted < this.options.probes;
  }

  /** A call is started; gives what `ended` has to be told. */
  begin(): number {
    if (this.state === "half-open") this.probesStarted++;
    return this.era;
  }

  /** A call of an era ended; `isFailure` is undefined where its end says nothing about the server. */
  ended(era: number, isFailure: boolean | undefined): void {
    if (era !== this.era) return;
    if (this.state === "half-open") this.probeEnded(isFailure);
    else if (isFailure !== undefined) this.count(isFailure);
  }

  /** The time of `until` has come. */
  wake(now: number): void {
    if (now < this.until) return;
    // Probes that never end must not keep a server out for ever: others may try in their place.
    if (this.state === "open" || this.state === "half-open") this.turn("half-open", now + this.options.openMs);
  }

  private probeEnded(isFailure: boolean | undefined): void {
    if (isFailure === true) return this.open();
    if (isFailure === undefined) this.probesStarted--;
    else this.probesPassed++;
    if (this.probesPassed < this.options.probes) return;
    this.timesOpened = 0;
    this.turn("closed", 0);
  }

  private count(isFailure: boolean): void {
    const now = this.clock.turn();
    const { failures, failurePercent, callsMin } = this.options;
    if (now - this.windowFrom > windowMs) {
      this.windowFrom = now;
      this.calls = 0;
      this.failures = 0;
    }
    this.calls++;
    if (!isFailure) {
      this.failuresInRow = 0;
      return;
    }
    this.failures++;
    this.failuresInRow++;
    const isOften = this.calls >= callsMin && this.failures * 100 >= failurePercent * this.calls;
    if (this.failuresInRow >= failures || isOften) this.open();
  }

  private open(): void {
    const ms = this.options.openMs * Math.min(growthMax, 2 ** this.timesOpened);
    this.timesOpened++;
    this.turn("open", this.clock.now() + ms);
  }

  private turn(state: BreakerState, until: number): void {
    this.state = state;
    this.until = until;
    this.era++;
    this.failuresInRow = 0;
    this.calls = 0;
    this.failures = 0;
    this.probesStarted = 0;
    this.probesPassed = 0;
    this.changed(this);
  }
}
