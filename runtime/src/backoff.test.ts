/** Waits between attempts: longer each time up to a bound, spread, and never without end or sense. */

import { expect, test } from "vitest";
import { Backoff, defaultBackoff } from "./backoff.js";
import { randomFrom } from "./testing/seeded-random.js";

const waits = (count: number, random: () => number, options = defaultBackoff): number[] => {
  const backoff = new Backoff(options, random);
  return Array.from({ length: count }, () => backoff.next());
};

test("each wait is within a fifth of what the one before leads to, and the bound holds", () => {
  const found = waits(40, randomFrom(1));
  for (const [attempt, wait] of found.entries()) {
    const middle = Math.min(20_000, 100 * 1.6 ** attempt);
    expect(wait).toBeGreaterThanOrEqual(middle * 0.8);
    expect(wait).toBeLessThanOrEqual(middle * 1.2);
  }
  expect(Math.max(...found.slice(20))).toBeGreaterThan(20_000);
});

test("a thousand clients that lost one server do not come back at the same moment", () => {
  const first = Array.from({ length: 1000 }, (_, client) => waits(1, randomFrom(client))[0] ?? NaN);
  const tenths = new Map<number, number>();
  for (const wait of first) tenths.set(Math.floor(wait / 4), (tenths.get(Math.floor(wait / 4)) ?? 0) + 1);
  // Ten parts of 4 ms between 80 and 120: a hundred in each, and six standard deviations are 57.
  expect(tenths.size).toBe(10);
  expect(Math.max(...tenths.values())).toBeLessThan(157);
});

test("success starts anew, and attempts without end stay within the bound", () => {
  const backoff = new Backoff({ ...defaultBackoff, jitter: 0 }, () => 0);
  for (let i = 0; i < 10; i++) backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(100);
  for (let i = 0; i < 10_000; i++) backoff.next();
  expect(backoff.next()).toBe(20_000);
});

test("no wait at first is a number for ever", () => {
  const backoff = new Backoff({ ...defaultBackoff, initialMs: 0 }, () => 0.5);
  for (let i = 0; i < 10_000; i++) expect(backoff.next()).toBe(0);
});
