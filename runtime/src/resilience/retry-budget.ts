/** How many attempts a channel may add to its calls, so that retries never become the storm that they are meant to survive. */

import { TokenBucket } from "./token-bucket.js";

export interface BudgetSettings {
  /** Attempts for each call of the last ten seconds. */
  readonly ratio: number;
  /** Attempts a second on top of that, so that channels with few calls can retry, too. */
  readonly perSecond: number;
}

const slotMs = 1000;
// Ten whole seconds and the one that has begun: what is granted for a second is never granted twice within ten.
const slots = 11;

/**
 * After Finagle: every call pays in a fraction of an attempt, which expires after ten seconds. Shared by all that add
 * attempts: retries and hedges, of all methods of a channel.
 */
export class RetryBudget {
  private settings: BudgetSettings;
  private readonly calls = new Array<number>(slots).fill(0);
  private readonly extras = new Array<number>(slots).fill(0);
  private slot = 0;
  private slotEndsAt: number;
  private readonly floor: TokenBucket;

  constructor(settings: BudgetSettings, now: number) {
    this.settings = settings;
    this.slotEndsAt = now + slotMs;
    this.floor = new TokenBucket(floorOf(settings), now);
  }

  adjust(settings: BudgetSettings, now: number): void {
    this.settings = settings;
    this.floor.adjust(floorOf(settings), now);
  }

  /** A call was made. */
  deposit(now: number): void {
    this.turn(now);
    this.calls[this.slot] = (this.calls[this.slot] ?? 0) + 1;
  }

  /** Whether an attempt may be added; counts it where it may. */
  withdraw(now: number): boolean {
    this.turn(now);
    if (sum(this.extras) + 1 <= this.settings.ratio * sum(this.calls)) {
      this.extras[this.slot] = (this.extras[this.slot] ?? 0) + 1;
      return true;
    }
    return this.settings.perSecond > 0 && this.floor.tryTake(now);
  }

  private turn(now: number): void {
    for (let turned = 0; now >= this.slotEndsAt && turned < slots; turned++) {
      this.slot = (this.slot + 1) % slots;
      this.calls[this.slot] = 0;
      this.extras[this.slot] = 0;
      this.slotEndsAt += slotMs;
    }
    if (now >= this.slotEndsAt) this.slotEndsAt = now + slotMs;
  }
}

function floorOf({ perSecond }: BudgetSettings): { perSecond: number; burst: number } {
  return { perSecond, burst: Math.max(1, perSecond) };
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
