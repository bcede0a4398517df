/** How much is asked of a server, and for how long. */

import type { MethodInfo } from "@rpcgen/runtime";

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

/** Where neither the command line nor the `.rpc` file says how long a call may take. */
export const usualTimeoutMs = 10_000;

/**
 * How long each call may take where that is not left to the channel. The end of a run cuts off streams that go on; where only a
 * number of calls ends it, nothing would, so that each has a time of its own.
 */
export function callTimeoutMs(
  { durationMs }: Pick<LoadPlan, "durationMs">,
  { shape, timeoutMs }: Pick<MethodInfo, "shape" | "timeoutMs">,
  wantedMs: number | undefined,
): number | undefined {
  const mayGoOn = shape === "serverStream" || shape === "bidiStream";
  return wantedMs ?? (mayGoOn && durationMs === Infinity ? (timeoutMs ?? usualTimeoutMs) : undefined);
}
