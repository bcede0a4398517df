/** Calls with the same key to the same server, by a ring of points (consistent hashing). */

import { checkKey, checkWhole } from "./check-option.js";
import { EvenTable, seatOf } from "./even-table.js";
import type { HashKey } from "./hash-key.js";
import { KeyRing } from "./key-ring.js";
import { KeyedPicker, type BuildTable, type KeyTable, type Share } from "./keyed-picker.js";
import type { Balancer } from "./picker.js";

export interface RingHashOptions {
  /** What calls have in common that belong together: `byMetadata`, `byField`, `bySource` or a function of your own. */
  readonly key: HashKey;
  /**
   * Points of a member with the usual weight of 100; others have as many as their weight says. A whole number from 1 to 10,000;
   * 1,000 where left out. Shares are what weights say with any number; the more points, the fewer keys of others move when a
   * member comes or leaves.
   */
  readonly points?: number | undefined;
}

const pointsDefault = 1000;
const usualWeight = 100;
/** Of a whole ring; with more members or greater weights, all have fewer points. */
const ringPointsMax = 2 ** 18;

/**
 * Every member stands on a ring at many points, and a key belongs to the next point. Who has more than his weight says passes
 * some on to those who have less, so that shares are what weights say. A member that leaves gives its keys to all others, and
 * one that comes takes its keys from all; of other keys at most one in a hundred moves. `maglev` moves fewer in
 * small fleets and more in large ones, and is looked up a little quicker.
 */
export function ringHash(options: RingHashOptions): Balancer {
  const { key, points = pointsDefault } = options;
  checkKey(key);
  checkWhole("points", points, 1, 10_000);
  const buildRing: BuildTable = (shares, before) => build(shares, points, before);
  return {
    name: "ring-hash",
    create: (members, tools, before) => new KeyedPicker(members, tools, before, key, buildRing),
  };
}

function build(shares: readonly Share[], points: number, before: KeyTable | undefined): KeyTable {
  const counts = pointCounts(shares, points);
  const seats = shares.map(({ address }, owner) => seatOf(address, counts[owner] ?? 1, 0));
  const ringBefore = before instanceof EvenTable && before.first instanceof KeyRing ? before.first : undefined;
  return new EvenTable(new KeyRing(seats, ringBefore), shares);
}

function pointCounts(shares: readonly Share[], points: number): readonly number[] {
  const wanted = shares.reduce((sum, { weight }) => sum + Math.max(1, (points * weight) / usualWeight), 0);
  // By halves, so that hardly any change of the list changes how many points the others have.
  const scale = 2 ** -Math.max(0, Math.ceil(Math.log2(wanted / ringPointsMax)));
  return shares.map(({ weight }) => Math.max(1, Math.round((points * scale * weight) / usualWeight)));
}
