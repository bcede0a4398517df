/** How much is asked of a server, and for how long. */

export interface LoadPlan {
  /** Calls at a time: always that many without a rate, at most that many with one. */
  readonly concurrency: number;
  /** Calls a second; undefined for as fast as they are answered. */
  readonly ratePerSecond: number | undefined;
  /** Milliseconds, after the warm-up; Infinity for no end. */
  readonly durationMs: number;
  /** Calls, after the warm-up; Infinity for no end. */
  readonly requests: number;
  /** Milliseconds for which calls are made and not counted. */
  readonly warmUpMs: number;
}
