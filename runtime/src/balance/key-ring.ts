/** A ring on which members stand at many points, and a key belongs to the next point. Made of the ring before where it can. */

import { mixBits } from "./hash-text.js";
import type { ShareTable } from "./keyed-picker.js";

/** Where a member stands: its points follow from two hashes of its name. */
export interface Seat {
  readonly address: string;
  readonly start: number;
  readonly step: number;
  /** Its first points are the same ones, however many it has. */
  readonly points: number;
}

const turn = 2 ** 32;
const partBitsMax = 16;
/** A point and whose it is as one number, by which both are sorted; there are fewer members than this. */
const ownersMax = 2 ** 20;

/** Points in order, found by the part of the ring that a hash lies in. */
export class KeyRing implements ShareTable {
  private readonly seats: readonly Seat[];
  /** Where the points are, in order, those at one place in the order of their owners. */
  private readonly hashes: Uint32Array;
  /** Whose they are. */
  private readonly owners: Uint32Array;
  /** The first point of each of the equal parts of the ring, and behind them the number of points. */
  private readonly parts: Uint32Array;
  private readonly shift: number;

  /** `seats` are in order of their addresses, none twice; there is at least one point. Equal seats make equal rings, whatever was before. */
  constructor(seats: readonly Seat[], before?: KeyRing) {
    this.seats = seats;
    const length = seats.reduce((sum, { points }) => sum + points, 0);
    this.hashes = new Uint32Array(length);
    this.owners = new Uint32Array(length);
    const bits = Math.min(partBitsMax, Math.ceil(Math.log2(length + 1)));
    this.shift = 32 - bits;
    this.parts = new Uint32Array(2 ** bits + 1);
    const change = before === undefined ? undefined : compareSeats(before.seats, seats);
    // Sorting everything anew costs as much as sorting some eighth of it and taking the rest over.
    if (before !== undefined && change !== undefined && change.size * 8 <= length) this.follow(before, change);
    else this.place();
    this.countParts(this.hashes);
  }

  find(hash: number): number {
    const { hashes } = this;
    let at = this.parts[hash >>> this.shift] ?? 0;
    while (at < hashes.length && (hashes[at] ?? 0) < hash) at++;
    return this.owners[at < hashes.length ? at : 0] ?? 0;
  }

  shares(): Float64Array {
    const { hashes, owners } = this;
    const arcs = new Float64Array(this.seats.length);
    let before = (hashes[hashes.length - 1] ?? 0) - turn;
    for (let k = 0; k < hashes.length; k++) {
      const hash = hashes[k] ?? 0;
      const owner = owners[k] ?? 0;
      arcs[owner] = (arcs[owner] ?? 0) + hash - before;
      before = hash;
    }
    return arcs.map((arc) => arc / turn);
  }

  /** The points of the ring before, without those that are gone, and with those that have come. */
  private follow(before: KeyRing, { ownersNow, gone, come }: SeatChange): void {
    const { hashes, owners } = this;
    let at = 0;
    let nextGone = 0;
    let nextCome = 0;
    const placeUpTo = (code: number): void => {
      for (; (come[nextCome] ?? Infinity) < code; nextCome++) {
        const placed = come[nextCome] ?? 0;
        hashes[at] = Math.floor(placed / ownersMax);
        owners[at++] = placed % ownersMax;
      }
    };
    let goneCode = gone[0] ?? Infinity;
    let comeCode = come[0] ?? Infinity;
    for (let k = 0; k < before.hashes.length; k++) {
      const hash = before.hashes[k] ?? 0;
      const owner = before.owners[k] ?? 0;
      if (hash * ownersMax + owner === goneCode) {
        goneCode = gone[++nextGone] ?? Infinity;
        continue;
      }
      const ownerNow = ownersNow[owner] ?? 0;
      if (hash * ownersMax + ownerNow > comeCode) {
        placeUpTo(hash * ownersMax + ownerNow);
        comeCode = come[nextCome] ?? Infinity;
      }
      hashes[at] = hash;
      owners[at++] = ownerNow;
    }
    placeUpTo(Infinity);
  }

  /** Sorts by counting what falls into each part: rings are large, and the event loop waits. */
  private place(): void {
    const hashes = new Uint32Array(this.hashes.length);
    let at = 0;
    for (const seat of this.seats) for (let i = 0; i < seat.points; i++) hashes[at++] = pointOf(seat, i);
    this.countParts(hashes);
    const filled = new Uint32Array(this.parts.length);
    at = 0;
    for (const [owner, { points }] of this.seats.entries()) {
      for (let i = 0; i < points; i++) this.insert(hashes[at++] ?? 0, owner, filled);
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

const pointOf = ({ start, step }: Seat, index: number): number => mixBits(start ^ mixBits(step + index));

interface SeatChange {
  /** The new number of each owner of before; of those that are gone it is never asked. */
  readonly ownersNow: Uint32Array;
  /** Points that are gone, with their owners' numbers of before, in order. */
  readonly gone: Float64Array;
  /** Points that have come, with their owners' numbers of now, in order. */
  readonly come: Float64Array;
  readonly size: number;
}

function compareSeats(before: readonly Seat[], now: readonly Seat[]): SeatChange | undefined {
  if (Math.max(before.length, now.length) >= ownersMax) return undefined;
  const ownersNow = new Uint32Array(before.length);
  const gone: number[] = [];
  const come: number[] = [];
  let at = 0;
  for (const [owner, seat] of now.entries()) {
    for (; at < before.length && (before[at]?.address ?? "") < seat.address; at++) collect(gone, before[at], at, 0);
    const old = before[at]?.address === seat.address ? before[at] : undefined;
    if (old !== undefined) {
      collect(gone, old, at, seat.points);
      ownersNow[at++] = owner;
    }
    collect(come, seat, owner, old?.points ?? 0);
  }
  for (; at < before.length; at++) collect(gone, before[at], at, 0);
  const size = gone.length + come.length;
  return { ownersNow, gone: Float64Array.from(gone).sort(), come: Float64Array.from(come).sort(), size };
}

/** The points of a seat from one on. */
function collect(codes: number[], seat: Seat | undefined, owner: number, from: number): void {
  for (let i = from; i < (seat?.points ?? 0); i++) {
    if (seat !== undefined) codes.push(pointOf(seat, i) * ownersMax + owner);
  }
}
