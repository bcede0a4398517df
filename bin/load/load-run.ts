/** Makes the calls of a run: so many at a time, or so many a second, and keeps the books about them. */

import type { Clock, Timer } from "@rpcgen/runtime";
import type { LoadPlan } from "./load-plan.js";
import { LoadTally } from "./load-tally.js";

/**
 * Makes the call number `turn` and settles when it is over. `startedAt` is when it was started, or should have been. Whoever
 * reads a stream enters its messages into what `counting` gives when they come.
 */
export type Shoot = (turn: number, startedAt: number, counting: () => LoadTally) => Promise<unknown>;

export interface LoadRunOptions {
  readonly plan: LoadPlan;
  readonly clock: Clock;
  readonly shoot: Shoot;
  /** Ends every open call; where given, it is called when the time is over, for streams that would go on. */
  readonly cutOff?: (() => void) | undefined;
  /** How far the clock's timers may miss, 2 where left out: a start that is nearer is waited for turn by turn of the event loop. */
  readonly timerSlackMs?: number | undefined;
}

/** A worker whose call failed waits so long before its next one, doubled with each failure in a row: errors may come at once. */
const pauseMsMin = 1;
const pauseMsMax = 100;

/** Calls that are started in one turn of the event loop, so that answers are read in between. */
const batchMax = 1000;

/** How far timers of the machine may miss. */
const usualSlackMs = 2;

export abstract class LoadRun {
  /** Of the calls that count. */
  readonly tally: LoadTally = new LoadTally();
  readonly warmUp: LoadTally = new LoadTally();
  /** In the clock's milliseconds; undefined before calls count. */
  measuredFrom: number | undefined;
  inFlight = 0;
  protected readonly plan: LoadPlan;
  protected readonly clock: Clock;
  protected readonly timerSlackMs: number;
  protected isOver = false;
  private readonly shoot: Shoot;
  private readonly cutOff: (() => void) | undefined;
  private readonly counting = (): LoadTally => (this.measuredFrom === undefined ? this.warmUp : this.tally);
  private endedAt = 0;
  private turn = 0;
  private isCut = false;
  private wakeUp: (() => void) | undefined;

  constructor({ plan, clock, shoot, cutOff, timerSlackMs = usualSlackMs }: LoadRunOptions) {
    this.plan = plan;
    this.clock = clock;
    this.shoot = shoot;
    this.cutOff = cutOff;
    this.timerSlackMs = timerSlackMs;
  }

  /** Starts no more calls; those that are open go on. */
  stop(): void {
    this.isOver = true;
    this.wakeUp?.();
  }

  /** The same, and calls that end from now on were cut off. */
  cut(): void {
    this.isCut = true;
    this.stop();
  }

  /** Whether no more calls are started. */
  get isEnding(): boolean {
    return this.isOver;
  }

  /** Milliseconds in which calls counted, so far. */
  get elapsedMs(): number {
    if (this.measuredFrom === undefined) return 0;
    return Math.max(0, (this.endedAt === 0 ? this.clock.now() : this.endedAt) - this.measuredFrom);
  }

  /** Settles when the run is over and every call has ended. Never fails. */
  async run(): Promise<void> {
    const { warmUpMs, durationMs } = this.plan;
    if (warmUpMs > 0) await this.phase(this.warmUp, warmUpMs, Infinity);
    if (!this.isOver) {
      this.measuredFrom = this.clock.now();
      await this.phase(this.tally, durationMs, this.plan.requests);
    }
    this.isOver = true;
    const last = this.cutWhenOver();
    await this.quiet();
    last?.cancel();
    this.endedAt = this.clock.now();
  }

  private cutWhenOver(): Timer | undefined {
    const { cutOff, measuredFrom, plan } = this;
    if (cutOff === undefined || measuredFrom === undefined) return undefined;
    return this.clock.timer(Math.max(0, measuredFrom + plan.durationMs - this.clock.now()), () => {
      this.isCut = true;
      cutOff();
    });
  }

  /** Starts calls until the time is over, or so many are started, or the run is stopped. */
  protected abstract phase(tally: LoadTally, durationMs: number, requests: number): Promise<void>;

  /** A wait until the time is over or the run is stopped, which `end` ends before. */
  protected over(durationMs: number): { readonly ended: Promise<void>; readonly end: () => void } {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      const timer = this.clock.timer(durationMs, () => end());
      end = () => {
        timer.cancel();
        resolve();
      };
      this.wakeUp = end;
    });
    return { ended, end: () => end() };
  }

  /** Makes the next call of `tally`, which `ended` or `failed` has to follow. */
  protected fire(tally: LoadTally, startedAt: number): Promise<unknown> {
    tally.started++;
    this.inFlight++;
    return this.shoot(this.turn++, startedAt, this.counting);
  }

  /** A call has succeeded; gives the time that it is. */
  protected ended(tally: LoadTally, startedAt: number): number {
    this.inFlight--;
    const now = this.clock.now();
    tally.succeed(now - startedAt);
    return now;
  }

  protected failed(tally: LoadTally, startedAt: number, error: unknown): void {
    this.inFlight--;
    if (this.isCut) tally.cutOff++;
    else tally.fail(error, this.clock.now() - startedAt);
  }

  /** Waits until no call is open. */
  protected abstract quiet(): Promise<void>;
}

/** As many calls at a time as are wanted, each started when one before it has ended. */
export class ClosedRun extends LoadRun {
  private workers: Promise<unknown> = Promise.resolve();

  /** Workers of the warm-up go on into what counts, so that nothing lets up in between. */
  private current: { readonly tally: LoadTally; readonly requests: number; readonly end: () => void } | undefined;

  protected override async phase(tally: LoadTally, durationMs: number, requests: number): Promise<void> {
    const isFirst = this.current === undefined;
    const { ended, end } = this.over(durationMs);
    this.current = { tally, requests, end };
    if (isFirst) {
      const count = this.plan.concurrency;
      this.workers = Promise.all(Array.from({ length: count }, () => this.work()));
    }
    await ended;
  }

  private async work(): Promise<void> {
    let pauseMs = pauseMsMin;
    let startedAt = this.clock.now();
    for (;;) {
      const { current } = this;
      if (current === undefined || this.isOver) return;
      const { tally, requests, end } = current;
      if (tally.started >= requests) return end();
      try {
        await this.fire(tally, startedAt);
        // The end of one call is the start of the next: so many are made that looking at the clock twice would count.
        startedAt = this.ended(tally, startedAt);
        pauseMs = pauseMsMin;
      } catch (error) {
        this.failed(tally, startedAt, error);
        await new Promise<void>((resolve) => void this.clock.timer(pauseMs, resolve));
        pauseMs = Math.min(pauseMsMax, pauseMs * 2);
        startedAt = this.clock.now();
      }
    }
  }

  protected override async quiet(): Promise<void> {
    await this.workers;
  }
}

/** So many calls a second, each at its time, whether those before it have ended or not. */
export class PacedRun extends LoadRun {
  private resume: (() => void) | undefined;
  private drained: (() => void) | undefined;

  protected override async phase(tally: LoadTally, durationMs: number, requests: number): Promise<void> {
    const gapMs = 1000 / (this.plan.ratePerSecond ?? 1);
    // What rounding adds to a product must not add a call.
    const due = Math.min(requests, Math.max(1, Math.ceil(durationMs / gapMs - 1e-6)));
    const firstAt = this.clock.now();
    let next = 0;
    const start = (): void => {
      const now = this.clock.now();
      for (let batch = 0; batch < batchMax && next < due && !this.isFull && !this.isOver; batch++) {
        const dueAt = firstAt + next * gapMs;
        if (dueAt > now) return;
        next++;
        tally.startDelay.record(now - dueAt);
        void this.see(tally, dueAt);
      }
    };
    const { ended, end } = this.over(durationMs);
    const pace = (): void => {
      this.resume = undefined;
      start();
      if (next >= due || this.isOver) return end();
      if (this.isFull) this.resume = pace;
      else this.later(firstAt + next * gapMs - this.clock.now(), pace);
    };
    pace();
    await ended;
    this.resume = undefined;
    // Those that came due since the last look.
    if (!this.isOver) start();
    if (durationMs !== Infinity && !this.isOver) tally.notStarted += due - next;
    next = due;
  }

  private get isFull(): boolean {
    return this.inFlight >= this.plan.concurrency;
  }

  private later(ms: number, run: () => void): void {
    if (ms > this.timerSlackMs) this.clock.timer(ms - this.timerSlackMs / 2, run);
    else this.clock.nextTurn(run);
  }

  private async see(tally: LoadTally, dueAt: number): Promise<void> {
    try {
      await this.fire(tally, dueAt);
      this.ended(tally, dueAt);
    } catch (error) {
      this.failed(tally, dueAt, error);
    }
    this.freed();
  }

  private freed(): void {
    const { resume } = this;
    if (resume !== undefined) {
      this.resume = undefined;
      this.clock.nextTurn(resume);
    }
    if (this.inFlight === 0) this.drained?.();
  }

  protected override async quiet(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => (this.drained = resolve));
  }
}
