/** Decides how much of a shrinking list is believed: a registry that loses most servers at once has probably lost itself. */

import type { Clock } from "../clock.js";
import type { Endpoint } from "./endpoint.js";

/** Which shares of what was there of late are doubted, and from which share on the registry is believed again. */
export interface Doubt {
  readonly below: number;
  readonly until: number;
  /** What was lost, and believed to be, so shortly before the doubt began is part of the same loss, and taken back. */
  readonly takeBackMs: number;
}

/**
 * Of registries: more than half of the servers do not go at once. Leases of servers that are cut off together run out within the time
 * between two renewals, which is at most half a minute with all of them; the first to run out is as doubtful as the last.
 */
export const doubtLosses: Doubt = { below: 0.5, until: 0.85, takeBackMs: 30_000 };

/** Of lists that people write: only that nobody is left is more likely a mistake than meant. */
export const doubtNothing: Doubt = { below: Number.MIN_VALUE, until: Number.MIN_VALUE, takeBackMs: 0 };

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
  /** What was lost of late and believed to be, the longest gone first. */
  private readonly gone = new Map<string, { readonly endpoint: Endpoint; readonly since: number }>();

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
    this.forgetGone(answer, now);
    if (this.isDoubtful(answer.length, missing.length, now, wasAway)) {
      this.doubtUntil ??= now + this.holdMs;
      const held = [...missing, ...this.takenBack()];
      this.current = [...answer, ...held];
      return { endpoints: this.current, held: held.length, isNew: !wasDoubted };
    }
    // What was doubted for long enough, or came back for the most part, leaves no doubt behind.
    if (wasDoubted) this.gone.clear();
    // One that another has taken the place of was not lost.
    else if (answer.length < this.current.length) this.rememberGone(missing, now);
    this.rememberPeak(answer.length, now);
    this.current = answer;
    return { endpoints: answer, held: 0, isNew: false };
  }

  private rememberGone(missing: readonly Endpoint[], now: number): void {
    if (this.doubt.takeBackMs === 0) return;
    for (const endpoint of missing) this.gone.set(endpoint.address, { endpoint, since: now });
    // No more than there were: a list whose servers come under ever new addresses would grow without end.
    for (const address of this.gone.keys()) {
      if (this.gone.size <= this.current.length) break;
      this.gone.delete(address);
    }
  }

  private forgetGone(answer: readonly Endpoint[], now: number): void {
    if (this.gone.size === 0) return;
    for (const { address } of answer) this.gone.delete(address);
    for (const [address, { since }] of this.gone) {
      if (now - since <= this.doubt.takeBackMs) break;
      this.gone.delete(address);
    }
  }

  private takenBack(): readonly Endpoint[] {
    const back = Array.from(this.gone.values(), ({ endpoint }) => endpoint);
    this.gone.clear();
    return back;
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
