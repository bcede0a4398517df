/** The handler of the load reports: measures the process while somebody watches, and costs nothing while nobody does. */

import type { ServerCall } from "../call/server-call.js";
import type { LoadReportsHandler } from "../builtin/gen/rpcgen/load/v1/load.server.js";
import type { LoadReport } from "../builtin/gen/rpcgen/load/v1/load.types.js";
import type { Clock } from "../clock.js";
import type { Changes } from "../changes.js";
import { ProcessMeter } from "./process-meter.js";

const leastIntervalMs = 100;
const mostIntervalMs = 60_000;
const usualIntervalMs = 1000;

export class LoadService implements LoadReportsHandler {
  /** Calls of `watch` that run. */
  watchers = 0;
  private readonly clock: Clock;
  /** Ends when the server closes. */
  private readonly changes: Changes;
  private readonly inFlight: () => number;
  private meter: ProcessMeter | undefined;

  constructor(clock: Clock, changes: Changes, inFlight: () => number) {
    this.clock = clock;
    this.changes = changes;
    this.inFlight = inFlight;
  }

  async *watch(intervalMs: number, call: ServerCall): AsyncGenerator<LoadReport> {
    const everyMs =
      intervalMs === 0 ? usualIntervalMs : Math.min(mostIntervalMs, Math.max(leastIntervalMs, intervalMs));
    const { signal } = call;
    const meter = (this.meter ??= new ProcessMeter(this.clock));
    this.watchers++;
    try {
      while (await this.pause(everyMs, signal)) {
        // Whoever watches shares what was measured for another one just now.
        yield { ...meter.read(everyMs / 2), inFlight: this.inFlight() };
      }
    } finally {
      this.watchers--;
      if (this.watchers === 0) {
        this.meter?.stop();
        this.meter = undefined;
      }
    }
  }

  /** Whether the time has passed, and neither the call nor the server ended before. */
  private async pause(ms: number, signal: AbortSignal): Promise<boolean> {
    const { clock, changes } = this;
    const until = clock.now() + ms;
    for (let leftMs = ms; leftMs > 0; leftMs = until - clock.now()) {
      if (changes.isOver || signal.aborted) return false;
      await changes.next(signal, leftMs);
    }
    return !changes.isOver && !signal.aborted;
  }
}
