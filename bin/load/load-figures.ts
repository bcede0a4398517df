/** The figures of a run that has ended, as programs read them: the shape of `rpcgen load --format json`. */

import type { LatencyHistogram } from "./latency-histogram.js";
import { histogramRows, type HistogramRow } from "./histogram-rows.js";
import type { LoadPlan } from "./load-plan.js";
import type { LoadRun } from "./load-run.js";
import type { LoadError } from "./load-tally.js";

/** Milliseconds. */
export interface LatencyFigures {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface LoadFigures {
  readonly address: string;
  readonly method: string;
  readonly shape: string;
  readonly wire: "protobuf" | "json";
  readonly connections: number;
  readonly plan: {
    readonly concurrency: number;
    readonly ratePerSecond: number | null;
    readonly durationMs: number | null;
    readonly requests: number | null;
    readonly warmUpMs: number;
    /** How many different requests took turns. */
    readonly requestKinds: number;
  };
  /** Whether Ctrl-C ended it early. */
  readonly wasInterrupted: boolean;
  readonly elapsedMs: number;
  readonly calls: {
    readonly started: number;
    readonly succeeded: number;
    readonly failed: number;
    /** Open when the run ended. */
    readonly cutOff: number;
    /** Due by the rate, and not started before the end. */
    readonly notStarted: number;
    /** Calls that came to their end, well or not. */
    readonly perSecond: number;
  };
  /** Of streams of answers; null for other methods. */
  readonly messages: { readonly count: number; readonly perSecond: number; readonly first: LatencyFigures } | null;
  readonly errors: readonly LoadError[];
  /** Of calls that succeeded. */
  readonly latency: LatencyFigures;
  readonly failedLatency: LatencyFigures;
  /** How late calls were started, measured by the rate; null without one. */
  readonly startDelay: LatencyFigures | null;
  readonly histogram: readonly HistogramRow[];
  readonly warmUp: { readonly succeeded: number; readonly failed: number };
}

/** What a run does not know of itself. */
export interface LoadFacts extends Pick<
  LoadFigures,
  "address" | "method" | "shape" | "wire" | "connections" | "wasInterrupted"
> {
  readonly plan: LoadPlan;
  readonly requestKinds: number;
}

export function figuresOf(run: LoadRun, facts: LoadFacts): LoadFigures {
  const { tally, warmUp, elapsedMs } = run;
  const { plan, requestKinds, ...rest } = facts;
  const hasMessages = facts.shape === "serverStream" || facts.shape === "bidiStream";
  return {
    ...rest,
    plan: {
      concurrency: plan.concurrency,
      ratePerSecond: plan.ratePerSecond ?? null,
      durationMs: finite(plan.durationMs),
      requests: finite(plan.requests),
      warmUpMs: plan.warmUpMs,
      requestKinds,
    },
    elapsedMs: rounded(elapsedMs),
    calls: {
      started: tally.started,
      succeeded: tally.succeeded,
      failed: tally.failed,
      cutOff: tally.cutOff,
      notStarted: tally.notStarted,
      perSecond: perSecond(tally.succeeded + tally.failed, elapsedMs),
    },
    messages: hasMessages
      ? {
          count: tally.messages,
          perSecond: perSecond(tally.messages, elapsedMs),
          first: latencyFigures(tally.firstMessage),
        }
      : null,
    errors: tally.errors,
    latency: latencyFigures(tally.latency),
    failedLatency: latencyFigures(tally.failedLatency),
    startDelay: plan.ratePerSecond === undefined ? null : latencyFigures(tally.startDelay),
    histogram: histogramRows(tally.latency),
    warmUp: { succeeded: warmUp.succeeded, failed: warmUp.failed },
  };
}

export function latencyFigures(histogram: LatencyHistogram): LatencyFigures {
  const at = (share: number): number => rounded(histogram.percentile(share));
  return {
    count: histogram.count,
    min: rounded(histogram.min),
    mean: rounded(histogram.mean),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: rounded(histogram.max),
  };
}

/** Whether each call that was made or due succeeded, and there was one. */
export function isAllWell({ calls, messages }: LoadFigures): boolean {
  const hasDone = calls.succeeded > 0 || (messages?.count ?? 0) > 0;
  return hasDone && calls.failed === 0 && calls.notStarted === 0;
}

export function perSecond(count: number, ms: number): number {
  return ms > 0 ? rounded((count * 1000) / ms) : 0;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** To microseconds. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
