/** The server that has the fewest calls of this client in flight. */

import type { Balancer, Member, Picker } from "./picker.js";

/**
 * The member with the fewest calls in flight for its weight; among equals, one drawn by weight, so that weights mean the
 * same when there is little to do. What is in flight is the channel's own count, which goes down with every answer.
 * Looks at all members: with hundreds of them, `p2c` is as good and quicker.
 */
export function leastConnections(): Balancer {
  return { name: "least-connections", create: (members, tools) => new LeastPicker(members, tools.random) };
}

class LeastPicker<M extends Member> implements Picker<M> {
  private readonly list: readonly M[];
  private readonly random: () => number;

  constructor(members: readonly M[], random: () => number) {
    this.list = members;
    this.random = random;
  }

  pick(): M | undefined {
    const { list } = this;
    let best: M | undefined;
    let equals = 0;
    for (const member of list) {
      if (member.weight <= 0) continue;
      const order = best === undefined ? -1 : compare(member, best);
      if (order > 0) continue;
      equals = order < 0 ? member.weight : equals + member.weight;
      if (order < 0) best = member;
    }
    if (best === undefined) return list[Math.floor(this.random() * list.length)];
    return equals === best.weight ? best : this.draw(best, equals);
  }

  private draw(best: M, equals: number): M {
    let left = this.random() * equals;
    let last = best;
    for (const member of this.list) {
      if (member.weight <= 0 || compare(member, best) !== 0) continue;
      last = member;
      left -= member.weight;
      if (left < 0) return member;
    }
    return last;
  }
}

/** By what is in flight for the weight, without dividing: whole numbers compare exactly. */
function compare(a: Member, b: Member): number {
  return a.inFlight * b.weight - b.inFlight * a.weight;
}
