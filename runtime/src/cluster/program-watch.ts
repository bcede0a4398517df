/** Restarts workers when the files of their program have changed, once they hold still. */

import type { Clock, Timer } from "../clock.js";

/** How often the files are looked at; a change is acted upon when the next look finds no other one. */
export const lookEveryMs = 250;

export interface ProgramWatchOptions {
  /** What the files look like now; never rejects. */
  readonly look: () => Promise<string>;
  /** Asked for at most once for each change; what becomes of it is its own business. */
  readonly restart: () => void;
  readonly clock: Clock;
}

export class ProgramWatch {
  private readonly options: ProgramWatchOptions;
  /** What the files looked like when the workers were last started from them. */
  private started: string | undefined;
  private last: string | undefined;
  private timer: Timer | undefined;
  private isOver = false;

  constructor(options: ProgramWatchOptions) {
    this.options = options;
  }

  /** Looks for the first time. Called before workers are started, so that no change falls in between. */
  async start(): Promise<void> {
    this.started = this.last = await this.options.look();
    this.lookLater();
  }

  stop(): void {
    this.isOver = true;
    this.timer?.cancel();
  }

  private lookLater(): void {
    if (this.isOver) return;
    this.timer = this.options.clock.timer(lookEveryMs, () => void this.lookAgain());
  }

  private async lookAgain(): Promise<void> {
    const now = await this.options.look();
    if (this.isOver) return;
    // Builds write file after file: what still changes is not a program yet.
    const isStill = now === this.last;
    this.last = now;
    if (isStill && now !== this.started) {
      this.started = now;
      this.options.restart();
    }
    this.lookLater();
  }
}
