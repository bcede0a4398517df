/** How long a server's answers take: an average that follows peaks at once and forgets them slowly. */

const decayMsDefault = 10_000;

/**
 * Rises to a slow answer at once, sinks with the quick ones after it, and sinks by itself while nothing comes back, so
 * that a server that was slow is tried again. All times are the clock's milliseconds.
 */
export class PeakEwma {
  private readonly decayMs: number;
  private average = 0;
  private seenAt = 0;
  private isMeasured = false;

  /** After `decayMs` (10 s), what was seen before counts for 37 % (1/e). */
  constructor(decayMs: number = decayMsDefault) {
    this.decayMs = decayMs;
  }

  /** An answer came at `now` and took `tookMs`. What is not a number from 0 on is ignored. */
  observe(now: number, tookMs: number): void {
    if (!(tookMs >= 0 && tookMs < Infinity)) return;
    if (!this.isMeasured || tookMs > this.at(now)) this.average = tookMs;
    else {
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

  private keptAt(now: number): number {
    return Math.exp(-Math.max(0, now - this.seenAt) / this.decayMs);
  }
}

/** Stands for what is too quick to measure: 0 would say that nothing was measured. */
const leastMs = 1e-6;
