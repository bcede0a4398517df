/** Behind `@rpcgen/runtime/observe`: metrics, traces and logs of calls, for the `instruments` of `connect` and `serve`. */

export { createMetrics } from "./observe/metrics.js";
export type { Exposition, Metrics, MetricsOptions } from "./observe/metrics.js";
export type { Labels, MetricFamily, MetricHistogram, MetricKind, MetricValue } from "./observe/metric.js";
export type { TraceContext } from "./call/outgoing-call.js";
export { currentTrace, traceOf, withTrace } from "./observe/current-trace.js";
export { openTelemetry } from "./observe/open-telemetry.js";
export type { OpenTelemetryApi, OtelSpan, OtelSpanContext, OtelSpanOptions } from "./observe/open-telemetry.js";
export { readTraceContext, writeTraceContext } from "./observe/trace-context.js";
export { traceCalls } from "./observe/traces.js";
export type { TracesOptions } from "./observe/traces.js";
export type { CallLine } from "./observe/call-line.js";
export { callLog } from "./observe/call-log.js";
export type { CallLogOptions, Logger, LogLevel } from "./observe/call-log.js";
