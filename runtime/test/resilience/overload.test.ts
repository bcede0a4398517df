/** Overload: five times what a server can do, and what it then still does, simulated on a virtual clock. */

import { describe, expect, it } from "vitest";
import { AdaptiveLimit } from "../../src/resilience/adaptive-limit.js";
import { CallLimits } from "../../src/resilience/call-limits.js";
import { TokenBucket } from "../../src/resilience/token-bucket.js";
import type { LimitSettings } from "../../src/resilience/call-limits.js";
import { randomFrom } from "../../src/testing/seeded-random.js";
import { seed } from "../kit/random.js";

interface Load {
  readonly callsPerSecond: number;
  /** Until when, in milliseconds, and from when on calls count. */
  readonly durationMs: number;
  readonly warmUpMs: number;
}

interface Outcome {
  /** Answers a second in time. */
  readonly goodput: number;
  readonly p99Ms: number;
  readonly refused: number;
}

// Eight calls at once, each of about ten milliseconds: 800 a second. The longer its queue, the slower it gets: what waits
// costs memory and collection, as it does on real machines.
const workers = 8;
const serviceMs = 10;
const usefulMs = 250;

/** Plays a server with a queue behind limits; time is a number, and events come in its order. */
function play(settings: LimitSettings, { callsPerSecond, durationMs, warmUpMs }: Load): Outcome {
  const random = randomFrom(seed);
  let now = 0;
  const limits = new CallLimits({ who: "the server takes", what: "all" }, settings, {
    clock: { now: () => now },
    random,
  });
  const queue: { arrivedAt: number; leave: (speaksOfLoad: boolean) => void }[] = [];
  const endings: { at: number; arrivedAt: number; leave: (speaksOfLoad: boolean) => void }[] = [];
  const took: number[] = [];
  let good = 0;
  let refused = 0;
  const start = (): void => {
    while (endings.length < workers) {
      const next = queue.shift();
      if (next === undefined) return;
      const slowdown = 1 + queue.length / 2000;
      const at = now + serviceMs * (0.5 + random()) * slowdown;
      endings.push({ at, ...next });
      endings.sort((a, b) => a.at - b.at);
    }
  };
  let arrivesAt = 0;
  while (now < durationMs) {
    const ending = endings[0];
    if (ending !== undefined && ending.at <= arrivesAt) {
      endings.shift();
      now = ending.at;
      ending.leave(true);
      if (now >= warmUpMs) {
        took.push(now - ending.arrivedAt);
        if (now - ending.arrivedAt <= usefulMs) good++;
      }
    } else {
      now = arrivesAt;
      arrivesAt = now - Math.log(1 - random()) * (1000 / callsPerSecond);
      const leave = limits.enter();
      if (typeof leave === "function") queue.push({ arrivedAt: now, leave });
      else if (now >= warmUpMs) refused++;
    }
    start();
  }
  took.sort((a, b) => a - b);
  const p99Ms = took[Math.floor(took.length * 0.99)] ?? Infinity;
  return { goodput: (good * 1000) / (durationMs - warmUpMs), p99Ms, refused };
}

const capacity = (workers * 1000) / serviceMs;
const none: LimitSettings = { rateLimit: undefined, concurrency: undefined };
const overload: Load = { callsPerSecond: 5 * capacity, durationMs: 70_000, warmUpMs: 10_000 };

describe(`at five times the capacity (SEED=${seed})`, () => {
  it("a server without limits answers nearly nobody in time, which below its capacity it does", () => {
    const load: Load = { callsPerSecond: 0.9 * capacity, durationMs: 60_000, warmUpMs: 5000 };
    expect(play(none, load).goodput).toBeGreaterThan(0.85 * capacity);
    expect(play(none, overload).goodput).toBeLessThan(0.1 * capacity);
  });

  const limits: Readonly<Record<string, LimitSettings>> = {
    "an adaptive limit": { ...none, concurrency: { max: 1000, adaptive: true } },
    "a fixed limit": { ...none, concurrency: { max: 32, adaptive: false } },
    "a rate": { ...none, rateLimit: { perSecond: 0.95 * capacity, burst: 20 } },
  };
  for (const [name, settings] of Object.entries(limits)) {
    it(`with ${name} it does at least four fifths of what it can, and in bounded time`, () => {
      const { goodput, p99Ms, refused } = play(settings, overload);
      expect(goodput).toBeGreaterThanOrEqual(0.8 * capacity);
      expect(p99Ms).toBeLessThanOrEqual(100);
      expect(refused).toBeGreaterThan(0);
    });
  }

  it("an adaptive limit refuses nearly nobody below capacity", () => {
    const load: Load = { callsPerSecond: 0.7 * capacity, durationMs: 70_000, warmUpMs: 10_000 };
    const { goodput, refused } = play({ ...none, concurrency: { max: 1000, adaptive: true } }, load);
    expect(goodput).toBeGreaterThan(0.68 * capacity);
    expect(refused).toBeLessThan(0.005 * 0.7 * capacity * 60);
  });
});

/** Calls that all take `ms`, as many at once as the limit allows. */
function settle(limit: AdaptiveLimit, ms: (inFlight: number) => number, from: number, calls: number): number {
  let now = from;
  for (let i = 0; i < calls; i++) {
    const inFlight = limit.limit;
    const took = ms(inFlight);
    now += took / inFlight;
    limit.sample(now - took, now, inFlight);
  }
  return now;
}

it("finds the limit where calls begin to queue, and follows a server that gets slower for good", () => {
  const limit = new AdaptiveLimit(1000, 0, () => 0.5);
  const server = (width: number, ms: number) => (inFlight: number) => ms * Math.max(1, inFlight / width);
  let now = settle(limit, server(50, 10), 0, 100_000);
  expect(limit.limit).toBeGreaterThanOrEqual(50);
  expect(limit.limit).toBeLessThanOrEqual(100);
  now = settle(limit, server(50, 40), now, 300_000);
  expect(limit.limit).toBeGreaterThanOrEqual(45);
  expect(limit.limit).toBeLessThanOrEqual(100);
  settle(limit, server(10, 40), now, 300_000);
  expect(limit.limit).toBeLessThanOrEqual(25);
  limit.adjust(5);
  expect(limit.limit).toBeLessThanOrEqual(5);
});

it("does not grow for calls that come one at a time, and never lets go of the last one", () => {
  const limit = new AdaptiveLimit(1000, 0, () => 0.5);
  for (let now = 0; now < 100_000; now += 10) limit.sample(now, now + 5, 1);
  expect(limit.limit).toBe(20);
  const stuck = new AdaptiveLimit(1000, 0, () => 0.5);
  for (let i = 0, now = 0; i < 10_000; i++, now += 10) stuck.sample(now, now + 2 ** Math.min(20, i / 100), 1);
  expect(stuck.limit).toBeGreaterThanOrEqual(1);
});

it("lets through a rate, and a burst after a pause, whatever the times between", () => {
  const random = randomFrom(seed);
  const bucket = new TokenBucket({ perSecond: 50, burst: 10 }, 0);
  let passed = 0;
  for (let now = 0; now <= 100_000; now += random() * 5) if (bucket.tryTake(now)) passed++;
  expect(passed).toBeGreaterThanOrEqual(4980);
  expect(passed).toBeLessThanOrEqual(5011);
  const waitMs = bucket.take(100_000);
  expect(waitMs).toBeLessThanOrEqual(20);
  expect(bucket.tryTake(100_000 + 10_000)).toBe(true);
  let burst = 1;
  while (bucket.tryTake(110_000)) burst++;
  expect(burst).toBe(10);
  // A clock that stands or goes back a little takes nothing away.
  expect(bucket.take(109_000)).toBeGreaterThan(0);
});
