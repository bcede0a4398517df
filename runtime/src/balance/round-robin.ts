/** One server after the other. */

import type { Balancer, Member, Picker } from "./picker.js";

/**
 * One member after the other, starting anywhere. Weights count only as 0 or not: `weightedRoundRobin` heeds them. When
 * members change, the rotation goes on after the one that was chosen last.
 */
export function roundRobin(): Balancer {
  return {
    name: "round-robin",
    create: (members, tools, before) =>
      new RoundRobinPicker(members, before instanceof RoundRobinPicker ? before : undefined, tools.random),
  };
}

class RoundRobinPicker<M extends Member> implements Picker<M> {
  private readonly list: readonly M[];
  private position: number;
  private last: Member | undefined;

  constructor(members: readonly M[], before: RoundRobinPicker<Member> | undefined, random: () => number) {
    this.list = members;
    this.position = Math.floor(random() * members.length);
    if (before?.last === undefined) return;
    const address = before.last.endpoint.address;
    const found = members.findIndex(({ endpoint }) => endpoint.address === address);
    // Where the last one has left, its place is taken by the one that came after it.
    this.position = found >= 0 ? found + 1 : before.position - 1;
  }

  pick(): M | undefined {
    const { list } = this;
    const { length } = list;
    let at = this.position < length ? this.position : 0;
    let member = list[at];
    for (let i = 1; i < length && member !== undefined && member.weight <= 0; i++) {
      at = at + 1 < length ? at + 1 : 0;
      member = list[at];
    }
    this.position = at + 1;
    // With no weight anywhere the walk has come around to the one before the start.
    if (member !== undefined && member.weight <= 0 && length > 1) this.position = at + 2 > length ? 1 : at + 2;
    this.last = member;
    return member;
  }
}
