/** Weighted rotation over many servers: the one whose turn comes first is next, found in a heap. */

import type { Member, Picker } from "./picker.js";

/** Time in which a member of weight 1 comes once. */
const period = 65_536;
/** Beyond this, times lose digits; they are moved back before. */
const timeMax = 2 ** 40;

/** Members have their turn every `period / weight`; who has none looks again after a whole period. */
export class EarliestPicker<M extends Member> implements Picker<M> {
  private readonly list: readonly M[];
  /** When the turn of each member comes. */
  private readonly dueAt: Float64Array;
  /** Positions of members, as a binary heap: nobody is due before his parent. */
  private readonly heap: Int32Array;
  private time = 0;

  constructor(members: readonly M[], before: EarliestPicker<Member> | undefined, random: () => number) {
    this.list = members;
    this.dueAt = new Float64Array(members.length);
    this.heap = Int32Array.from(members.keys());
    const known = new Map(
      before?.list.map(({ endpoint }, i) => [endpoint.address, (before.dueAt[i] ?? 0) - before.time]),
    );
    for (const [i, { endpoint, weight }] of members.entries()) {
      this.dueAt[i] = Math.max(0, known.get(endpoint.address) ?? random() * stepOf(weight));
    }
    for (let i = members.length >> 1; i >= 0; i--) this.sink(i);
  }

  pick(): M | undefined {
    for (let i = 0; i < this.list.length; i++) {
      const member = this.next();
      if (member === undefined || member.weight > 0) return member;
    }
    return this.next();
  }

  private next(): M | undefined {
    const position = this.heap[0];
    if (position === undefined) return undefined;
    const member = this.list[position];
    this.time = this.dueAt[position] ?? 0;
    this.dueAt[position] = this.time + stepOf(member?.weight ?? 0);
    this.sink(0);
    if (this.time > timeMax) this.moveBack();
    return member;
  }

  private sink(from: number): void {
    const { heap, dueAt } = this;
    const { length } = heap;
    const position = heap[from] ?? 0;
    const due = dueAt[position] ?? 0;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      let least = dueAt[heap[child] ?? 0] ?? 0;
      if (child + 1 < length) {
        const right = dueAt[heap[child + 1] ?? 0] ?? 0;
        if (right < least) {
          least = right;
          child++;
        }
      }
      if (due <= least) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = position;
  }

  private moveBack(): void {
    for (let i = 0; i < this.dueAt.length; i++) this.dueAt[i] = (this.dueAt[i] ?? 0) - this.time;
    this.time = 0;
  }
}

function stepOf(weight: number): number {
  return period / (weight > 0 ? weight : 1);
}
