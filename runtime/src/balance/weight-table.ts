/** Draws members by their weights in constant time, and notices when weights change. */

import type { Member } from "./picker.js";

/**
 * Vose's alias method: every column of the table belongs to one member up to some height and to another above it, so
 * that one random number finds the column and the height. A draw looks again at the weight of the member that it found
 * and of one more in turn, and the table is filled anew, in its own memory, when one has changed.
 */
export class WeightTable {
  private readonly members: readonly Member[];
  private readonly random: () => number;
  private readonly seen: Float64Array;
  private readonly heights: Float64Array;
  private readonly others: Int32Array;
  private readonly order: Int32Array;
  private isEven = true;
  private next = 0;
  /** The sum of all weights; as if all were 1 where all are 0. */
  total = 0;

  /** For at least one member. */
  constructor(members: readonly Member[], random: () => number) {
    this.members = members;
    this.random = random;
    this.seen = new Float64Array(members.length);
    this.heights = new Float64Array(members.length);
    this.others = new Int32Array(members.length);
    this.order = new Int32Array(members.length);
    this.fill();
  }

  /** Whether all weights are the same. */
  get even(): boolean {
    return this.isEven;
  }

  /** Position of a member, drawn by weight. */
  draw(): number {
    if (this.hasChanged(this.next)) this.fill();
    this.next = this.next + 1 < this.members.length ? this.next + 1 : 0;
    const at = this.find();
    if (!this.hasChanged(at)) return at;
    this.fill();
    return this.find();
  }

  /** How much of all calls the member at a position is meant to get, times the number of members: 1 is an equal share. */
  shareAt(position: number): number {
    return this.isEven ? 1 : ((this.seen[position] ?? 0) * this.members.length) / this.total;
  }

  private hasChanged(position: number): boolean {
    return this.members[position]?.weight !== this.seen[position];
  }

  private find(): number {
    const place = this.random() * this.members.length;
    const column = Math.floor(place);
    if (this.isEven || place - column < (this.heights[column] ?? 1)) return column;
    return this.others[column] ?? column;
  }

  private fill(): void {
    const { members, seen } = this;
    const first = members[0]?.weight;
    this.total = 0;
    this.isEven = true;
    for (let i = 0; i < members.length; i++) {
      const weight = members[i]?.weight ?? 0;
      seen[i] = weight;
      this.total += weight;
      if (weight !== first) this.isEven = false;
    }
    if (this.isEven) this.total = this.total || members.length;
    else this.level();
  }

  /** Low columns gather from the left of `order`, high ones from the right; each low one is filled up by a high one. */
  private level(): void {
    const { heights, others, order } = this;
    const size = heights.length;
    let low = 0;
    let high = size;
    for (let i = 0; i < size; i++) {
      const share = this.shareAt(i);
      heights[i] = share;
      others[i] = i;
      if (share < 1) order[low++] = i;
      else order[--high] = i;
    }
    while (low > 0 && high < size) {
      const from = order[high] ?? 0;
      const to = order[--low] ?? 0;
      others[to] = from;
      const left = (heights[from] ?? 0) + (heights[to] ?? 0) - 1;
      heights[from] = left;
      if (left < 1) {
        high++;
        order[low++] = from;
      }
    }
    // What rounding has left over is as good as full, but for those who have no weight at all.
    while (low > 0) this.settle(order[--low] ?? 0);
  }

  private settle(column: number): void {
    if ((this.seen[column] ?? 0) > 0) this.heights[column] = 1;
    else this.others[column] = this.seen.indexOf(Math.max(...this.seen));
  }
}
