/** Asks the functions that know whether services can do their work, again and again, and notes what they say. */

import type { Clock, Timer } from "../clock.js";
import type { HealthBoard } from "./health.js";

/**
 * Looks whether a service can do its work: false, a throw or no answer in time is `NOT_SERVING`, everything else is not. The
 * signal aborts when nobody waits for the answer any more.
 */
export type HealthCheck = (signal: AbortSignal) => boolean | void | Promise<boolean | void>;

export interface HealthCheckTimes {
  /** From the end of one check to the next one. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

// A check that hangs and heeds no signal does not keep the next one from finding all well again; a few that do are enough.
const runningMax = 4;

export class HealthChecks {
  private readonly board: HealthBoard;
  private readonly clock: Clock;
  private readonly times: HealthCheckTimes;
  private readonly timers = new Map<string, Timer>();
  private readonly stopped = new AbortController();
  /** How many checks of a service have not ended, whether or not anybody waits for them. */
  private readonly running = new Map<string, number>();

  constructor(board: HealthBoard, clock: Clock, times: HealthCheckTimes) {
    this.board = board;
    this.clock = clock;
    this.times = times;
  }

  /** Checks a service from now on; until the first answer it is `UNKNOWN`. */
  start(service: string, check: HealthCheck): void {
    this.board.find(service, "UNKNOWN");
    void this.run(service, check);
  }

  stop(): void {
    this.stopped.abort();
    for (const timer of this.timers.values()) timer.cancel();
  }

  private async run(service: string, check: HealthCheck): Promise<void> {
    const isWell = await this.ask(service, check);
    if (this.stopped.signal.aborted) return;
    this.board.find(service, isWell ? "SERVING" : "NOT_SERVING");
    this.timers.set(
      service,
      this.clock.timer(this.times.intervalMs, () => void this.run(service, check)),
    );
  }

  private ask(service: string, check: HealthCheck): Promise<boolean> {
    const running = this.running.get(service) ?? 0;
    if (running >= runningMax) return Promise.resolve(false);
    this.running.set(service, running + 1);
    const over = new AbortController();
    return new Promise<boolean>((resolve) => {
      this.timers.set(
        service,
        this.clock.timer(this.times.timeoutMs, () => resolve(false)),
      );
      this.stopped.signal.addEventListener("abort", () => resolve(false), { signal: over.signal });
      // What it throws at once is a rejection, too.
      Promise.resolve()
        .then(() => check(over.signal))
        .then(
          (answer) => resolve(answer !== false),
          () => resolve(false),
        )
        .finally(() => this.running.set(service, (this.running.get(service) ?? 1) - 1));
    }).finally(() => {
      this.timers.get(service)?.cancel();
      over.abort();
    });
  }
}
