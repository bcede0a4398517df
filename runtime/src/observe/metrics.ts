/** The collector of metrics: an instrument for channels and servers, read as text or as data. */

import type { Instrument } from "../call/instrument.js";
import { RpcError } from "../error/rpc-error.js";
import { ChannelMetrics } from "./channel-metrics.js";
import { contentTypes, formatFor, writeMetrics } from "./exposition.js";
import { SeriesBudget, type MetricFamily } from "./metric.js";
import { ProcessMeasures } from "./process-measures.js";
import { ServerMetrics } from "./server-metrics.js";

export interface MetricsOptions {
  /** Upper bounds of the buckets of durations, in seconds, growing; from 0.1 ms to 10 s where left out. */
  readonly buckets?: readonly number[] | undefined;
  /** Series of calls, about; 10,000 where left out. What comes when they are used up is counted as method `other`. */
  readonly seriesMax?: number | undefined;
  /** Methods with a name of their own, on either side; 500 where left out. */
  readonly methodsMax?: number | undefined;
  /** Targets of channels with a name of their own; 50 where left out. */
  readonly targetsMax?: number | undefined;
  /** Servers of one target with a name of their own; 100 where left out. */
  readonly peersMax?: number | undefined;
  /** Whether the event loop is measured, too; true where left out. */
  readonly process?: boolean | undefined;
}

/** What an HTTP server answers. */
export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** Collects from all channels and servers that it is given to. */
export interface Metrics extends Required<Instrument> {
  /** Everything as it is now, in the text format of Prometheus. */
  text(): string;
  /** The same in the format that the `Accept` header of a request asks for: OpenMetrics, or Prometheus' own. */
  expose(accept?: string): Exposition;
  /** The same as plain data. */
  families(): readonly MetricFamily[];
  /** Ends the measuring of the event loop, which keeps no process alive. */
  close(): void;
}

const defaultBuckets = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Throws an `invalid-argument` RpcError for options that make no sense. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const bounds = boundsOf(options.buckets ?? defaultBuckets);
  const seriesMax = countOf("seriesMax", options.seriesMax, 10_000);
  const methodsMax = countOf("methodsMax", options.methodsMax, 500);
  const targetsMax = countOf("targetsMax", options.targetsMax, 50);
  const peersMax = countOf("peersMax", options.peersMax, 100);
  const tools = { budget: new SeriesBudget(seriesMax), bounds };
  const servers = new ServerMetrics(tools, methodsMax);
  const channels = new ChannelMetrics(tools, { methodsMax, targetsMax, peersMax });
  const measures = options.process === false ? undefined : new ProcessMeasures();
  const families = (): readonly MetricFamily[] => [...servers.read(), ...channels.read(), ...(measures?.read() ?? [])];
  return {
    channel: (channel) => channels.taps(channel),
    server: (server) => servers.taps(server),
    text: () => writeMetrics(families(), "prometheus"),
    expose: (accept) => {
      const format = formatFor(accept);
      return { contentType: contentTypes[format], body: writeMetrics(families(), format) };
    },
    families,
    close: () => measures?.stop(),
  };
}

// Looks at what it really is, because programs without types come here, too.
function boundsOf(given: unknown): readonly number[] {
  const bounds: readonly unknown[] = Array.isArray(given) ? given : [NaN];
  const numbers = bounds.map(Number);
  if (numbers.every((bound, i) => Number.isFinite(bound) && bound > (numbers[i - 1] ?? 0))) return numbers;
  throw new RpcError("invalid-argument", "buckets are seconds above 0, each more than the one before");
}

function countOf(name: string, given: number | undefined, left: number): number {
  const count = given ?? left;
  if (Number.isInteger(count) && count >= 0) return count;
  throw new RpcError("invalid-argument", `${name} must be a whole number from 0 on, not ${String(count)}`);
}
