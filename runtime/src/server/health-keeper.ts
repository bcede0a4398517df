/** What a server finds out about its own health while it runs, as it is told to: checks, and a look at the event loop. */

import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { HealthBoard } from "./health.js";
import { HealthChecks, type HealthCheck } from "./health-checks.js";
import { LoopWatch } from "./loop-watch.js";

export interface HealthOptions {
  /** By the full name of a service, or "" for the whole server: what looks whether it can do its work. */
  readonly checks?: Readonly<Record<string, HealthCheck>> | undefined;
  /** From the end of one check to the next one; 10 s where left out. */
  readonly checkIntervalMs?: number | undefined;
  /** How long a check may take before it counts as failed; 5 s where left out. */
  readonly checkTimeoutMs?: number | undefined;
  /**
   * Where the event loop is kept busy for longer than this, the whole server is `NOT_SERVING` until the loop has been free
   * for a second. Not looked at where left out.
   */
  readonly loopDelayMsMax?: number | undefined;
}

export class HealthKeeper {
  private readonly checks: HealthChecks;
  private readonly functions: readonly (readonly [service: string, check: HealthCheck])[];
  private readonly loop: LoopWatch | undefined;

  /** Throws `invalid-argument` for options that make no sense. */
  constructor(board: HealthBoard, clock: Clock, options: HealthOptions = {}) {
    const { checks = {}, checkIntervalMs = 10_000, checkTimeoutMs = 5000, loopDelayMsMax } = options;
    this.functions = Object.entries(checks);
    for (const [service, check] of this.functions) {
      if (typeof check !== "function") throw wrong(`health.checks["${service}"] wants a function`);
    }
    this.checks = new HealthChecks(board, clock, {
      intervalMs: positive("checkIntervalMs", checkIntervalMs),
      timeoutMs: positive("checkTimeoutMs", checkTimeoutMs),
    });
    if (loopDelayMsMax === undefined) return;
    this.loop = new LoopWatch(clock, positive("loopDelayMsMax", loopDelayMsMax), (isBlocked) => board.block(isBlocked));
  }

  start(): void {
    for (const [service, check] of this.functions) this.checks.start(service, check);
    this.loop?.start();
  }

  stop(): void {
    this.checks.stop();
    this.loop?.stop();
  }
}

function positive(name: string, value: number): number {
  if (typeof value === "number" && value > 0) return value;
  throw wrong(`health.${name} must be a number above 0, not ${String(value)}`);
}

function wrong(text: string): RpcError {
  return new RpcError("invalid-argument", text);
}
