/** What this process as a whole is like, for metrics: how late its event loop is, and how busy. */

import { monitorEventLoopDelay, performance as usage, type EventLoopUtilization } from "node:perf_hooks";
import type { MetricFamily } from "./metric.js";

// The loop is asked this often whether it is late, and what is measured contains the wait.
const resolutionMs = 20;

export class ProcessMeasures {
  private readonly delays = monitorEventLoopDelay({ resolution: resolutionMs });
  private utilization: EventLoopUtilization = usage.eventLoopUtilization();

  constructor() {
    this.delays.enable();
  }

  /** What the time since the last reading was like. */
  read(): readonly MetricFamily[] {
    const { delays } = this;
    const before = this.utilization;
    this.utilization = usage.eventLoopUtilization();
    const { utilization } = usage.eventLoopUtilization(this.utilization, before);
    const isEmpty = delays.count === 0;
    const seconds = (nanoseconds: number): number =>
      isEmpty ? 0 : Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000);
    const families = [
      delayGauge("p50", "Half of the time the event loop was no later than this.", seconds(delays.percentile(50))),
      delayGauge("p99", "The 99th percentile of how late the event loop was.", seconds(delays.percentile(99))),
      delayGauge("max", "How late the event loop was at most.", seconds(delays.max)),
      gauge(
        "nodejs_eventloop_utilization_ratio",
        "The share of the time that the event loop was busy.",
        utilization,
        "ratio",
      ),
    ];
    delays.reset();
    return families;
  }

  stop(): void {
    this.delays.disable();
  }
}

function delayGauge(which: string, help: string, value: number): MetricFamily {
  return gauge(`nodejs_eventloop_delay_${which}_seconds`, `${help} Since the last reading.`, value, "seconds");
}

function gauge(name: string, help: string, value: number, unit: string): MetricFamily {
  return { name, help, unit, kind: "gauge", values: [{ labels: {}, value }] };
}
