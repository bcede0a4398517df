/** What may be said of how a method's calls are tried, limited and remembered: plain data, as annotations write it. */

import type { StatusCode } from "../error/status.js";

/**
 * Tries again after a failure, where that is safe: the method is idempotent, the server surely never started on the call,
 * or an idempotency key travels with it. Each wait is drawn from zero to a bound that doubles from `backoffInitialMs` to `backoffMaxMs`.
 */
export interface RetryPolicy {
  /** In all, the first one included: 2 to 5; 3 where left out. */
  readonly attempts?: number | undefined;
  /** 50 ms where left out. */
  readonly backoffInitialMs?: number | undefined;
  /** 2 s where left out. */
  readonly backoffMaxMs?: number | undefined;
  /** Failures that are worth another attempt; `unavailable` where left out. */
  readonly on?: readonly StatusCode[] | undefined;
}

/** Sends an idempotent call a second time where the first answer takes long; the first answer wins, the rest is cancelled. */
export interface HedgePolicy {
  /** In all, the first one included: 2 to 5; 2 where left out. */
  readonly attempts?: number | undefined;
  /** How long each attempt has before the next one starts. */
  readonly delayMs: number;
}

/** A token bucket. Calls over it fail at once with `resource-exhausted`. */
export interface RateLimit {
  /** From 0.001 to a million. */
  readonly perSecond: number;
  /** How many calls may come at once after a pause; as many as `perSecond`, and at least one, where left out. */
  readonly burst?: number | undefined;
}

/** How many calls may run at once. Calls over it fail at once with `resource-exhausted`. */
export interface ConcurrencyLimit {
  /** 1000 where left out. With `adaptive`, the limit's upper bound. */
  readonly max?: number | undefined;
  /** Finds the limit by how long calls take: falls while they queue, and rises while they do not. */
  readonly adaptive?: boolean | undefined;
}

/** Keeps answers of an idempotent method, by its request. Calls for the same answer share one attempt. */
export interface CachePolicy {
  readonly forMs: number;
  /** The oldest go first; 1000 where left out. */
  readonly entriesMax?: number | undefined;
  /** Of requests and answers together, about; 16 MiB where left out. */
  readonly bytesMax?: number | undefined;
  /** Whether errors that the method declares are kept like answers. */
  readonly errors?: boolean | undefined;
}

/** Remembers, on the server, which calls came with which idempotency key, and answers them once. */
export interface DeduplicatePolicy {
  /** Counted from the answer; 10 minutes where left out. */
  readonly forMs?: number | undefined;
  /**
   * Of one method; 100,000 where left out. The oldest answers go first, so let it hold as many calls as may come in the
   * time in which clients try again.
   */
  readonly entriesMax?: number | undefined;
  /** Of answers, about; 64 MiB where left out. */
  readonly bytesMax?: number | undefined;
}

/**
 * What annotations may say of a method. `false` switches off what a less specific place has said. Who heeds what: `retry`,
 * `hedge` and `cache` the client, `rateLimit` and `concurrency` the server, `idempotencyKey` both.
 */
export interface MethodPolicy {
  readonly retry?: RetryPolicy | false | undefined;
  readonly hedge?: HedgePolicy | false | undefined;
  readonly cache?: CachePolicy | false | undefined;
  readonly rateLimit?: RateLimit | false | undefined;
  readonly concurrency?: ConcurrencyLimit | false | undefined;
  /**
   * The client sends a key with each call, the server answers calls with one key once, and so even a call that is not
   * idempotent may be tried again: on the same server, which alone knows the key, or on any where they share it.
   */
  readonly idempotencyKey?: boolean | "shared" | undefined;
}
