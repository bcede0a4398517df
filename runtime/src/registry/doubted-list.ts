/** Decides how much of a shrinking list is believed: a registry that loses most servers at once has probably lost itself. */

import type { Clock } from "../clock.js";
import type { Endpoint } from "./endpoint.js";

/** Which shares of what was there of late are doubted, and from which share on the registry is believed again. */
export interface Doubt {
  readonly below: number;
  readonly until: number;
}

/** Of registries: more than half of the servers do not go at once. */
export const doubtLosses: Doubt = { below: 0.5, until: 0.85 };

/** Of lists that people write: only that nobody is left is more likely a mistake than meant. */
export const doubtNothing: Doubt = { below: Number.MIN_VALUE, until: Number.MIN_VALUE };

/** What to use of an answer. */
export interface Verdict {
  /** The answer, and behind it the servers that it lost and that stay in use. */
  readonly endpoints: readonly Endpoint[];
  /** How many of them are kept in doubt. */
  readonly held: number;
  /** Whether the doubt began with this answer. */
  readonly isNew: boolean;
}

export class DoubtedList {
  private readonly clock: Clock;
  private readonly holdMs: number;
  private readonly doubt: Doubt;
  private current: readonly Endpoint[] = [];
  /** The most servers there were before the list began to shrink, for as long as that counts. */
  private peak = { size: 0, until: -Infinity };
  private doubtUntil: number | undefined;

  constructor(clock: Clock, holdMs: number, doubt: Doubt) {
    this.clock = clock;
    this.holdMs = holdMs;
    this.doubt = doubt;
  }

  /** How long the doubt still lasts, in milliseconds; Infinity for ever. */
  get endsInMs(): number {
    return this.doubtUntil === undefined ? 0 : this.doubtUntil - this.clock.now();
  }

  /** Takes a list as what has been in use so far. */
  startFrom(endpoints: readonly Endpoint[]): void {
    this.current = endpoints;
  }

  /** `wasAway` says that the registry could not be asked before: what it has lost may only not have come back yet. */
  next(answer: readonly Endpoint[], wasAway: boolean = false): Verdict {
    const now = this.clock.now();
    const addresses = new Set(answer.map(({ address }) => address));
    const missing = this.current.filter(({ address }) => !addresses.has(address));
    const wasDoubted = this.doubtUntil !== undefined;
    if (this.isDoubtful(answer.length, missing.length, now, wasAway)) {
      this.doubtUntil ??= now + this.holdMs;
      this.current = [...answer, ...missing];
      return { endpoints: this.current, held: missing.length, isNew: !wasDoubted };
    }
    this.rememberPeak(answer.length, now);
    this.current = answer;
    return { endpoints: answer, held: 0, isNew: false };
  }

  private isDoubtful(size: number, missing: number, now: number, wasAway: boolean): boolean {
    if (missing === 0) return false;
    const before = Math.max(this.current.length, now < this.peak.until ? this.peak.size : 0);
    if (this.doubtUntil === undefined) {
      return this.holdMs > 0 && size < before * (wasAway ? this.doubt.until : this.doubt.below);
    }
    return now < this.doubtUntil && size < before * this.doubt.until;
  }

  private rememberPeak(size: number, now: number): void {
    const wasDoubted = this.doubtUntil !== undefined;
    this.doubtUntil = undefined;
    // What was doubted for long enough is the truth now, and nothing before it counts.
    if (wasDoubted) this.peak = { size, until: now };
    else if (size < this.current.length && (this.current.length >= this.peak.size || now >= this.peak.until)) {
      this.peak = { size: this.current.length, until: now + this.holdMs };
    }
  }
}
