/** The server that says of itself that it has the least to do. */

import { checkNumber } from "./check-option.js";
import type { Balancer, LoadReport, Member, Picker } from "./picker.js";
import { TwoDraws } from "./two-draws.js";
import type { WeightTable } from "./weight-table.js";

/** What stands for "busy" in a report, and so what each figure is measured by. */
export interface LeastLoadOptions {
  /** Cores in use that count as one unit of load; 1. */
  readonly cpuFull?: number | undefined;
  /** Delay of the event loop that counts as one unit of load; 50 ms. */
  readonly eventLoopDelayMsFull?: number | undefined;
  /** Calls in flight that count as one unit of load; 100. */
  readonly inFlightFull?: number | undefined;
}

/**
 * Draws two members by weight and takes the one with less load: the sum of CPU, delay of the event loop and calls in
 * flight, each against what is full, and the last against the weight. Reports are some time old, and so the best of all
 * would be flooded until the next one; the better of two is not. Where one of the two has not reported, what is in
 * flight from here decides.
 */
export function leastLoad(options: LeastLoadOptions = {}): Balancer {
  const { cpuFull = 1, eventLoopDelayMsFull = 50, inFlightFull = 100 } = options;
  checkNumber("cpuFull", cpuFull);
  checkNumber("eventLoopDelayMsFull", eventLoopDelayMsFull);
  checkNumber("inFlightFull", inFlightFull);
  const full = { cpu: cpuFull, eventLoopDelayMs: eventLoopDelayMsFull, inFlight: inFlightFull };
  return {
    name: "least-load",
    wantsLoad: true,
    create: (members, tools) => new LeastLoadPicker(members, tools.random, full),
  };
}

class LeastLoadPicker<M extends Member> implements Picker<M> {
  private readonly draws: TwoDraws<M>;
  private readonly full: LoadReport;

  constructor(members: readonly M[], random: () => number, full: LoadReport) {
    this.draws = new TwoDraws(members, random);
    this.full = full;
  }

  pick(): M | undefined {
    const { draws } = this;
    const first = draws.first();
    if (first === undefined) return undefined;
    const second = draws.second();
    if (second === undefined) return first;
    return this.isBetter(second, first) ? second : first;
  }

  private isBetter(second: M, first: M): boolean {
    const { table, firstAt, secondAt } = this.draws;
    const a = this.loadOf(first, firstAt, table);
    const b = this.loadOf(second, secondAt, table);
    if (a >= 0 && b >= 0) return b < a;
    return second.inFlight * table.shareAt(firstAt) < first.inFlight * table.shareAt(secondAt);
  }

  /** NaN where the member has not said anything that makes sense. */
  private loadOf(member: M, position: number, table: WeightTable): number {
    const { load } = member;
    if (load === undefined) return NaN;
    const { cpu, eventLoopDelayMs, inFlight } = load;
    // A report that is older than the calls of this client does not know them yet.
    const calls = Math.max(inFlight, member.inFlight) / (table.shareAt(position) || Number.MIN_VALUE);
    return cpu / this.full.cpu + eventLoopDelayMs / this.full.eventLoopDelayMs + calls / this.full.inFlight;
  }
}
