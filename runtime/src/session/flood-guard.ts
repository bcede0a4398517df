/** Tells a flood from an honest peer: counts what is cheap to send and dear to receive, but for what was to be expected. */

import type { Clock } from "../clock.js";
import type { Counters } from "../events.js";
import { FrameError } from "../frame/frame-error.js";
import type { FrameView } from "../frame/frame-joiner.js";
import type { Limits } from "../limits.js";
import { frameCost } from "../stream/credit.js";
import { Budget } from "./budget.js";

/** One connection's budgets; a peer that exceeds one loses the connection. */
export class FloodGuard {
  private readonly limits: Limits;
  private readonly counters: Counters;
  private readonly now: () => number;
  private readonly pings: Budget;
  private readonly idleFrames: Budget;
  /** What the peer may still send for calls that this side has ended, in frame costs. */
  private lateBytes = 0;

  constructor(clock: Clock, limits: Limits, counters: Counters) {
    this.limits = limits;
    this.counters = counters;
    this.now = () => clock.now();
    const now = clock.now();
    this.pings = new Budget(limits.pingsMax, now);
    this.idleFrames = new Budget(limits.idleFramesMax, now);
  }

  /** Counts a PING. */
  spendPing(): void {
    if (this.pings.spend(this.now)) return;
    throw new FrameError("enhance-your-calm", `more than pingsMax = ${this.limits.pingsMax} pings in 30 s`);
  }

  /** Counts a frame that carries next to nothing. */
  spendIdleFrame(): void {
    if (this.idleFrames.spend(this.now)) return;
    throw new FrameError(
      "enhance-your-calm",
      `more than idleFramesMax = ${this.limits.idleFramesMax} idle frames in 30 s`,
    );
  }

  /** A call was ended from this side: what its credit still allows may be on its way, and is no fault of the peer's. */
  expectLate(bytes: number): void {
    this.lateBytes += bytes;
  }

  /** Counts a frame for a call that is over. */
  ignoreFrame(frame: FrameView): void {
    this.counters.framesIgnored++;
    const cost = frameCost(frame.end - frame.start);
    if (cost <= this.lateBytes) this.lateBytes -= cost;
    else this.spendIdleFrame();
  }
}
