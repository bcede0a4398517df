/** Gives every member the share of keys that its weight says, whatever share a table of keys has given it. */

import { hashText, mixBits } from "./hash-text.js";
import { KeyRing, type Seat } from "./key-ring.js";
import type { KeyTable, Share, ShareTable } from "./keyed-picker.js";

/** Who has this much less than it should have, relative to that, is not looked after any more. */
const lackMax = 0.001;
/** What is passed on to nobody in particular, of all keys. */
const restMax = 1e-5;
const levelsMax = 10;
// Of further rings; some for everybody, so that members with next to no weight have what they should after one of them.
const pointsForLack = 16;
const pointsForAll = 4;
const turn = 2 ** 32;
const coinSalt = 0x5bd1e995;
const nextSalt = 0x27d4eb2f;

interface Level {
  readonly table: KeyTable;
  /** Of the keys that each member is given here, those whose coin (32 bits) is less stay. */
  readonly kept: Float64Array;
}

/**
 * A member that has too much keeps only a part of its keys, and passes the others on: each key has a coin of its own, which
 * decides. A second, smaller ring has only those who have too little, at as many points as they lack, and there it goes on in the
 * same way, with a tenth of the keys left each time. Since parts change but little when members come or leave, few keys do.
 */
export class EvenTable implements KeyTable {
  /** The table that gives shares as they come. */
  readonly first: ShareTable;
  private readonly levels: readonly Level[];

  /** `shares` are the members of `first`. */
  constructor(first: ShareTable, shares: readonly Share[]) {
    this.first = first;
    this.levels = levelsOf(first, shares);
  }

  find(hash: number): number {
    let at = hash;
    for (const { table, kept } of this.levels) {
      const owner = table.find(at);
      const coin = mixBits(at ^ coinSalt);
      if (coin < (kept[owner] ?? 0)) return owner;
      at = mixBits(coin ^ nextSalt);
    }
    return this.first.find(at);
  }
}

function levelsOf(first: ShareTable, shares: readonly Share[]): readonly Level[] {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const wanted = shares.map(({ weight }) => weight / total);
  const lacks = Float64Array.from(wanted);
  const levels: Level[] = [];
  let table = first;
  let left = 1;
  while (levels.length < levelsMax) {
    const kept = new Float64Array(shares.length);
    let passedOn = 0;
    for (const [owner, share] of table.shares().entries()) {
      const given = left * share;
      const lack = lacks[owner] ?? 0;
      kept[owner] = given > lack ? (turn * lack) / given : turn;
      passedOn += Math.max(0, given - lack);
      lacks[owner] = Math.max(0, lack - given);
    }
    levels.push({ table, kept });
    left = passedOn;
    if (left < restMax && wanted.every((share, owner) => (lacks[owner] ?? 0) <= lackMax * share)) break;
    const next = ringOf(lacks, shares, levels.length);
    if (next === undefined) break;
    table = next;
  }
  return levels;
}

/** Of those who lack something; undefined where nobody does. */
function ringOf(lacks: Float64Array, shares: readonly Share[], level: number): KeyRing | undefined {
  const lacking = lacks.filter((lack) => lack > 0);
  const mean = lacking.reduce((sum, lack) => sum + lack, 0) / lacking.length;
  if (!(mean > 0)) return undefined;
  const seats = shares.map(({ address }, owner): Seat => {
    const lack = lacks[owner] ?? 0;
    const points = lack > 0 ? pointsForAll + Math.round((pointsForLack * lack) / mean) : 0;
    return seatOf(address, points, level);
  });
  return new KeyRing(seats);
}

/** The seat of a member on one of several rings. */
export function seatOf(address: string, points: number, ring: number): Seat {
  return { address, start: hashText(address, 2 * ring), step: hashText(address, 2 * ring + 1), points };
}
