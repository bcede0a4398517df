/** A clock that stands still until a test moves it, and that knows when everything that was going on has settled. */

import { TurnMemory, type Clock, type Timer } from "../../src/clock.js";

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

const realTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class VirtualClock implements Clock {
  private time = 1000;
  private order = 0;
  private readonly planned = new Set<Planned>();
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
    const entry = { at: this.time + delayMs, order: this.order++, run };
    this.planned.add(entry);
    return { cancel: () => void this.planned.delete(entry) };
  }

  endOfTurn(run: () => void): void {
    process.nextTick(run);
  }

  nextTurn(run: () => void): void {
    this.turns.push(run);
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
    for (;;) {
      const due = [...this.planned]
        .filter((entry) => entry.at <= until)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) break;
      this.planned.delete(due);
      this.time = Math.max(this.time, due.at);
      due.run();
      await this.settle();
    }
    this.time = until;
  }
}
