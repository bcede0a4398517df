/** Gathers all that the runtime tells while it runs, so that tests can look for what must not be in it. */

import { inspect } from "node:util";
import { onTestFinished } from "vitest";
import type { Instrument, Observer } from "../../src/index.js";
import { callLog, createMetrics, openTelemetry, type OpenTelemetryApi } from "../../src/observe.js";

/** The most talkative instruments there are, and what they have said. */
export interface EverythingTold {
  readonly instruments: readonly Instrument[];
  readonly observe: Observer;
  /** Adds something that a program got: an error, a view of a channel. */
  add(what: string, value: unknown): void;
  /** Each thing that was told, whole, one a line. */
  lines(): readonly string[];
  /** How many things of each kind there are, so that a test cannot pass because nobody spoke. */
  kinds(): ReadonlyMap<string, number>;
}

export function everythingTold(): EverythingTold {
  const told: { readonly kind: string; readonly text: string }[] = [];
  const add = (kind: string, value: unknown): void => void told.push({ kind, text: `${kind} ${textOf(value)}` });
  const metrics = createMetrics({ process: false });
  onTestFinished(() => metrics.close());
  const write = (...line: readonly unknown[]): void => add("log", line);
  const log = { info: write, warn: write, error: write };
  return {
    instruments: [
      metrics,
      openTelemetry(recordingApi((name, about) => add("span", [name, about]))),
      callLog(log, { messages: { unitsMax: 10_000 } }),
    ],
    observe: (event) => add(`event ${event.kind}`, event),
    add,
    lines: () => [...told.map(({ text }) => text), ...metrics.text().split("\n")],
    kinds: () => countKinds(told),
  };
}

function countKinds(told: readonly { readonly kind: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of told) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** As a log that shows everything would have it, and as one that writes JSON would. */
function textOf(value: unknown): string {
  const whole = inspect(value, { depth: Infinity, maxArrayLength: null, maxStringLength: null });
  const json = JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
  const spread = typeof value === "object" && value !== null ? inspect({ ...value }, { depth: Infinity }) : "";
  return [String(value), whole, json, spread, value instanceof Error ? value.stack : ""]
    .join(" ")
    .replaceAll("\n", " ");
}

/** The part of OpenTelemetry's API that spans need, which tells all that they are given. */
function recordingApi(tell: (name: string, about: unknown) => void): OpenTelemetryApi {
  const context = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };
  return {
    ROOT_CONTEXT: {},
    trace: {
      getTracer: () => ({
        startSpan: (name, options) => {
          tell(name, options);
          return {
            spanContext: () => context,
            setAttribute: (key, value) => tell(name, [key, value]),
            setStatus: (status) => tell(name, status),
            end: () => {},
          };
        },
      }),
      setSpan: (before) => before,
      getSpanContext: () => undefined,
    },
    context: { active: () => ({}), with: (_, run) => run() },
    propagation: { inject: () => {}, extract: (before) => before },
  };
}
