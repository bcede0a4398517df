/** One worker of a pool, from its start to its end. */

import type { Clock, Timer } from "../clock.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { Fork, FromWorker, WorkerProcess } from "./worker-process.js";

export interface PooledWorkerOptions {
  readonly fork: Fork;
  readonly clock: Clock;
  readonly startTimeoutMs: number;
  readonly unreadyMs: number;
}

/** What a worker tells its pool. */
export interface PooledWorkerOwner {
  serving(): void;
  /** Comes once and last. */
  ended(how: string): void;
}

// A worker that has drained has nothing left to do; what still holds it is not worth waiting for. Leaving a registry that does
// not answer takes some of it.
const exitTimeoutMs = 5000;

export class PooledWorker {
  state: "starting" | "serving" | "leaving" = "starting";
  pid = 0;
  /** Settles when it serves; rejects where it ends before. */
  readonly served: Promise<void>;
  readonly ended: Promise<void>;
  private readonly options: PooledWorkerOptions;
  private readonly owner: PooledWorkerOwner;
  /** The worker whose place it takes once it serves. */
  private readonly replaces: PooledWorker | undefined;
  private process: WorkerProcess | undefined;
  private timer: Timer | undefined;
  private why: string | undefined;
  private isOver = false;
  private whenServed: () => void = () => {};
  private whenFailed: (error: Error) => void = () => {};
  private whenEnded: () => void = () => {};

  constructor(options: PooledWorkerOptions, replaces: PooledWorker | undefined, owner: PooledWorkerOwner) {
    this.options = options;
    this.owner = owner;
    this.replaces = replaces;
    this.served = new Promise((resolve, reject) => {
      this.whenServed = resolve;
      this.whenFailed = reject;
    });
    // Only a restart waits for a certain worker.
    this.served.catch(() => {});
    this.ended = new Promise((resolve) => (this.whenEnded = resolve));
  }

  /** Whether it fills a place of its own: a replacement shares that of the worker it replaces, as long as that serves. */
  get counts(): boolean {
    if (this.state === "leaving") return false;
    return this.replaces === undefined || this.replaces.isOver || this.replaces.state === "leaving";
  }

  start(): void {
    const { fork, clock, startTimeoutMs } = this.options;
    this.process = fork({ said: (message) => this.said(message), ended: (how) => this.end(how) });
    this.pid = this.process.pid;
    this.timer = clock.timer(startTimeoutMs, () => {
      this.why = `it did not serve within startTimeoutMs = ${startTimeoutMs}`;
      this.kill();
    });
  }

  leave(graceMs: number): void {
    if (this.isOver) return;
    const { clock, unreadyMs } = this.options;
    this.state = "leaving";
    this.process?.leave(graceMs);
    this.timer?.cancel();
    this.timer = clock.timer(unreadyMs + graceMs + exitTimeoutMs, () => this.kill());
  }

  kill(): void {
    this.process?.kill();
  }

  private said(message: FromWorker): void {
    if (message.rpcgen === "failed") this.why = plainText(message.why);
    else if (this.state === "starting") {
      this.timer?.cancel();
      this.state = "serving";
      this.whenServed();
      this.owner.serving();
    }
  }

  private end(how: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.timer?.cancel();
    const text = this.why === undefined ? how : `${how}: ${this.why}`;
    this.whenFailed(new RpcError("unavailable", `the new worker ended before it served (${text})`));
    this.owner.ended(text);
    this.whenEnded();
  }
}
