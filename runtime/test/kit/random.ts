/** What random tests share: a seed that repeats a run, how often something is tried, and numbers that follow the seed. */

import { randomFrom } from "../../src/testing/seeded-random.js";

/** `SEED=7` repeats a run; tests that use it print it in their names. */
export const seed: number = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);

const factor = Number(process.env["FUZZ"] ?? 1);

/** How often something random is tried: `count` times, and ten times as often under `FUZZ=10`. */
export function tries(count: number): number {
  return Math.max(1, Math.round(count * factor));
}

/** Whole numbers from 0 up to a bound, the same ones for the same seed. */
export function numbersFrom(start: number): (below: number) => number {
  const fraction = randomFrom(start);
  return (below) => Math.floor(fraction() * below);
}
