/** The histogram of latencies against exact percentiles of the same values. */

import { expect, test } from "vitest";
import { LatencyHistogram } from "./latency-histogram.js";

/** Numbers from 0 to 1 that look random and are the same in every run. */
function* seeded(seed: number): Generator<number, never, undefined> {
  for (let state = seed >>> 0; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const shapes: readonly (readonly [string, (random: number) => number])[] = [
  ["evenly spread", (random) => random * 100],
  ["with a long tail", (random) => 0.05 / (1 - random)],
  ["tiny", (random) => random / 1000],
  ["hours", (random) => 3_600_000 * (1 + random)],
  ["all the same", () => 7.25],
  ["of two kinds", (random) => (random < 0.5 ? 0.2 : 900)],
];

test.each(shapes)("percentiles of values %s are within half a percent", (_what, shape) => {
  const seed = 20_261_128;
  const random = seeded(seed);
  const values = Array.from({ length: 20_000 }, () => shape(random.next().value));
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  const sorted = values.toSorted((a, b) => a - b);
  for (const share of [0, 0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1]) {
    const exact = sorted[Math.max(1, Math.ceil(share * values.length)) - 1] ?? 0;
    // What is under 61 ns is one bucket.
    expect(Math.abs(histogram.percentile(share) - exact), `seed ${seed}, ${share}`).toBeLessThanOrEqual(
      Math.max(exact * 0.005, 0.000_062),
    );
  }
  expect([histogram.count, histogram.min, histogram.max]).toEqual([values.length, sorted[0], sorted.at(-1)]);
  expect(histogram.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
  expect(histogram.between(0, Infinity)).toBe(values.length);
});

test("nothing recorded is zero, and what is no duration counts as none", () => {
  const histogram = new LatencyHistogram();
  expect([histogram.count, histogram.min, histogram.max, histogram.mean, histogram.percentile(0.5)]).toEqual([
    0, 0, 0, 0, 0,
  ]);
  for (const value of [0, -1, NaN, -Infinity]) histogram.record(value);
  expect([histogram.count, histogram.min, histogram.max, histogram.percentile(0.99)]).toEqual([4, 0, 0, 0]);
  histogram.record(Number.MAX_VALUE);
  expect([histogram.max, histogram.percentile(1)]).toEqual([Number.MAX_VALUE, Number.MAX_VALUE]);
});

test("one value is every percentile", () => {
  const histogram = new LatencyHistogram();
  histogram.record(12.345);
  expect([0, 0.5, 0.999, 1].map((share) => histogram.percentile(share))).toEqual([12.345, 12.345, 12.345, 12.345]);
});
