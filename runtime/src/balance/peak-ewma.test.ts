/** The average of latencies rises at once, sinks slowly, and forgets. */

import { expect, test } from "vitest";
import { PeakEwma } from "../balance.js";

test("nothing was measured before the first answer, and something ever after", () => {
  const average = new PeakEwma();
  expect(average.at(5)).toBe(0);
  average.observe(5, 0);
  expect(average.at(5)).toBeGreaterThan(0);
  expect(average.at(1e12)).toBeGreaterThan(0);
});

test("a peak counts at once, and quick answers bring it down with time", () => {
  const average = new PeakEwma(1000, 1000);
  average.observe(0, 10);
  average.observe(100, 500);
  expect(average.at(100)).toBe(500);
  for (let now = 200; now <= 1100; now += 100) average.observe(now, 10);
  expect(average.at(1100)).toBeGreaterThan(500 * Math.exp(-1));
  expect(average.at(1100)).toBeLessThan(500 * Math.exp(-1) + 10);
});

test("what is slow and not asked is forgotten", () => {
  const average = new PeakEwma(1000, 1000);
  average.observe(0, 500);
  expect(average.at(1000)).toBeCloseTo(500 / Math.E);
  expect(average.at(10_000)).toBeLessThan(1);
});

test("times that are none, and a clock that goes back, do no harm", () => {
  const average = new PeakEwma(1000);
  average.observe(1000, 20);
  for (const odd of [NaN, -1, Infinity]) average.observe(1000, odd);
  average.observe(500, 10);
  expect(average.at(500)).toBeLessThanOrEqual(20);
  expect(average.at(500)).toBeGreaterThan(0);
});

test("what is out of line is forgotten soon, and later where trying again confirms it", () => {
  const average = new PeakEwma(8000, 1000);
  average.observe(0, 1000);
  let now = 0;
  for (const decayMs of [1000, 2000, 4000, 8000, 8000]) {
    expect(average.at(now + decayMs)).toBeCloseTo(1000 / Math.E);
    now += 10 * decayMs;
    average.observe(now, 1000);
  }
  average.observe(now, 10_000);
  expect(average.at(now + 1000)).toBeCloseTo(10_000 / Math.E);
});

test("calls that one pause has held up are answered together, and confirm nothing", () => {
  const average = new PeakEwma(8000, 1000);
  average.observe(0, 1);
  for (let i = 0; i < 100; i++) average.observe(5000 + i, 4000 + 10 * i);
  expect(average.at(6099)).toBeCloseTo(4990 / Math.E);
});
