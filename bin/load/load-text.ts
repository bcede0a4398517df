/** The figures of a run in words, as people read them on a terminal. */

import { printable } from "../../compiler/src/report/printable.js";
import type { HistogramRow } from "./histogram-rows.js";
import type { LatencyFigures, LoadFigures } from "./load-figures.js";

const barColumns = 40;

/** Above this, how late calls were started is worth a word. */
const lateMs = 5;

/** What is about to be done. */
export function introduction({ method, address, plan, connections, wire, shape }: LoadFigures): string {
  const { ratePerSecond, concurrency, durationMs, requests, warmUpMs, requestKinds } = plan;
  const pace =
    ratePerSecond === null
      ? `${grouped(concurrency)} at a time`
      : `${grouped(ratePerSecond)} a second, ${grouped(concurrency)} open at most`;
  const until = [
    ...(durationMs === null ? [] : [`for ${shortTime(durationMs)}`]),
    ...(requests === null ? [] : [`up to ${grouped(requests)} calls`]),
    ...(warmUpMs > 0 ? [`after ${shortTime(warmUpMs)} of warm-up`] : []),
  ];
  const kinds =
    requestKinds === 1
      ? []
      : [
          shape === "clientStream" || shape === "bidiStream"
            ? `${grouped(requestKinds)} messages in each call`
            : `${grouped(requestKinds)} requests in turn`,
        ];
  const over = `${counted(connections, "connection")}, ${wire === "json" ? "JSON" : "Protobuf"}`;
  return `  ${printable(method)} at ${printable(address)}\n  ${[pace, ...until, ...kinds, over].join(", ")}`;
}

/** Everything that came out. */
export function summary(figures: LoadFigures): string {
  const { calls, messages, elapsedMs, latency, failedLatency, histogram, wasInterrupted, shape } = figures;
  const lines = [
    ...(wasInterrupted ? ["  ended early by Ctrl-C"] : []),
    ...(calls.succeeded === 0 && calls.failed > 0 ? ["  no call succeeded"] : []),
    `  calls       ${grouped(calls.succeeded + calls.failed)} in ${shortTime(elapsedMs)}: ${grouped(calls.perSecond)} a second`,
    `  succeeded   ${grouped(calls.succeeded)}`,
    ...(calls.failed === 0 ? [] : [`  failed      ${grouped(calls.failed)}`, ...errorLines(figures)]),
    ...(calls.cutOff === 0 ? [] : [`  cut off     ${grouped(calls.cutOff)}, open when the run ended`]),
    ...(calls.notStarted === 0
      ? []
      : [`  not started ${grouped(calls.notStarted)}, due by the rate before the end: the rate was not reached`]),
  ];
  if (messages !== null) {
    lines.push(`  messages    ${grouped(messages.count)}: ${grouped(messages.perSecond)} a second`);
    if (messages.first.count > 0) lines.push(...latencyLines("first message", messages.first));
  }
  if (latency.count > 0) lines.push(...latencyLines(titles[shape] ?? "latency", latency));
  if (failedLatency.count > 0) lines.push(...latencyLines("failed calls", failedLatency));
  if (histogram.length > 0) lines.push("", ...histogramLines(histogram));
  lines.push(...remarks(figures));
  return lines.join("\n");
}

const titles: Readonly<Record<string, string>> = {
  serverStream: "whole stream",
  bidiStream: "whole stream",
  oneway: "until handed over",
};

function remarks({ startDelay, wire, warmUp, calls, plan }: LoadFigures): readonly string[] {
  const lines: string[] = [];
  if (calls.failed > 0 && plan.ratePerSecond === null) {
    lines.push(
      "  whoever made a call that failed waited 1 to 100 ms before the next one: without that, more would have been made",
    );
  }
  if (startDelay !== null && startDelay.p99 > lateMs) {
    const late = `of a hundred calls one was started ${milliseconds(startDelay.p99)} late or more`;
    lines.push(`  ${late}; that is in the latencies, as it would be for users`);
  }
  if (warmUp.failed > 0) lines.push(`  in the warm-up ${counted(warmUp.failed, "call")} failed`);
  if (wire === "json")
    lines.push("  messages travelled as JSON, since no .rpc file here knows them: Protobuf costs a server less");
  return lines.length === 0 ? [] : ["", ...lines];
}

function errorLines({ errors }: LoadFigures): readonly string[] {
  const rows = errors.map(({ code, typeName, count, message }) => ({
    name: printable(typeName === undefined ? code : `${code} ${typeName}`),
    count: grouped(count),
    message: printable(message.length > 200 ? `${message.slice(0, 200)}…` : message),
  }));
  const nameColumns = Math.max(...rows.map(({ name }) => name.length));
  const countColumns = Math.max(...rows.map(({ count }) => count.length));
  return rows.map(
    ({ name, count, message }) => `    ${name.padEnd(nameColumns)}  ${count.padStart(countColumns)}  ${message}`,
  );
}

function latencyLines(title: string, { min, mean, p50, p90, p95, p99, p999, max }: LatencyFigures): readonly string[] {
  const named = Object.entries({ min, mean, max }).map(([name, ms]) => `${name} ${milliseconds(ms)}`);
  const percentiles = Object.entries({ p50, p90, p95, p99, "p99.9": p999 });
  return [
    "",
    `  ${title}: ${named.join(", ")}`,
    `    ${percentiles.map(([name, ms]) => `${name} ${milliseconds(ms)}`).join("   ")}`,
  ];
}

function histogramLines(rows: readonly HistogramRow[]): readonly string[] {
  const most = Math.max(...rows.map(({ count }) => count));
  const texts = rows.map(({ toMs, count }) => ({ to: String(toMs), count: grouped(count), bar: bar(count, most) }));
  const toColumns = Math.max(...texts.map(({ to }) => to.length));
  const countColumns = Math.max(...texts.map(({ count }) => count.length));
  return texts.map(({ to, count, bar: drawn }) =>
    `  below ${to.padStart(toColumns)} ms  ${count.padStart(countColumns)}  ${drawn}`.trimEnd(),
  );
}

/** What is there is seen. */
function bar(count: number, most: number): string {
  return count === 0 ? "" : "#".repeat(Math.max(1, Math.round((count / most) * barColumns)));
}

/** One line about a run that goes on. */
export function progressLine(facts: {
  readonly elapsedMs: number;
  readonly isWarmUp: boolean;
  readonly isEnding: boolean;
  readonly inFlight: number;
  readonly succeeded: number;
  readonly calls: number;
  readonly perSecond: number;
  readonly failed: number;
  readonly messages: number;
  readonly p50: number;
  readonly p99: number;
}): string {
  const { elapsedMs, isWarmUp, isEnding, inFlight, succeeded, calls, perSecond, failed, messages, p50, p99 } = facts;
  if (isWarmUp) return `  warming up: ${counted(calls, "call")}, ${grouped(failed)} failed`;
  const parts = [
    shortTime(elapsedMs < 1000 ? elapsedMs : Math.round(elapsedMs / 1000) * 1000),
    counted(calls, "call"),
    `${grouped(perSecond)} a second`,
    ...(messages > 0 ? [counted(messages, "message")] : []),
    ...(succeeded > 0 ? [`p50 ${milliseconds(p50)}`, `p99 ${milliseconds(p99)}`] : []),
    `${failed > 0 && succeeded === 0 ? "all" : grouped(failed)} failed`,
    ...(isEnding ? [`waiting for ${counted(inFlight, "call")}`] : []),
  ];
  return `  ${parts.join("  ")}`;
}

function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** `1,234,567`, whatever the machine's language is; fractions only of small numbers. */
function grouped(value: number): string {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/** Three digits that mean something. */
function milliseconds(ms: number): string {
  return `${ms >= 100 ? grouped(Math.round(ms)) : String(Number(ms.toPrecision(3)))} ms`;
}

function shortTime(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 120) return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1))} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
