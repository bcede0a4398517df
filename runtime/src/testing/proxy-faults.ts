/** What a fault proxy can do to the bytes that pass through it. */

/** Faults of one direction. */
export interface ProxyFaults {
  /** How much later bytes arrive, in milliseconds. */
  readonly delayMs: number;
  /** Up to so much later still, anew for every chunk; bytes stay in order. */
  readonly jitterMs: number;
  /** Infinity is no limit. What exceeds it stays with the sender. */
  readonly bytesPerSecond: number;
  /** Whether bytes go on as they come, are split into small writes, or held back for a moment and merged. */
  readonly chunks: "whole" | "split" | "merge";
  /** From 0 to 1: the chance that a chunk goes on with one bit turned. */
  readonly corrupt: number;
  /** From 0 to 1: the chance that a chunk goes on twice. */
  readonly duplicate: number;
  /** From 0 to 1: the chance that the end of a chunk is missing. */
  readonly truncate: number;
  /** From 0 to 1: the chance that the direction stands still for `stallMs`, as TCP does after a lost packet. */
  readonly stall: number;
  readonly stallMs: number;
  /** `held`: nothing is read until it flows again; `lost`: everything is read and thrown away, so that nobody notices. */
  readonly flow: "normal" | "held" | "lost";
}

export const noProxyFaults: ProxyFaults = {
  delayMs: 0,
  jitterMs: 0,
  bytesPerSecond: Infinity,
  chunks: "whole",
  corrupt: 0,
  duplicate: 0,
  truncate: 0,
  stall: 0,
  stallMs: 200,
  flow: "normal",
};
