/** What annotations say of how a method's calls are tried, limited and remembered: only what was written, without defaults. */

/** From `@retry(attempts, first wait, longest wait)`. */
export interface RetrySchema {
  readonly attempts: number | undefined;
  readonly backoffInitialMs: number | undefined;
  readonly backoffMaxMs: number | undefined;
}

/** From `@hedge(delay, attempts)`. */
export interface HedgeSchema {
  readonly delayMs: number;
  readonly attempts: number | undefined;
}

/** From `@cache(time, entries)`. */
export interface CacheSchema {
  readonly forMs: number;
  readonly entriesMax: number | undefined;
}

/** From `@rateLimit(per second, burst)`. */
export interface RateLimitSchema {
  readonly perSecond: number;
  readonly burst: number | undefined;
}

/** From `@concurrency(calls, adaptive)`. */
export interface ConcurrencySchema {
  readonly max: number;
  readonly isAdaptive: boolean;
}

/** The policy of a method, its own and what its service says of all its methods; has at least one property that is not undefined. */
export interface PolicySchema {
  readonly retry: RetrySchema | undefined;
  readonly hedge: HedgeSchema | undefined;
  readonly cache: CacheSchema | undefined;
  readonly rateLimit: RateLimitSchema | undefined;
  readonly concurrency: ConcurrencySchema | undefined;
  /** "own": each server knows the keys that it was sent; "shared": all servers of the service know all keys. */
  readonly idempotencyKey: "own" | "shared" | undefined;
}
