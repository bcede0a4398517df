/** Measures what this process does: its processor time, and how late its event loop is. */

import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Clock } from "../clock.js";

/** What a period was like. */
export interface ProcessLoad {
  /** Of one core. */
  readonly cpu: number;
  /** 99th percentile. */
  readonly eventLoopDelayMs: number;
}

// The loop is asked this often whether it is late, and what is measured contains the wait.
const resolutionMs = 20;

export class ProcessMeter {
  private readonly clock: Clock;
  private readonly delays = monitorEventLoopDelay({ resolution: resolutionMs });
  private since: number;
  private usage: NodeJS.CpuUsage;
  private latest: ProcessLoad | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
    this.since = clock.now();
    this.usage = process.cpuUsage();
    this.delays.enable();
  }

  /** What the time since the last reading was like; that reading itself where it is not older than `freshMs`. */
  read(freshMs: number): ProcessLoad {
    const now = this.clock.now();
    const elapsedMs = now - this.since;
    if (this.latest !== undefined && elapsedMs <= freshMs) return this.latest;
    const usage = process.cpuUsage();
    const usedMs = (usage.user - this.usage.user + usage.system - this.usage.system) / 1000;
    const delayMs = this.delays.count === 0 ? 0 : this.delays.percentile(99) / 1e6 - resolutionMs;
    this.latest = { cpu: elapsedMs > 0 ? usedMs / elapsedMs : 0, eventLoopDelayMs: Math.max(0, delayMs) };
    this.since = now;
    this.usage = usage;
    this.delays.reset();
    return this.latest;
  }

  stop(): void {
    this.delays.disable();
  }
}
