/** Servers in turn, each as often as its weight says and as evenly spread as can be. */

import { EarliestPicker } from "./earliest-first.js";
import type { Balancer, Member, Picker } from "./picker.js";

/** With more members than this, a heap is quicker than looking at all of them. */
const membersInLineMax = 32;

/**
 * Each member as often as its weight says, exactly and not only on average, and spread evenly: weights 5, 1 and 1 give
 * `a a b a c a a`. Up to 32 members by nginx's smooth weighted round robin; more by earliest deadline first, which spreads
 * nearly as evenly and takes logarithmic time. When members change, those that stay keep their place in the rotation.
 */
export function weightedRoundRobin(): Balancer {
  return {
    name: "weighted-round-robin",
    create: (members, tools, before) =>
      members.length > membersInLineMax
        ? new EarliestPicker(members, before instanceof EarliestPicker ? before : undefined, tools.random)
        : new SmoothPicker(members, before instanceof SmoothPicker ? before : undefined, tools.random),
  };
}

class SmoothPicker<M extends Member> implements Picker<M> {
  private readonly list: readonly M[];
  /** How far each member lags behind its share, as a share of `total`; they add up to 0. */
  private readonly credits: Float64Array;
  private total = 0;

  constructor(members: readonly M[], before: SmoothPicker<Member> | undefined, random: () => number) {
    this.list = members;
    this.credits = new Float64Array(members.length);
    if (before === undefined) this.enterAnywhere(random);
    else this.takeOver(before);
  }

  pick(): M | undefined {
    return this.choose(false);
  }

  private choose(isWeightless: boolean): M | undefined {
    const { list, credits } = this;
    let total = 0;
    let best = -1;
    let most = -Infinity;
    for (let i = 0; i < list.length; i++) {
      const weight = isWeightless ? 1 : (list[i]?.weight ?? 0);
      if (weight <= 0) continue;
      total += weight;
      const credit = (credits[i] ?? 0) + weight;
      credits[i] = credit;
      if (credit > most) {
        most = credit;
        best = i;
      }
    }
    if (best < 0) return list.length > 0 ? this.choose(true) : undefined;
    credits[best] = most - total;
    if (total !== this.total) this.rescale(total);
    return list[best];
  }

  /** Debts were made in the weights of then: left as they are, a member that was heavy would starve for a long time. */
  private rescale(total: number): void {
    const factor = this.total > 0 ? total / this.total : 1;
    for (let i = 0; i < this.credits.length; i++) this.credits[i] = (this.credits[i] ?? 0) * Math.min(factor, 1);
    this.total = total;
  }

  private enterAnywhere(random: () => number): void {
    const ahead = Math.floor(random() * this.list.length);
    for (let i = 0; i < ahead; i++) this.pick();
  }

  private takeOver(before: SmoothPicker<Member>): void {
    const known = new Map(before.list.map(({ endpoint }, i) => [endpoint.address, before.credits[i] ?? 0]));
    for (const [i, { endpoint }] of this.list.entries()) this.credits[i] = known.get(endpoint.address) ?? 0;
    this.total = before.total;
  }
}
