/** Notices that the event loop is kept busy for too long: a timer that rings late says by how much. */

import type { Clock, Timer } from "../clock.js";

const calmMs = 1000;

export class LoopWatch {
  private readonly clock: Clock;
  private readonly delayMsMax: number;
  private readonly tell: (isBlocked: boolean) => void;
  private readonly everyMs: number;
  private timer: Timer | undefined;
  private calmAt = 0;
  private isBlocked = false;

  constructor(clock: Clock, delayMsMax: number, tell: (isBlocked: boolean) => void) {
    this.clock = clock;
    this.delayMsMax = delayMsMax;
    this.tell = tell;
    this.everyMs = Math.min(250, Math.max(10, delayMsMax / 2));
  }

  start(): void {
    const { clock, everyMs } = this;
    const dueAt = clock.now() + everyMs;
    this.timer = clock.timer(everyMs, () => {
      this.look(clock.now(), dueAt);
      this.start();
    });
  }

  stop(): void {
    this.timer?.cancel();
  }

  // A loop that is blocked again and again is no better than one that is blocked all the time.
  private look(now: number, dueAt: number): void {
    if (now - dueAt > this.delayMsMax) this.calmAt = now + calmMs;
    const isBlocked = now < this.calmAt;
    if (isBlocked === this.isBlocked) return;
    this.isBlocked = isBlocked;
    this.tell(isBlocked);
  }
}
