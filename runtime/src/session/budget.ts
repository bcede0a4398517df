/** Counts what a peer does against what it may do in half a minute. */

const windowMs = 30_000;

/** A bucket that refills evenly: bursts up to the limit pass, a lasting excess does not. */
export class Budget {
  private readonly max: number;
  private left: number;
  private filledAt: number;

  constructor(per30s: number, now: number) {
    this.max = per30s;
    this.left = per30s;
    this.filledAt = now;
  }

  /** Spends one; false where nothing is left. `now` is only asked for when the bucket looks empty. */
  spend(now: () => number): boolean {
    if (this.left < 1) {
      const at = now();
      this.left = Math.min(this.max, this.left + ((at - this.filledAt) * this.max) / windowMs);
      this.filledAt = at;
      if (this.left < 1) return false;
    }
    this.left--;
    return true;
  }
}
