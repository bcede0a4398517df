/** What came of the calls of a run: counts, times, and the errors by their codes. */

import { LatencyHistogram } from "./latency-histogram.js";

/** One kind of error. */
export interface LoadError {
  readonly code: string;
  /** The full name of a declared error; undefined for any other. */
  readonly typeName: string | undefined;
  /** The sentence of the first one. */
  readonly message: string;
  count: number;
}

/** Kinds of errors beyond these are counted together: names come from the server. */
const errorKindsMax = 100;

export class LoadTally {
  started = 0;
  succeeded = 0;
  failed = 0;
  /** Calls that the end of the run cut off; neither succeeded nor failed. */
  cutOff = 0;
  /** Calls that were due, and could not be started before the end. */
  notStarted = 0;
  /** Messages of streams of answers. */
  messages = 0;
  /** Of calls that succeeded: from when they were started, or should have been, to their end. */
  readonly latency: LatencyHistogram = new LatencyHistogram();
  /** Of calls that failed. */
  readonly failedLatency: LatencyHistogram = new LatencyHistogram();
  /** Of streams: to the first message. */
  readonly firstMessage: LatencyHistogram = new LatencyHistogram();
  /** With a rate: how much later than it should have been a call was started. */
  readonly startDelay: LatencyHistogram = new LatencyHistogram();
  private readonly kinds = new Map<string, LoadError>();

  /** The most frequent ones first. */
  get errors(): readonly LoadError[] {
    return [...this.kinds.values()].sort((a, b) => b.count - a.count);
  }

  succeed(ms: number): void {
    this.succeeded++;
    this.latency.record(ms);
  }

  fail(thrown: unknown, ms: number): void {
    this.failed++;
    this.failedLatency.record(ms);
    const { code, typeName, message } = factsOf(thrown);
    const isTooMuch = this.kinds.size >= errorKindsMax;
    const key = isTooMuch ? code : `${code} ${typeName ?? ""}`;
    const known = this.kinds.get(key);
    if (known === undefined)
      this.kinds.set(key, { code, typeName: isTooMuch ? undefined : typeName, message, count: 1 });
    else known.count++;
  }
}

function factsOf(thrown: unknown): Omit<LoadError, "count"> {
  if (!(thrown instanceof Error)) return { code: "unknown", typeName: undefined, message: String(thrown) };
  const { code, typeName } = thrown as { readonly code?: unknown; readonly typeName?: unknown };
  return {
    code: typeof code === "string" ? code : "unknown",
    typeName: typeof typeName === "string" ? typeName : undefined,
    message: thrown.message,
  };
}
