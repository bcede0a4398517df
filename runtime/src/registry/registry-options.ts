/** What every adapter lets its users choose, and what it makes of that. */

import { Backoff, defaultBackoff, type BackoffOptions } from "../backoff.js";
import { systemClock, type Clock } from "../clock.js";
import type { Observer } from "../events.js";
import type { SnapshotStore } from "./snapshot.js";

/** How answers are guarded. */
export interface GuardOptions {
  /** Changes that follow each other within this time reach the channel as one; 100 ms where left out. */
  readonly debounceMs?: number | undefined;
  /** The longest that a change is held back while others follow; 1 s where left out. */
  readonly debounceMaxMs?: number | undefined;
  /**
   * For how long an answer is doubted that has lost more than half of the servers of late, or all of them: those it lost stay in
   * use meanwhile. 120 s where left out; Infinity never believes it; 0 always does.
   */
  readonly holdMs?: number | undefined;
  /** Entries of one service beyond this many are left out; 10,000 where left out. */
  readonly endpointsMax?: number | undefined;
  /** A folder in which the last good lists are kept for the next start, or a store for them. None where left out. */
  readonly snapshot?: string | SnapshotStore | undefined;
  /** How long the registry has to answer at a start before the snapshot is used; 1 s where left out. */
  readonly snapshotAfterMs?: number | undefined;
}

/** What users may say to every adapter. */
export interface RegistryOptions {
  readonly clock?: Clock | undefined;
  /** From 0 to below 1; spreads the waits of many clients. */
  readonly random?: (() => number) | undefined;
  readonly observe?: Observer | undefined;
  /** How long to wait between attempts to reach the registry. */
  readonly backoff?: Partial<BackoffOptions> | undefined;
  /** How long a registration, or a change of one, may take before it is said to have failed; 5 s where left out. */
  readonly registerTimeoutMs?: number | undefined;
  /** What stands between the registry's answers and the channel. */
  readonly guard?: GuardOptions | undefined;
}

/** The same with nothing left out. */
export interface RegistryTools {
  readonly clock: Clock;
  readonly random: () => number;
  readonly observe: Observer | undefined;
  readonly backoff: BackoffOptions;
  readonly registerTimeoutMs: number;
  readonly guard: GuardOptions;
}

export function resolveTools(options: RegistryOptions): RegistryTools {
  return {
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    observe: options.observe,
    backoff: { ...defaultBackoff, ...options.backoff },
    registerTimeoutMs: options.registerTimeoutMs ?? 5000,
    guard: options.guard ?? {},
  };
}

/** A fresh row of waits. */
export function createBackoff(tools: RegistryTools): Backoff {
  return new Backoff(tools.backoff, tools.random);
}
