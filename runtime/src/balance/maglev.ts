/** Calls with the same key to the same server, by a table that all members share evenly (Maglev). */

import { checkKey } from "./check-option.js";
import type { HashKey } from "./hash-key.js";
import { hashText } from "./hash-text.js";
import { KeyedPicker, type KeyTable, type Share } from "./keyed-picker.js";
import type { Balancer } from "./picker.js";

export interface MaglevOptions {
  /** What calls have in common that belong together: `byMetadata`, `byField`, `bySource` or a function of your own. */
  readonly key: HashKey;
}

/** Primes, of which a table has the first that gives each member a hundred places or more. */
const sizes = [65_537, 655_373, 5_000_011] as const;
const placesMin = 100;

/**
 * Every member has its own order in which it would like the places of a table, and they take turns until all are taken. A
 * member's share of the keys is within 1 % of what its weight says. A member that leaves gives its keys to the others, and
 * of theirs some few move, too: about one in a hundred. One lookup a call, however many members there are.
 */
export function maglev(options: MaglevOptions): Balancer {
  const { key } = options;
  checkKey(key);
  return { name: "maglev", create: (members, tools, before) => new KeyedPicker(members, tools, before, key, build) };
}

function build(shares: readonly Share[]): KeyTable {
  const size = sizes.find((places) => places >= shares.length * placesMin) ?? sizes[2];
  return new PlaceTable(shares, size);
}

class PlaceTable implements KeyTable {
  private readonly places: Int32Array;

  constructor(shares: readonly Share[], size: number) {
    this.places = new Int32Array(size).fill(-1);
    this.fill(shares);
  }

  find(hash: number): number {
    return this.places[hash % this.places.length] ?? 0;
  }

  /** In every round each member takes a place, and those with less weight sit rounds out. */
  private fill(shares: readonly Share[]): void {
    const { places } = this;
    const size = places.length;
    const greatest = shares.reduce((most, { weight }) => Math.max(most, weight), 0);
    const at = Float64Array.from(shares, ({ address }) => hashText(address, 2) % size);
    const steps = Float64Array.from(shares, ({ address }) => 1 + (hashText(address, 3) % (size - 1)));
    const credits = new Float64Array(shares.length);
    let left = size;
    while (left > 0) {
      for (let i = 0; i < shares.length && left > 0; i++) {
        const credit = (credits[i] ?? 0) + (shares[i]?.weight ?? 0);
        credits[i] = credit;
        if (credit < greatest) continue;
        credits[i] = credit - greatest;
        at[i] = this.take(i, at[i] ?? 0, steps[i] ?? 1);
        left--;
      }
    }
  }

  /** Takes the next free place in a member's order, and says where its order goes on. */
  private take(owner: number, from: number, step: number): number {
    const { places } = this;
    let place = from;
    while ((places[place] ?? 0) >= 0) place = (place + step) % places.length;
    places[place] = owner;
    return (place + step) % places.length;
  }
}
