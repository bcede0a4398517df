/** Finds servers whose calls fail more than others' do, and has them passed over for a while, after gRPC's A50. */

import type { ResolvedOutliers } from "./fleet-options.js";

/** What a server's calls came to in the interval that runs, and what followed from earlier ones. */
export class OutlierRecord {
  successes = 0;
  failures = 0;
  failuresInRow = 0;
  /** How many more times it was ejected than intervals went by without. */
  ejections = 0;
  isEjected = false;
  /** When the ejection ends, or ended. */
  ejectedUntil: number = -Infinity;
}

/** A server under watch. */
export interface Watched {
  readonly outlier: OutlierRecord;
}

export class Outliers<M extends Watched> {
  private readonly options: ResolvedOutliers;
  private readonly members: () => Iterable<M>;
  private readonly ejected: (member: M, reason: string, forMs: number) => void;

  constructor(
    options: ResolvedOutliers,
    members: () => Iterable<M>,
    ejected: (member: M, reason: string, forMs: number) => void,
  ) {
    this.options = options;
    this.members = members;
    this.ejected = ejected;
  }

  /** A call of a server came to its end at `now`. */
  count(member: M, isFailure: boolean, now: number): void {
    const { outlier } = member;
    if (outlier.isEjected) return;
    if (!isFailure) {
      outlier.successes++;
      outlier.failuresInRow = 0;
      return;
    }
    outlier.failures++;
    outlier.failuresInRow++;
    if (outlier.failuresInRow >= this.options.failures) {
      this.eject(member, `${outlier.failuresInRow} failures in a row`, now);
    }
  }

  /** Ends the ejections whose time is over at `now`, and gives whom they were for. */
  release(now: number): readonly M[] {
    const released = [...this.members()].filter(({ outlier }) => outlier.isEjected && outlier.ejectedUntil <= now);
    for (const { outlier } of released) outlier.isEjected = false;
    return released;
  }

  /** Looks at the interval that is over and begins the next; true while another look is needed though no calls are made. */
  sweep(now: number): boolean {
    const members = [...this.members()];
    this.ejectUnlikely(members, now);
    this.ejectFailing(members, now);
    let isBusy = false;
    for (const { outlier } of members) {
      outlier.successes = 0;
      outlier.failures = 0;
      const wasQuiet = outlier.ejectedUntil <= now - this.options.intervalMs;
      if (wasQuiet && outlier.ejections > 0) outlier.ejections--;
      isBusy ||= outlier.ejections > 0;
    }
    return isBusy;
  }

  private ejectUnlikely(members: readonly M[], now: number): void {
    const { deviations, deviationServersMin, deviationCallsMin } = this.options;
    const judged = members.filter((member) => callsOf(member) >= deviationCallsMin && callsOf(member) > 0);
    if (deviations === Infinity || judged.length < deviationServersMin || judged.length === 0) return;
    const rates = judged.map(successRate);
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
    const least = mean - deviations * Math.sqrt(variance);
    for (const member of judged) {
      const rate = successRate(member);
      if (rate >= least) continue;
      this.eject(member, `${percent(rate)} of its calls succeeded, on average ${percent(mean)} do`, now);
    }
  }

  private ejectFailing(members: readonly M[], now: number): void {
    const { failurePercent, failureServersMin, failureCallsMin } = this.options;
    const judged = members.filter((member) => callsOf(member) >= failureCallsMin && callsOf(member) > 0);
    if (judged.length < failureServersMin) return;
    for (const member of judged) {
      const failed = 1 - successRate(member);
      if (failed * 100 >= failurePercent) this.eject(member, `${percent(failed)} of its calls failed`, now);
    }
  }

  private eject(member: M, reason: string, now: number): void {
    const { outlier } = member;
    const { ejectionMs, ejectionMsMax } = this.options;
    if (outlier.isEjected || !this.mayEject()) return;
    outlier.ejections++;
    outlier.failuresInRow = 0;
    const forMs = Math.min(ejectionMs * outlier.ejections, Math.max(ejectionMs, ejectionMsMax));
    outlier.isEjected = true;
    outlier.ejectedUntil = now + forMs;
    this.ejected(member, reason, forMs);
  }

  private mayEject(): boolean {
    let known = 0;
    let ejected = 0;
    for (const { outlier } of this.members()) {
      known++;
      if (outlier.isEjected) ejected++;
    }
    const share = Math.floor((known * this.options.ejectedPercentMax) / 100);
    const max = known > 1 && this.options.ejectedPercentMax > 0 ? Math.max(1, share) : share;
    return ejected < max;
  }
}

function callsOf({ outlier }: Watched): number {
  return outlier.successes + outlier.failures;
}

function successRate(member: Watched): number {
  return member.outlier.successes / callsOf(member);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
