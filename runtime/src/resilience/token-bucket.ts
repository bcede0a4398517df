/** A token bucket: fills at a steady rate up to its brim, and each call takes one token out. */

export interface BucketSettings {
  readonly perSecond: number;
  readonly burst: number;
}

// A token that was put together from many small refills may miss its last bit.
const tolerance = 1e-6;

export class TokenBucket {
  private perSecond: number;
  private burst: number;
  private tokens: number;
  private filledAt: number;

  /** Full at first. Times are the clock's milliseconds. */
  constructor({ perSecond, burst }: BucketSettings, now: number) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.filledAt = now;
  }

  /** Takes a token and returns 0, or takes nothing and returns how many milliseconds it is until there is one. */
  take(now: number): number {
    this.fill(now);
    if (this.tokens + tolerance < 1) return ((1 - this.tokens) / this.perSecond) * 1000;
    this.tokens = Math.max(0, this.tokens - 1);
    return 0;
  }

  /** Takes a token where there is one. */
  tryTake(now: number): boolean {
    return this.take(now) === 0;
  }

  /** Puts a token back that was taken for nothing. */
  giveBack(): void {
    this.tokens = Math.min(this.burst, this.tokens + 1);
  }

  /** Goes on with other settings; what is in the bucket stays there, up to the new brim. */
  adjust({ perSecond, burst }: BucketSettings, now: number): void {
    this.fill(now);
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = Math.min(this.tokens, burst);
  }

  private fill(now: number): void {
    const passed = Math.max(0, now - this.filledAt);
    this.tokens = Math.min(this.burst, this.tokens + (passed * this.perSecond) / 1000);
    this.filledAt = now;
  }
}
