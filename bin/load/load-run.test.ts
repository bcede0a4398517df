/** Runs of calls on a clock that stands still until it is moved: how many are made, when, and what their times are. */

import { VirtualClock } from "@rpcgen/runtime/testing";
import { expect, test } from "vitest";
import { callTimeoutMs } from "./load-plan.js";
import type { LoadPlan } from "./load-plan.js";
import { ClosedRun, PacedRun } from "./load-run.js";
import type { LoadRunOptions } from "./load-run.js";

const plan: LoadPlan = {
  concurrency: 1,
  ratePerSecond: undefined,
  durationMs: Infinity,
  requests: Infinity,
  warmUpMs: 0,
};

function closed(clock: VirtualClock, more: Partial<LoadPlan>, shoot: LoadRunOptions["shoot"]): ClosedRun {
  return new ClosedRun({ plan: { ...plan, ...more }, clock, shoot });
}

function paced(
  clock: VirtualClock,
  more: Partial<LoadPlan>,
  shoot: LoadRunOptions["shoot"],
  cutOff?: () => void,
): PacedRun {
  return new PacedRun({ plan: { ...plan, ...more }, clock, shoot, cutOff, timerSlackMs: 0 });
}

test("so many at a time make as many calls as the time allows, and none more than is asked for", async () => {
  const clock = new VirtualClock();
  let open = 0;
  let most = 0;
  const shoot = async (): Promise<void> => {
    most = Math.max(most, ++open);
    await clock.sleep(10);
    open--;
  };
  const timed = closed(clock, { concurrency: 4, durationMs: 1000 }, shoot);
  await clock.run(timed.run());
  expect([most, open, timed.tally.succeeded, timed.tally.latency.min, timed.tally.latency.max]).toEqual([
    4, 0, 400, 10, 10,
  ]);
  expect(timed.elapsedMs).toBe(1000);

  const turns: number[] = [];
  const counted = closed(clock, { concurrency: 4, requests: 7 }, async (turn) => {
    turns.push(turn);
    await clock.sleep(10);
  });
  await clock.run(counted.run());
  expect([turns, counted.tally.succeeded, counted.elapsedMs]).toEqual([[0, 1, 2, 3, 4, 5, 6], 7, 20]);
});

test("a call has a time of its own where nothing else would end it", () => {
  const stream = { shape: "serverStream", timeoutMs: undefined } as const;
  const endless = { durationMs: Infinity };
  expect(callTimeoutMs(endless, stream, undefined)).toBe(10_000);
  expect(callTimeoutMs(endless, { ...stream, timeoutMs: 5 }, undefined)).toBe(5);
  expect(callTimeoutMs(endless, { ...stream, shape: "bidiStream" }, 70_000)).toBe(70_000);
  expect(callTimeoutMs({ durationMs: 1000 }, stream, undefined)).toBeUndefined();
  expect(callTimeoutMs(endless, { ...stream, shape: "unary" }, undefined)).toBeUndefined();
});

test("a rate starts each call at its time, however long others take", async () => {
  const clock = new VirtualClock();
  const begun = clock.now();
  const starts: number[] = [];
  const run = paced(clock, { ratePerSecond: 100, concurrency: 1000, durationMs: 1000 }, async () => {
    starts.push(clock.now() - begun);
    await clock.sleep(5000);
  });
  await clock.run(run.run());
  expect(starts).toEqual(Array.from({ length: 100 }, (_, index) => index * 10));
  expect([run.tally.succeeded, run.tally.notStarted, run.tally.latency.max]).toEqual([100, 0, 5000]);
});

test("with a rate, what a call waits for those before it is in its time; without one, it is lost", async () => {
  const stalled = async (clock: VirtualClock, from: number): Promise<void> => {
    const at = clock.now() - from;
    // A server that answers at once, but for a second in which it answers nobody.
    if (at >= 1000 && at < 2000) await clock.sleep(2000 - at);
  };
  const clock = new VirtualClock();
  const from = clock.now();
  const open = paced(clock, { ratePerSecond: 100, concurrency: 1, durationMs: 3000 }, () => stalled(clock, from));
  await clock.run(open.run());
  // A hundred calls were due while it stood still, and waited for a second, and 10 ms less each.
  expect([open.tally.succeeded, open.tally.latency.count]).toEqual([300, 300]);
  expect(open.tally.latency.between(5, Infinity)).toBe(100);
  expect(open.tally.latency.max).toBe(1000);
  expect(open.tally.latency.percentile(0.9)).toBeGreaterThan(650);

  const other = new VirtualClock();
  const start = other.now();
  const blind = closed(other, { durationMs: 3000 }, async () => {
    await stalled(other, start);
    await other.sleep(1);
  });
  await other.run(blind.run());
  expect(blind.tally.latency.between(5, Infinity)).toBe(1);
});

test("a rate that cannot be held tells how many calls were not started", async () => {
  const clock = new VirtualClock();
  const run = paced(clock, { ratePerSecond: 100, concurrency: 2, durationMs: 1000 }, () => clock.sleep(100));
  await clock.run(run.run());
  expect(run.tally.started + run.tally.notStarted).toBe(100);
  expect(run.tally.started).toBe(20);
  expect(run.inFlight).toBe(0);
});

test("a rate below one call in the whole time still makes one", async () => {
  const clock = new VirtualClock();
  const run = paced(clock, { ratePerSecond: 0.1, durationMs: 1000 }, () => clock.sleep(1));
  await clock.run(run.run());
  expect(run.tally.succeeded).toBe(1);
});

test("calls of the warm-up do not count, and those that it leaves behind neither", async () => {
  for (const ratePerSecond of [undefined, 100]) {
    const clock = new VirtualClock();
    const settings = { concurrency: 4, durationMs: 1000, warmUpMs: 500, ratePerSecond };
    const Run = ratePerSecond === undefined ? ClosedRun : PacedRun;
    const run = new Run({ plan: { ...plan, ...settings }, clock, shoot: () => clock.sleep(10), timerSlackMs: 0 });
    await clock.run(run.run());
    expect([run.warmUp.succeeded, run.elapsedMs]).toEqual([ratePerSecond === undefined ? 200 : 50, 1000]);
    expect(run.tally.succeeded).toBe(ratePerSecond === undefined ? 400 : 100);
  }
});

test("errors are counted by code and type, and a worker that fails at once does not run wild", async () => {
  const clock = new VirtualClock();
  const errors = [
    Object.assign(new Error("gone"), { code: "unavailable" }),
    Object.assign(new Error("no order"), { code: "not-found", typeName: "shop.OrderNotFound" }),
    Object.assign(new Error("no other order"), { code: "not-found", typeName: "shop.OrderNotFound" }),
    new Error("whatever"),
  ];
  const run = closed(clock, { durationMs: 1000 }, async (turn) => {
    throw errors[turn % errors.length] ?? new Error("none");
  });
  await clock.run(run.run());
  expect(run.tally.failed).toBeLessThan(30);
  expect(run.tally.errors[0]).toMatchObject({ code: "not-found", typeName: "shop.OrderNotFound", message: "no order" });
  expect(run.tally.errors.map(({ code }) => code).sort()).toEqual(["not-found", "unavailable", "unknown"]);
  expect(run.tally.failedLatency.count).toBe(run.tally.failed);
  expect(run.tally.latency.count).toBe(0);
});

test("a run that is cut ends at once, and what was open is neither well nor failed", async () => {
  for (const ratePerSecond of [undefined, 10]) {
    const clock = new VirtualClock();
    const ends: (() => void)[] = [];
    const shoot = (): Promise<void> => new Promise((_, reject) => ends.push(() => reject(new Error("cut"))));
    const Run = ratePerSecond === undefined ? ClosedRun : PacedRun;
    const run = new Run({ plan: { ...plan, concurrency: 5, ratePerSecond }, clock, shoot, timerSlackMs: 0 });
    const over = run.run();
    await clock.advance(1000);
    expect(run.inFlight).toBe(5);
    run.cut();
    for (const end of ends) end();
    await clock.run(over);
    expect([run.tally.cutOff, run.tally.failed, run.tally.succeeded, run.inFlight]).toEqual([5, 0, 0, 0]);
  }
});

test("streams without an end are cut when the time is over, and their messages count when they come", async () => {
  const clock = new VirtualClock();
  let isCut = false;
  const run = new ClosedRun({
    plan: { ...plan, concurrency: 2, durationMs: 1000, warmUpMs: 100 },
    clock,
    cutOff: () => (isCut = true),
    shoot: async (_turn, _startedAt, counting) => {
      while (!isCut) {
        await clock.sleep(10);
        counting().messages++;
      }
      throw new Error("cut");
    },
  });
  await clock.run(run.run());
  // A stream that the warm-up has begun goes on into what counts.
  expect([run.tally.messages + run.warmUp.messages, run.tally.failed, run.warmUp.cutOff]).toEqual([222, 0, 2]);
  expect(run.warmUp.messages).toBeLessThanOrEqual(20);
});
