/** What random tests share: a seed that repeats a run, how often something is tried, and numbers that follow the seed. */

/** `SEED=7` repeats a run; tests that use it print it in their names. */
export const seed: number = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);

const factor = Number(process.env["FUZZ"] ?? 1);

/** How often something random is tried: `count` times, and ten times as often under `FUZZ=10`. */
export function tries(count: number): number {
  return Math.max(1, Math.round(count * factor));
}

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
export function fractionsFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whole numbers from 0 up to a bound, the same ones for the same seed. */
export function numbersFrom(start: number): (below: number) => number {
  const fraction = fractionsFrom(start);
  return (below) => Math.floor(fraction() * below);
}
