/** Writes metrics as the text that Prometheus reads, in its own format and in OpenMetrics. */

import type { Labels, MetricFamily } from "./metric.js";

export type ExpositionFormat = "prometheus" | "openmetrics";

export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** One line each, names before values; families without values are left out. */
export function writeMetrics(families: readonly MetricFamily[], format: ExpositionFormat): string {
  const lines: string[] = [];
  for (const family of families) if (family.values.length > 0) writeFamily(family, format, lines);
  if (format === "openmetrics") lines.push("# EOF");
  return lines.join("\n") + "\n";
}

/** What a client that sends this `Accept` header wants to read. */
export function formatFor(accept: string | undefined): ExpositionFormat {
  return accept?.includes("application/openmetrics-text") === true ? "openmetrics" : "prometheus";
}

function writeFamily(family: MetricFamily, format: ExpositionFormat, lines: string[]): void {
  const { name, help, unit, kind } = family;
  const isOpen = format === "openmetrics";
  // OpenMetrics names a counter without what its samples end in; the older format has one name for both.
  const shown = kind === "counter" && !isOpen ? `${name}_total` : name;
  lines.push(`# HELP ${shown} ${escapeHelp(help, isOpen)}`, `# TYPE ${shown} ${kind}`);
  if (isOpen && unit !== undefined) lines.push(`# UNIT ${shown} ${unit}`);
  if (family.kind === "histogram") {
    for (const { labels, count, sum, buckets } of family.values) {
      for (const bucket of buckets) {
        lines.push(`${name}_bucket${labelText({ ...labels, le: boundText(bucket.le, isOpen) })} ${bucket.count}`);
      }
      lines.push(`${name}_sum${labelText(labels)} ${numberText(sum)}`, `${name}_count${labelText(labels)} ${count}`);
    }
    return;
  }
  const sample = kind === "counter" ? `${name}_total` : name;
  for (const { labels, value } of family.values) lines.push(`${sample}${labelText(labels)} ${numberText(value)}`);
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function boundText(bound: number, isOpen: boolean): string {
  const text = numberText(bound);
  return isOpen && Number.isInteger(bound) ? `${text}.0` : text;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

function escapeHelp(text: string, isOpen: boolean): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return isOpen ? escaped.replaceAll('"', '\\"') : escaped;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
