/** How long attempts wait for each other: what servers may ask for, and what is left of a wait when its reader is gone. */

import { expect, test } from "vitest";
import { watch } from "../kit/harness.js";
import { failure, Get, note, stackUnderTest, Watch } from "./kit.js";

const policies = { methods: { "*": { retry: { attempts: 3 } } } };

test("a server that asks for a wait without reason gets five minutes, from retries and from hedges", async () => {
  for (const methods of [
    { "*": { retry: { attempts: 2 } } },
    { "*": { hedge: { attempts: 2, delayMs: 86_000_000 } } },
  ]) {
    const { clock, channel, played } = stackUnderTest(
      (_, nth) => {
        if (nth === 1) throw failure("unavailable", { retryAfterMs: 1e15 });
        return note("there");
      },
      { policies: { methods } },
    );
    const call = watch(channel.unary(Get, note(), { timeoutMs: Infinity }));
    await clock.advance(299_000);
    expect(played.calls).toHaveLength(1);
    await clock.advance(2000);
    expect(call.value).toEqual(note("there"));
  }
});

test("a wait below zero is none", async () => {
  const { clock, channel, played } = stackUnderTest(
    (_, nth) => {
      if (nth === 1) throw failure("unavailable", { retryAfterMs: -1e15 });
      return note("there");
    },
    { policies },
  );
  const call = watch(channel.unary(Get, note(), { timeoutMs: Infinity }));
  await clock.advance(100);
  expect(call.value).toEqual(note("there"));
  expect(played.calls).toHaveLength(2);
});

test("a stream that is left while it waits for its next attempt leaves no timer behind", async () => {
  const { clock, channel } = stackUnderTest(
    () => note(),
    { policies },
    async function* () {
      throw failure("unavailable", { retryAfterMs: 60_000 });
    },
  );
  const before = clock.timers;
  const reader = channel.serverStream(Watch, note())[Symbol.asyncIterator]();
  const first = watch(reader.next());
  await clock.settle();
  expect(clock.timers).toBeGreaterThan(before);
  await reader.return?.();
  await clock.settle();
  expect(first.value).toEqual({ value: undefined, done: true });
  expect(clock.timers).toBe(before);
});

test("a stream whose attempts have failed says so once, and is over then", async () => {
  const { clock, channel } = stackUnderTest(
    () => note(),
    { policies },
    async function* () {
      throw failure("not-found");
    },
  );
  const reader = channel.serverStream(Watch, note())[Symbol.asyncIterator]();
  const reads = [watch(reader.next()), watch(reader.next())];
  await clock.settle();
  const later = watch(reader.next());
  await clock.settle();
  expect(reads[0]?.error).toMatchObject({ code: "not-found" });
  expect(reads[1]?.value).toEqual({ value: undefined, done: true });
  expect(later.value).toEqual({ value: undefined, done: true });
});
