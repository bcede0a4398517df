/** All calls to one server: the first of the list, or one that each client draws for itself and keeps. */

import type { Balancer, Member, Picker, PickerTools } from "./picker.js";

export interface PickFirstOptions {
  /**
   * False, the default: the first member that has weight, in the order of the list, so that the others are reserves and
   * calls come back to the first when it does. True: one drawn at random, kept for as long as it is there.
   */
  readonly shuffle?: boolean | undefined;
}

/** All calls to one member. Weights count only as 0 or not. */
export function pickFirst(options: PickFirstOptions = {}): Balancer {
  const shuffle = options.shuffle === true;
  return {
    name: "pick-first",
    create: (members, tools, before) => new FirstPicker(shuffle ? turned(members, tools, before) : members),
  };
}

class FirstPicker<M extends Member> implements Picker<M> {
  private readonly list: readonly M[];
  last: Member | undefined;

  constructor(members: readonly M[]) {
    this.list = members;
    this.last = members[0];
  }

  pick(): M | undefined {
    for (const member of this.list) {
      if (member.weight <= 0) continue;
      this.last = member;
      return member;
    }
    return this.list[0];
  }
}

function turned<M extends Member>(members: readonly M[], tools: PickerTools, before: Picker | undefined): readonly M[] {
  const kept = before instanceof FirstPicker ? before.last?.endpoint.address : undefined;
  const position = members.findIndex(({ endpoint }) => endpoint.address === kept);
  const start = position >= 0 ? position : Math.floor(tools.random() * members.length);
  return [...members.slice(start), ...members.slice(0, start)];
}
