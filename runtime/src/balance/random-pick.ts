/** Servers drawn at random, evenly or by weight. */

import type { Balancer, Member, Picker } from "./picker.js";
import { WeightTable } from "./weight-table.js";

/** A member drawn at random, each as often as the other. Weights count only as 0 or not: `weightedRandom` heeds them. */
export function random(): Balancer {
  return { name: "random", create: (members, tools) => new RandomPicker(members, tools.random) };
}

/** A member drawn at random, each as often as its weight says. Constant time, however many there are. */
export function weightedRandom(): Balancer {
  return { name: "weighted-random", create: (members, tools) => new WeightedRandomPicker(members, tools.random) };
}

class RandomPicker<M extends Member> implements Picker<M> {
  private readonly list: readonly M[];
  private readonly random: () => number;

  constructor(members: readonly M[], fraction: () => number) {
    this.list = members;
    this.random = fraction;
  }

  pick(): M | undefined {
    const member = this.list[Math.floor(this.random() * this.list.length)];
    return member === undefined || member.weight > 0 ? member : (this.amongWeighted() ?? member);
  }

  /** Drawn anew among those with weight: to walk on from one without would favour its neighbour. */
  private amongWeighted(): M | undefined {
    let count = 0;
    for (const { weight } of this.list) if (weight > 0) count++;
    let left = Math.floor(this.random() * count);
    for (const member of this.list) if (member.weight > 0 && left-- === 0) return member;
    return undefined;
  }
}

class WeightedRandomPicker<M extends Member> implements Picker<M> {
  private readonly list: readonly M[];
  private readonly table: WeightTable;

  constructor(members: readonly M[], fraction: () => number) {
    this.list = members;
    this.table = new WeightTable(members, fraction);
  }

  pick(): M | undefined {
    return this.list.length === 0 ? undefined : this.list[this.table.draw()];
  }
}
