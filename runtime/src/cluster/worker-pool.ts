/** Keeps a number of workers serving: starts them, replaces those that crash, and restarts them one by one. */

import { Backoff, defaultBackoff } from "../backoff.js";
import type { Clock, Timer } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { ClusterEvent } from "./cluster-event.js";
import { PooledWorker } from "./pooled-worker.js";
import type { Fork } from "./worker-process.js";

export interface PoolOptions {
  readonly workers: number;
  /** How long running calls of a leaving worker may take. */
  readonly graceMs: number;
  /** How long it goes on as usual before. */
  readonly unreadyMs: number;
  /** From a worker's start until it serves. */
  readonly startTimeoutMs: number;
  /** Crashes within a minute; one more ends the pool. */
  readonly crashesMax: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly fork: Fork;
  readonly tell: (event: ClusterEvent) => void;
}

const crashWindowMs = 60_000;

export class WorkerPool {
  /** Settles when the last worker has ended: rejects where the pool gave up. */
  readonly ended: Promise<void>;
  private readonly options: PoolOptions;
  private readonly workers = new Set<PooledWorker>();
  private readonly backoff: Backoff;
  private crashes: number[] = [];
  private refillTimer: Timer | undefined;
  private hasServed = false;
  private failure: Error | undefined;
  private closing: Promise<void> | undefined;
  private rolling: Promise<void> | undefined;
  private nextRoll: Promise<void> | undefined;
  private whenServing: (() => void) | undefined;
  private settleEnded: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.options = options;
    this.backoff = new Backoff(defaultBackoff, options.random);
    this.ended = new Promise((resolve, reject) => {
      this.settleEnded = (): void => (this.failure === undefined ? resolve() : reject(this.failure));
    });
    // Whoever does not ask how it ended was told by an event.
    this.ended.catch(() => {});
  }

  /** Starts the workers; settles when all serve, and fails where the first ones cannot. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.whenServing = resolve;
      this.ended.then(resolve, reject);
      this.refill();
    });
  }

  /**
   * Replaces every worker by a new one, which serves before the old one is asked to leave. Fails where a new one does not
   * come up; the old ones that are left then go on. A restart that is asked for during another one follows it.
   */
  restart(): Promise<void> {
    if (this.rolling === undefined) {
      this.rolling = this.roll().finally(() => (this.rolling = undefined));
      return this.rolling;
    }
    this.nextRoll ??= this.rolling
      .catch(() => {})
      .then(() => {
        this.nextRoll = undefined;
        return this.restart();
      });
    return this.nextRoll;
  }

  /** Asks all workers to leave; called again with a shorter grace, it hurries them. Always ends. */
  close(graceMs: number = this.options.graceMs): Promise<void> {
    this.refillTimer?.cancel();
    for (const worker of this.workers) worker.leave(graceMs);
    this.closing ??= Promise.all([...this.workers].map((worker) => worker.ended)).then(() => this.settleEnded?.());
    return this.closing;
  }

  /** Ends all workers at once. */
  kill(): void {
    void this.close(0);
    for (const worker of this.workers) worker.kill();
  }

  /** Starts as many workers as there are too few. */
  private refill(): void {
    while (this.closing === undefined && this.missing > 0) this.spawn(undefined);
  }

  private get missing(): number {
    return this.options.workers - [...this.workers].filter((worker) => worker.counts).length;
  }

  private spawn(replaces: PooledWorker | undefined): PooledWorker {
    const { options } = this;
    const worker: PooledWorker = new PooledWorker(options, replaces, {
      serving: () => this.serving(worker),
      ended: (how) => this.workerEnded(worker, how),
    });
    this.workers.add(worker);
    worker.start();
    return worker;
  }

  private serving(worker: PooledWorker): void {
    this.hasServed = true;
    this.options.tell({ kind: "worker-serving", pid: worker.pid });
    if ([...this.workers].filter(({ state }) => state === "serving").length >= this.options.workers)
      this.whenServing?.();
  }

  private workerEnded(worker: PooledWorker, how: string): void {
    this.workers.delete(worker);
    const { tell, clock, crashesMax } = this.options;
    if (worker.state === "leaving") {
      tell({ kind: "worker-left", pid: worker.pid, how });
      return;
    }
    // A restart that fails takes nothing away from those that serve: it is the restart's to tell.
    if (!worker.counts) return;
    const now = clock.now();
    this.crashes = this.crashes.filter((at) => now - at < crashWindowMs);
    if (this.crashes.length === 0) this.backoff.reset();
    this.crashes.push(now);
    const retryInMs = this.backoff.next();
    tell({ kind: "worker-crashed", pid: worker.pid, how, retryInMs });
    if (this.closing !== undefined) return;
    // What never worked will not work at the next attempt either; whoever started it wants to know at once.
    if (!this.hasServed) return this.giveUp(`the first worker ended before it served (${how})`);
    if (this.crashes.length > crashesMax) {
      return this.giveUp(`more than crashesMax = ${crashesMax} workers crashed within a minute; the last one: ${how}`);
    }
    this.refillTimer?.cancel();
    this.refillTimer = clock.timer(retryInMs, () => this.refill());
  }

  private giveUp(why: string): void {
    this.failure = new RpcError("unavailable", why);
    this.options.tell({ kind: "gave-up", error: this.failure });
    // Those that have never served have no calls to finish.
    if (this.hasServed) void this.close();
    else this.kill();
  }

  private async roll(): Promise<void> {
    const { tell, graceMs } = this.options;
    try {
      for (const old of [...this.workers]) {
        if (this.closing !== undefined) throw new RpcError("cancelled", "the workers were closed during the restart");
        if (old.state === "leaving" || !this.workers.has(old)) continue;
        await this.spawn(old).served;
        old.leave(graceMs);
        await old.ended;
      }
      tell({ kind: "restarted", workers: this.options.workers });
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      tell({ kind: "restart-failed", error: failure });
      throw failure;
    }
  }
}
