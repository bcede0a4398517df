/** The machine's clock waits as long as it is told, and an alarm rings once for many. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Alarm, systemClock } from "./clock.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([2 ** 31, 2 ** 32, 10 * 2 ** 31])("a timer of %i ms does not fire early", (delayMs) => {
  const run = vi.fn();
  systemClock.timer(delayMs, run);
  vi.advanceTimersByTime(delayMs - 1);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledTimes(1);
});

it("a timer of Infinity never fires, and a cancelled one neither, even between its hops", () => {
  const run = vi.fn();
  systemClock.timer(Infinity, run);
  const timer = systemClock.timer(2 ** 32, run);
  vi.advanceTimersByTime(2 ** 31 + 5);
  timer.cancel();
  vi.advanceTimersByTime(2 ** 33);
  expect(run).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it("an alarm moves to the earliest time it is asked for and rings once", () => {
  const ring = vi.fn();
  const alarm = new Alarm(systemClock, ring);
  const now = systemClock.now();
  alarm.noLaterThan(now + 500);
  alarm.noLaterThan(now + 100);
  alarm.noLaterThan(now + 300);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(ring).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(ring).toHaveBeenCalledTimes(1);
  alarm.noLaterThan(systemClock.now() + 10);
  alarm.cancel();
  vi.advanceTimersByTime(1000);
  expect(ring).toHaveBeenCalledTimes(1);
});
