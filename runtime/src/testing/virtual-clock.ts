/** A clock that stands still until a test moves it, and that knows when everything that was going on has settled. */

import { systemClock, TurnMemory, type Clock, type Timer } from "../clock.js";
import { TimerHeap } from "./timer-heap.js";

const realTurn = (): Promise<void> => new Promise((resolve) => systemClock.nextTurn(resolve));

/** How long real work may keep a promise from settling when no virtual timer is left, for instance loading a module. */
const realWaitMs = 5000;

/**
 * Time in a test's hand: nothing that asks this clock waits for real, and timers run in the same order every time. Give it to
 * `connect` and `serve` as the option `clock`.
 */
export class VirtualClock implements Clock {
  private time = 1000;
  private readonly planned = new TimerHeap();
  private turns: (() => void)[] = [];
  private readonly memory = new TurnMemory(() => this.time);

  now(): number {
    return this.time;
  }

  turn(): number {
    return this.memory.turn();
  }

  /** Lets time pass as code does that keeps the event loop: nothing runs meanwhile. */
  block(ms: number): void {
    this.time += ms;
  }

  wall(): number {
    return 1_700_000_000_000 + this.time;
  }

  /** Timers that wait. */
  get timers(): number {
    return this.planned.size;
  }

  timer(delayMs: number, run: () => void): Timer {
    if (delayMs === Infinity) return { cancel: () => {} };
    const planned = this.planned.add(this.time + delayMs, run);
    return { cancel: () => this.planned.remove(planned) };
  }

  endOfTurn(run: () => void): void {
    process.nextTick(run);
  }

  nextTurn(run: () => void): void {
    this.turns.push(run);
  }

  /** Settles when so much virtual time has passed; somebody else has to move the clock. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.timer(ms, resolve));
  }

  /** Runs whatever can go on without time passing. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      await realTurn();
      if (this.turns.length > 0) quiet = -1;
      for (const run of this.turns.splice(0)) {
        run();
        await Promise.resolve();
      }
    }
  }

  /** Lets time pass: every timer runs at its own time, and all that follows from it before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    await this.settle();
    while (await this.hop(until));
    this.time = Math.max(this.time, until);
  }

  /**
   * Lets time pass until `promise` has settled, and settles like it. Rejects where that takes longer than `withinMs` of virtual
   * time, or where no timer is left that could bring it about.
   */
  async run<T>(promise: Promise<T>, withinMs = 3_600_000): Promise<T> {
    const until = this.time + withinMs;
    let isSettled = false;
    const settled = (): void => void (isSettled = true);
    promise.then(settled, settled);
    // Read through a function because the promise may settle during any wait.
    const isDone = (): boolean => isSettled;
    await this.settle();
    while (!isDone()) {
      if (await this.hop(until)) continue;
      if (isDone()) break;
      if (this.planned.size > 0) throw new Error(`not settled within ${withinMs} ms of virtual time`);
      if (!(await this.somethingReal(isDone))) {
        throw new Error("hangs: the promise has not settled, and no timer is left that could bring that about");
      }
    }
    return promise;
  }

  /** Runs the next timer that is due by `until`, and what follows from it; false where there is none. */
  private async hop(until: number): Promise<boolean> {
    const due = this.planned.take(until);
    if (due === undefined) return false;
    this.time = Math.max(this.time, due.at);
    due.run();
    await this.settle();
    return true;
  }

  /** Waits for something from outside of virtual time; false where nothing comes. */
  private async somethingReal(isDone: () => boolean): Promise<boolean> {
    const giveUpAt = systemClock.now() + realWaitMs;
    while (systemClock.now() < giveUpAt) {
      if (isDone() || this.planned.size > 0 || this.turns.length > 0) {
        await this.settle();
        return true;
      }
      await new Promise<void>((resolve) => void systemClock.timer(1, resolve));
    }
    return false;
  }
}
