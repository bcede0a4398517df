/** Calls with the same key to the same server, by a table that all members share evenly (Maglev). */

import { checkKey } from "./check-option.js";
import { EvenTable } from "./even-table.js";
import type { HashKey } from "./hash-key.js";
import { hashText } from "./hash-text.js";
import { KeyedPicker, type KeyTable, type Share, type ShareTable } from "./keyed-picker.js";
import type { Balancer } from "./picker.js";

export interface MaglevOptions {
  /** What calls have in common that belong together: `byMetadata`, `byField`, `bySource` or a function of your own. */
  readonly key: HashKey;
}

/** Primes, of which a table has the first that gives each member ten places or more; what is rounded off is evened out. */
const sizes = [65_537, 131_071, 262_139] as const;
const placesMin = 10;

/**
 * Every member has its own order in which it would like the places of a table, and they take turns until all are taken. A
 * member's share of the keys is what its weight says. A member that leaves gives its keys to the others, and
 * of theirs some few move, too: about one in a hundred. One lookup for almost every call, however many members there are.
 */
export function maglev(options: MaglevOptions): Balancer {
  const { key } = options;
  checkKey(key);
  return { name: "maglev", create: (members, tools, before) => new KeyedPicker(members, tools, before, key, build) };
}

function build(shares: readonly Share[]): KeyTable {
  const size = sizes.find((places) => places >= shares.length * placesMin) ?? sizes[2];
  return new EvenTable(new PlaceTable(shares, size), shares);
}

class PlaceTable implements ShareTable {
  private readonly places: Int32Array;
  private readonly counts: Uint32Array;

  constructor(shares: readonly Share[], size: number) {
    this.places = new Int32Array(size).fill(-1);
    this.counts = countPlaces(shares, size);
    this.fill(shares);
  }

  find(hash: number): number {
    return this.places[hash % this.places.length] ?? 0;
  }

  shares(): Float64Array {
    return Float64Array.from(this.counts, (count) => count / this.places.length);
  }

  private fill(shares: readonly Share[]): void {
    const size = this.places.length;
    const at = Float64Array.from(shares, ({ address }) => hashText(address, 2) % size);
    const steps = Float64Array.from(shares, ({ address }) => 1 + (hashText(address, 3) % (size - 1)));
    for (const owner of turns(this.counts, size)) at[owner] = this.take(owner, at[owner] ?? 0, steps[owner] ?? 1);
  }

  /** Takes the next free place in a member's order, and says where its order goes on. */
  private take(owner: number, from: number, step: number): number {
    const { places } = this;
    const size = places.length;
    let place = from;
    while ((places[place] ?? 0) >= 0) {
      place += step;
      if (place >= size) place -= size;
    }
    places[place] = owner;
    return (place + step) % size;
  }
}

/** Whole places for each member, all of the table together: what is left over goes to those who were rounded down most. */
function countPlaces(shares: readonly Share[], size: number): Uint32Array {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const wanted = shares.map(({ weight }) => (size * weight) / total);
  const counts = Uint32Array.from(wanted, Math.floor);
  const left = size - counts.reduce((sum, count) => sum + count, 0);
  const lack = (owner: number): number => (wanted[owner] ?? 0) - (counts[owner] ?? 0);
  const byLack = wanted.map((_, owner) => owner).toSorted((a, b) => lack(b) - lack(a));
  for (const owner of byLack.slice(0, left)) counts[owner] = (counts[owner] ?? 0) + 1;
  return counts;
}

/** Who takes a place when: in each round those with most places take one, and the others sit rounds out evenly. */
function turns(counts: Uint32Array, size: number): Uint32Array {
  const rounds = counts.reduce((most, count) => Math.max(most, count), 0);
  const starts = new Uint32Array(rounds + 1);
  const roundOf = (turn: number, count: number): number => Math.ceil((turn * rounds) / count);
  const eachTurn = (visit: (owner: number, round: number) => void): void => {
    for (let owner = 0; owner < counts.length; owner++) {
      const count = counts[owner] ?? 0;
      for (let turn = 1; turn <= count; turn++) visit(owner, roundOf(turn, count));
    }
  };
  eachTurn((_, round) => {
    starts[round] = (starts[round] ?? 0) + 1;
  });
  for (let round = 1; round <= rounds; round++) starts[round] = (starts[round] ?? 0) + (starts[round - 1] ?? 0);
  const order = new Uint32Array(size);
  eachTurn((owner, round) => {
    const at = starts[round - 1] ?? 0;
    order[at] = owner;
    starts[round - 1] = at + 1;
  });
  return order;
}
