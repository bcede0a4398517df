/** How long a server's answers take: an average that follows peaks at once, and forgets first ones sooner than repeated ones. */

const decayMsDefault = 10_000;
const firstDecayMsDefault = 250;

/** An answer that took more than so many times the average is out of line with what was known. */
const surprise = 4;

/**
 * Rises to a slow answer at once, sinks with the quick ones after it, and sinks by itself while nothing comes back, so
 * that a server that was slow is tried again. What is out of line sinks fast, because it may have happened once; where trying
 * again finds it confirmed, it sinks half as fast as before, down to `decayMs`. All times are the clock's milliseconds.
 */
export class PeakEwma {
  private readonly decayMsMax: number;
  private readonly decayMsMin: number;
  private decayMs: number;
  private average = 0;
  private seenAt = 0;
  /** When the pace of forgetting was last changed. */
  private changedAt = 0;
  private isMeasured = false;

  /**
   * After `decayMs` (10 s), what was seen before counts for 37 % (1/e); after `firstDecayMs` (250 ms, and never more than
   * `decayMs`) where it was out of line and not confirmed.
   */
  constructor(decayMs: number = decayMsDefault, firstDecayMs: number = firstDecayMsDefault) {
    this.decayMsMax = decayMs;
    this.decayMsMin = Math.min(decayMs, firstDecayMs);
    this.decayMs = this.decayMsMin;
  }

  /** An answer came at `now` and took `tookMs`. What is not a number from 0 on is ignored. */
  observe(now: number, tookMs: number): void {
    if (!(tookMs >= 0 && tookMs < Infinity)) return;
    if (!this.isMeasured || tookMs > this.at(now)) {
      this.pace(now, tookMs);
      this.average = tookMs;
    } else {
      const kept = this.keptAt(now);
      this.average = this.average * kept + tookMs * (1 - kept);
    }
    this.isMeasured = true;
    this.seenAt = Math.max(now, this.seenAt);
  }

  /** The average as it stands at `now`; 0 before the first answer, and above 0 ever after. */
  at(now: number): number {
    return this.isMeasured ? Math.max(this.average * this.keptAt(now), leastMs) : 0;
  }

  // The average of the last answer counts here, not what is left of it: a server that is as slow as before is no surprise.
  private pace(now: number, tookMs: number): void {
    if (tookMs > this.average * surprise) this.decayMs = this.decayMsMin;
    // Calls that one pause has held up are answered together, and confirm nothing.
    else if (now - this.changedAt >= this.decayMs) this.decayMs = Math.min(this.decayMs * 2, this.decayMsMax);
    else return;
    this.changedAt = now;
  }

  private keptAt(now: number): number {
    // Answers that come together are seen at one time: for all but the first of them there is nothing to work out.
    return now > this.seenAt ? Math.exp((this.seenAt - now) / this.decayMs) : 1;
  }
}

/** Stands for what is too quick to measure: 0 would say that nothing was measured. */
const leastMs = 1e-6;
