/** Two members drawn by weight, for pickers that take the better of two. */

import type { Member } from "./picker.js";
import { WeightTable } from "./weight-table.js";

/**
 * How often the second is drawn again where it is the first: of two members with the same weight, one that is always the worse
 * gets 3 % of the calls; and a member never gets more than about five times what its weight says.
 */
const drawsMax = 4;

/** `first` and then `second` draw a pair; nothing is allocated. */
export class TwoDraws<M extends Member> {
  private readonly list: readonly M[];
  private readonly random: () => number;
  readonly table: WeightTable;
  firstAt = 0;
  secondAt = 0;

  constructor(members: readonly M[], random: () => number) {
    this.list = members;
    this.random = random;
    this.table = new WeightTable(members, random);
  }

  /** Undefined only where there are no members. */
  first(): M | undefined {
    if (this.list.length === 0) return undefined;
    this.firstAt = this.table.draw();
    return this.list[this.firstAt];
  }

  /** Another one than the first; undefined where the weights give hardly anything but the first. */
  second(): M | undefined {
    if (this.list.length < 2) return undefined;
    if (this.table.even) return this.another();
    for (let i = 0; i < drawsMax; i++) {
      this.secondAt = this.table.draw();
      if (this.secondAt !== this.firstAt) return this.list[this.secondAt];
    }
    return undefined;
  }

  private another(): M | undefined {
    const drawn = Math.floor(this.random() * (this.list.length - 1));
    this.secondAt = drawn < this.firstAt ? drawn : drawn + 1;
    return this.list[this.secondAt];
  }
}
