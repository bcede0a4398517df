/** Calls with the same key to the same server, by a ring of points (consistent hashing). */

import { checkKey, checkWhole } from "./check-option.js";
import type { HashKey } from "./hash-key.js";
import { hashText, mixBits } from "./hash-text.js";
import { KeyedPicker, type KeyTable, type Share } from "./keyed-picker.js";
import { levelArcs } from "./level-arcs.js";
import type { Balancer } from "./picker.js";

export interface RingHashOptions {
  /** What calls have in common that belong together: `byMetadata`, `byField`, `bySource` or a function of your own. */
  readonly key: HashKey;
  /**
   * Points of a member with the usual weight of 100; others have as many as their weight says. A whole number from 1 to 10,000;
   * 1,000 where left out. Shares are what weights say with any number from about a hundred on; the more points, the
   * fewer keys of others move when a member comes or leaves.
   */
  readonly points?: number | undefined;
}

const pointsDefault = 1000;
const usualWeight = 100;
/** Of a whole ring; with more members or greater weights, all have fewer points. */
const ringPointsMax = 2 ** 18;

/**
 * Every member stands on a ring at many points, and a key belongs to the next point. Points are moved a little, so that a
 * member's share of the keys is within 1 % of what its weight says. A member that leaves gives its keys to all others, and one
 * that comes takes its keys from all; of other keys at most one in a hundred moves. `maglev` is quicker where lists change seldom,
 * and moves as few keys of small fleets and more of large ones.
 */
export function ringHash(options: RingHashOptions): Balancer {
  const { key, points = pointsDefault } = options;
  checkKey(key);
  checkWhole("points", points, 1, 10_000);
  const build = (shares: readonly Share[]): KeyTable => new Ring(shares, points);
  return {
    name: "ring-hash",
    create: (members, tools, before) => new KeyedPicker(members, tools, before, key, build),
  };
}

/** Points in the order of the ring, found by the part of the ring that a hash lies in. */
class Ring implements KeyTable {
  /** Where the points are, in order. */
  private readonly hashes: Uint32Array;
  /** Whose they are. */
  private readonly owners: Uint32Array;
  /** The first point of each of the equal parts of the ring, and behind them the number of points. */
  private readonly parts: Uint32Array;
  private readonly shift: number;

  constructor(shares: readonly Share[], points: number) {
    const counts = pointCounts(shares, points);
    const length = counts.reduce((sum, count) => sum + count, 0);
    this.hashes = new Uint32Array(length);
    this.owners = new Uint32Array(length);
    const bits = Math.min(16, Math.ceil(Math.log2(length + 1)));
    this.shift = 32 - bits;
    this.parts = new Uint32Array(2 ** bits + 1);
    this.place(shares, counts);
    levelArcs(
      this.hashes,
      this.owners,
      shares.map(({ weight }) => weight),
    );
    this.countParts(this.hashes);
  }

  find(hash: number): number {
    const { hashes } = this;
    let at = this.parts[hash >>> this.shift] ?? 0;
    while (at < hashes.length && (hashes[at] ?? 0) < hash) at++;
    return this.owners[at < hashes.length ? at : 0] ?? 0;
  }

  /** Sorts by counting what falls into each part: rings are large, and the event loop waits. */
  private place(shares: readonly Share[], counts: readonly number[]): void {
    const hashes = new Uint32Array(this.hashes.length);
    let at = 0;
    for (const [owner, { address }] of shares.entries()) {
      const start = hashText(address);
      const step = hashText(address, 1);
      for (let i = 0; i < (counts[owner] ?? 0); i++) hashes[at++] = mixBits(start ^ mixBits(step + i));
    }
    this.countParts(hashes);
    const filled = new Uint32Array(this.parts.length);
    at = 0;
    for (const [owner, count] of counts.entries()) {
      for (let i = 0; i < count; i++) this.insert(hashes[at++] ?? 0, owner, filled);
    }
  }

  private countParts(hashes: Uint32Array): void {
    const { parts, shift } = this;
    parts.fill(0);
    for (const hash of hashes) {
      const part = (hash >>> shift) + 1;
      parts[part] = (parts[part] ?? 0) + 1;
    }
    for (let part = 1; part < parts.length; part++) parts[part] = (parts[part] ?? 0) + (parts[part - 1] ?? 0);
  }

  private insert(hash: number, owner: number, filled: Uint32Array): void {
    const { hashes, owners } = this;
    const part = hash >>> this.shift;
    const first = this.parts[part] ?? 0;
    let at = first + (filled[part] ?? 0);
    filled[part] = at + 1 - first;
    for (; at > first && (hashes[at - 1] ?? 0) > hash; at--) {
      hashes[at] = hashes[at - 1] ?? 0;
      owners[at] = owners[at - 1] ?? 0;
    }
    hashes[at] = hash;
    owners[at] = owner;
  }
}

function pointCounts(shares: readonly Share[], points: number): readonly number[] {
  const wanted = shares.reduce((sum, { weight }) => sum + Math.max(1, (points * weight) / usualWeight), 0);
  // By halves, so that hardly any change of the list changes how many points the others have.
  const scale = 2 ** -Math.max(0, Math.ceil(Math.log2(wanted / ringPointsMax)));
  return shares.map(({ weight }) => Math.max(1, Math.round((points * scale * weight) / usualWeight)));
}
