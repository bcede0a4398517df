/** A retry storm: every call fails, at ten thousand calls a second, and the budget keeps what is added small. */

import { expect, it } from "vitest";
import { RetryBudget } from "../../src/resilience/retry-budget.js";
import { randomFrom } from "../../src/testing/seeded-random.js";
import { seed } from "../kit/random.js";
import { VirtualClock } from "../../src/testing/virtual-clock.js";
import { failure, Get, note, stackUnderTest } from "./kit.js";

it("adds at most 20 % and ten attempts a second to 10,000 failing calls a second", async () => {
  const clock = new VirtualClock();
  const callsPerMs = 10;
  const seconds = 3;
  let late = 0;
  const { channel, played } = stackUnderTest(
    () => {
      throw failure();
    },
    { clock, random: randomFrom(seed), policies: { methods: { "*": { retry: { attempts: 5 } } } } },
  );
  let open = 0;
  for (let ms = 0; ms < seconds * 1000; ms++) {
    for (let i = 0; i < callsPerMs; i++) {
      const deadlineAt = clock.now() + 500;
      open++;
      channel.unary(Get, note(), { timeoutMs: 500 }).catch(() => {
        open--;
        if (clock.now() > deadlineAt) late++;
      });
    }
    if (ms % 20 === 19) await clock.advance(20);
  }
  await clock.advance(1000);
  const calls = seconds * 1000 * callsPerMs;
  const added = played.calls.length - calls;
  expect(open).toBe(0);
  expect(late).toBe(0);
  expect(added).toBeGreaterThan(0.15 * calls);
  expect(added).toBeLessThanOrEqual(0.2 * calls + 10 * (seconds + 2));
  expect(clock.timers).toBe(0);
}, 60_000);

it("holds the same bound over any ten seconds, however calls come", () => {
  const random = randomFrom(seed);
  const budget = new RetryBudget({ ratio: 0.2, perSecond: 10 }, 0);
  const calls: number[] = [];
  const added: number[] = [];
  for (let now = 0; now < 120_000; now += 5 + random() * 20) {
    const burst = random() < 0.02 ? 2000 : Math.floor(random() * 5);
    for (let i = 0; i < burst; i++) {
      budget.deposit(now);
      calls.push(now);
    }
    for (let i = 0; i < 3 * burst; i++) if (budget.withdraw(now)) added.push(now);
  }
  const within = (times: readonly number[], from: number, to: number): number =>
    times.filter((time) => time > from && time <= to).length;
  for (let end = 10_000; end <= 120_000; end += 1000) {
    // Attempts of ten seconds draw on the calls of those and of the eleven before them.
    const extras = within(added, end - 10_000, end);
    expect(extras).toBeLessThanOrEqual(0.2 * within(calls, end - 21_000, end) + 10 * 10 + 10);
  }
  expect(added.length).toBeLessThanOrEqual(0.2 * calls.length + 10 * 121);
});

it("lets a quiet client retry, and forgets what calls have paid in after ten seconds", () => {
  const budget = new RetryBudget({ ratio: 0.2, perSecond: 0 }, 0);
  for (let i = 0; i < 100; i++) budget.deposit(0);
  expect(Array.from({ length: 21 }, () => budget.withdraw(9000)).filter(Boolean)).toHaveLength(20);
  expect(budget.withdraw(20_000)).toBe(false);
  const quiet = new RetryBudget({ ratio: 0.2, perSecond: 10 }, 0);
  expect(Array.from({ length: 11 }, () => quiet.withdraw(0)).filter(Boolean)).toHaveLength(10);
  expect(quiet.withdraw(100)).toBe(true);
  expect(quiet.withdraw(100)).toBe(false);
});
