/** Behind `@rpcgen/runtime/observe`: metrics, traces and logs of calls, for the `instruments` of `connect` and `serve`. */

export { createMetrics } from "./observe/metrics.js";
export type { Exposition, Metrics, MetricsOptions } from "./observe/metrics.js";
export type { Labels, MetricFamily, MetricHistogram, MetricKind, MetricValue } from "./observe/metric.js";
