/** The better of two servers drawn at random, judged by latency and by what is in flight. */

import type { Balancer, Member, Picker } from "./picker.js";
import { TwoDraws } from "./two-draws.js";
import type { WeightTable } from "./weight-table.js";

/** Stands for the latency of a member that has a call in flight and was never measured. */
const unmeasuredMs = 1e6;

/**
 * Power of two choices with peak EWMA: draws two members by weight and takes the one with the lower
 * `latency * (inFlight / share + 1)`, where the share is the weight against the average; among equals, the one drawn
 * first. So weights mean shares when there is little to do and when there is much, and slow or busy servers get less. A member
 * that was not measured yet is tried, with one call at a time while others are measured; latencies decay, so that slow
 * ones are tried again. Constant time, and no herd: clients do not all turn to the one that is best at present.
 */
export function p2c(): Balancer {
  return { name: "p2c", create: (members, tools) => new P2cPicker(members, tools.random) };
}

class P2cPicker<M extends Member> implements Picker<M> {
  private readonly draws: TwoDraws<M>;

  constructor(members: readonly M[], random: () => number) {
    this.draws = new TwoDraws(members, random);
  }

  pick(): M | undefined {
    const { draws } = this;
    const first = draws.first();
    if (first === undefined) return undefined;
    const second = draws.second();
    if (second === undefined) return first;
    const { table } = draws;
    return costOf(second, draws.secondAt, table) < costOf(first, draws.firstAt, table) ? second : first;
  }
}

function costOf(member: Member, position: number, table: WeightTable): number {
  const { inFlight, latencyMs } = member;
  if (latencyMs <= 0) return inFlight <= 0 ? 0 : unmeasuredMs * inFlightCost(inFlight, position, table);
  return latencyMs * inFlightCost(inFlight, position, table);
}

function inFlightCost(inFlight: number, position: number, table: WeightTable): number {
  // A share of 0 is a weight that has just become 0.
  return inFlight <= 0 ? 1 : inFlight / (table.shareAt(position) || Number.MIN_VALUE) + 1;
}
