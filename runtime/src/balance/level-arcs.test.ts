/** Shares of a ring become what weights say, and points stay in order, whatever the ring is like. */

import { expect, test } from "vitest";
import { randomFrom } from "../testing/seeded-random.js";
import { levelArcs } from "./level-arcs.js";

const turn = 2 ** 32;

/** A ring with so many points for each of the owners, at random. */
function ringOf(counts: readonly number[], seed = 1): { readonly points: Uint32Array; readonly owners: Uint32Array } {
  const random = randomFrom(seed);
  const all = counts.flatMap((count, owner) =>
    Array.from({ length: count }, () => ({ owner, point: Math.floor(random() * turn) })),
  );
  all.sort((a, b) => a.point - b.point);
  return {
    points: Uint32Array.from(all, ({ point }) => point),
    owners: Uint32Array.from(all, ({ owner }) => owner),
  };
}

/** How far each owner's share is from what its weight says, as a part of it. */
function faults(points: Uint32Array, owners: Uint32Array, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map(() => 0);
  let before = (points.at(-1) ?? 0) - turn;
  for (const [k, point] of points.entries()) {
    const owner = owners[k] ?? 0;
    shares[owner] = (shares[owner] ?? 0) + point - before;
    before = point;
  }
  return shares.map((share, owner) => Math.abs((share * total) / ((weights[owner] ?? 0) * turn) - 1));
}

const worst = (list: readonly number[]): number => Math.max(...list);

test.each([
  { name: "two", weights: [100, 100] },
  { name: "three", weights: [1, 1, 1] },
  { name: "fifty", weights: Array.from({ length: 50 }, () => 100) },
  { name: "five of different weights", weights: [50, 100, 200, 300, 400] },
  { name: "one that is heavier than all others together", weights: [5000, 100, 100, 100] },
  { name: "one that weighs next to nothing", weights: [20, 100, 100, 100] },
])("$name have what their weights say", ({ weights }) => {
  const perWeight = 200 / Math.min(...weights);
  for (let seed = 1; seed <= 5; seed++) {
    const counts = weights.map((weight) => weight * perWeight);
    const { points, owners } = ringOf(counts, seed);
    const before = worst(faults(points, owners, weights));
    levelArcs(points, owners, weights);
    expect(worst(faults(points, owners, weights))).toBeLessThan(0.003);
    expect(before).toBeGreaterThan(0.003);
    expect(points).toEqual(points.toSorted());
  }
});

test("rings with hardly any points come as close as they can, and stay rings", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const weights = [1, 5, 65_535];
    const { points, owners } = ringOf([1, 1, 3], seed);
    const before = faults(points, owners, weights)[2] ?? 0;
    levelArcs(points, owners, weights);
    expect(points).toEqual(points.toSorted());
    expect(faults(points, owners, weights)[2]).toBeLessThanOrEqual(before + 1e-6);
  }
});

test("points at one place, at the ends, and of one owner only do no harm", () => {
  const same = { points: new Uint32Array(6).fill(7), owners: Uint32Array.of(0, 1, 2, 0, 1, 2) };
  levelArcs(same.points, same.owners, [1, 1, 1]);
  expect(same.points).toEqual(same.points.toSorted());
  const ends = { points: Uint32Array.of(0, 5, turn - 1), owners: Uint32Array.of(0, 1, 0) };
  levelArcs(ends.points, ends.owners, [1, 1]);
  expect(ends.points).toEqual(ends.points.toSorted());
  const alone = { points: Uint32Array.of(1, 2, 3), owners: new Uint32Array(3) };
  levelArcs(alone.points, alone.owners, [9]);
  expect([...alone.points]).toEqual([1, 2, 3]);
});
