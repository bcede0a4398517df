/** How long to wait between attempts: longer each time, and never in step with others that try the same. */

export interface BackoffOptions {
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** 0.2 spreads each wait from 80 % to 120 %. */
  readonly jitter: number;
}

export const defaultBackoff: BackoffOptions = { initialMs: 100, factor: 1.6, maxMs: 20_000, jitter: 0.2 };

export class Backoff {
  private readonly options: BackoffOptions;
  private readonly random: () => number;
  private attempts = 0;

  constructor(options: BackoffOptions, random: () => number) {
    this.options = options;
    this.random = random;
  }

  /** The next wait in milliseconds. */
  next(): number {
    const { initialMs, factor, maxMs, jitter } = this.options;
    // Without the bound the power becomes infinite, and nothing times infinity is no number.
    const ms = Math.min(maxMs, initialMs * Math.min(Number.MAX_VALUE, factor ** this.attempts));
    this.attempts++;
    return ms * (1 - jitter + 2 * jitter * this.random());
  }

  /** An attempt succeeded. */
  reset(): void {
    this.attempts = 0;
  }
}
