/** Second attempts for calls that take long: when they start, which answer wins, and what becomes of the rest. */

import { expect, it } from "vitest";
import { Metadata } from "../../src/call/metadata.js";
import type { ClientPolicies } from "../../src/resilience/policies.js";
import { watch } from "../kit/harness.js";
import { annotated, failure, Get, note, noteMethod, Place, stackUnderTest, untilAborted } from "./kit.js";

const hedged: ClientPolicies = { methods: { "*": { hedge: { attempts: 3, delayMs: 100 } } } };

it("starts another attempt after the delay, takes the first answer, and cancels the rest", async () => {
  const { clock, channel, played } = stackUnderTest(
    async (call, nth) => {
      call.onMetadata?.(Metadata.from({ by: String(nth) }));
      return nth === 2 ? note("second") : untilAborted(call);
    },
    { policies: hedged },
  );
  const told: (string | undefined)[] = [];
  const call = watch(channel.unary(Get, note(), { onMetadata: (metadata) => told.push(metadata.get("by")) }));
  await clock.advance(99);
  expect(played.calls).toHaveLength(1);
  await clock.advance(1);
  expect(call.value).toEqual(note("second"));
  expect(told).toEqual(["2"]);
  expect(played.calls[0]?.signal?.aborted).toBe(true);
  await clock.advance(1000);
  expect(played.calls).toHaveLength(2);
  expect(clock.timers).toBe(0);
});

it("sends nothing twice where the first answer is quick", async () => {
  const { clock, channel, played } = stackUnderTest(() => note("quick"), { policies: hedged });
  expect(await channel.unary(Get, note())).toEqual(note("quick"));
  await clock.advance(1000);
  expect(played.calls).toHaveLength(1);
  expect(clock.timers).toBe(0);
});

it("does nothing for a method that may not be done twice, unless all servers know each other's keys", async () => {
  const { clock, channel, played } = stackUnderTest((call) => untilAborted(call), { policies: hedged });
  const abort = new AbortController();
  watch(channel.unary(Place, note(), { signal: abort.signal }));
  const Keyed = noteMethod("Keyed", { policy: { idempotencyKey: true } });
  watch(channel.unary(Keyed, note(), { signal: abort.signal }));
  await clock.advance(1000);
  expect(played.calls).toHaveLength(2);
  watch(channel.unary(annotated({ idempotencyKey: "shared" }), note(), { signal: abort.signal }));
  await clock.advance(1000);
  expect(played.calls).toHaveLength(5);
  expect(new Set(played.calls.slice(2).map((call) => call.metadata?.get("idempotency-key"))).size).toBe(1);
  abort.abort();
  await clock.settle();
});

it("goes on at once after a failure that others may not share, and ends after one that all would", async () => {
  const { clock, channel, played } = stackUnderTest(
    async (call, nth) => {
      if (nth === 1) throw failure("unavailable", { peer: "s1" });
      if (nth === 2) return untilAborted(call);
      throw failure("invalid-argument", { peer: "s3" });
    },
    { policies: hedged },
  );
  const call = watch(channel.unary(Get, note()));
  await clock.settle();
  expect(played.calls).toHaveLength(2);
  await clock.advance(100);
  expect(call.error).toMatchObject({
    code: "invalid-argument",
    attempts: [
      { address: "s1", code: "unavailable" },
      { address: "s3", code: "invalid-argument" },
    ],
  });
  expect(played.calls[1]?.signal?.aborted).toBe(true);
});

it("stops at its number of attempts, and fails when all have", async () => {
  const { clock, channel, played } = stackUnderTest(
    () => {
      throw failure();
    },
    { policies: hedged },
  );
  const call = watch(channel.unary(Get, note()));
  await clock.advance(1000);
  expect(call.error).toMatchObject({ code: "unavailable" });
  expect(played.calls).toHaveLength(3);
  expect(clock.timers).toBe(0);
});

it("sends no more after a server that says never, and waits for one that says later", async () => {
  const { clock, channel, played } = stackUnderTest(
    (_, nth) => {
      throw failure("unavailable", { retryAfterMs: nth === 1 ? 300 : Infinity });
    },
    { policies: hedged },
  );
  const call = watch(channel.unary(Get, note()));
  await clock.advance(299);
  expect(played.calls).toHaveLength(1);
  expect(call.isSettled).toBe(false);
  await clock.advance(1);
  expect(played.calls).toHaveLength(2);
  expect(call.error).toMatchObject({ code: "unavailable" });
});

it("cancels all attempts with the caller's signal", async () => {
  const { clock, channel, played } = stackUnderTest((call) => untilAborted(call), { policies: hedged });
  const abort = new AbortController();
  const call = watch(channel.unary(Get, note(), { signal: abort.signal }));
  await clock.advance(150);
  abort.abort();
  await clock.settle();
  expect(call.error).toMatchObject({ code: "cancelled" });
  expect(played.calls.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
  await clock.advance(1000);
  expect(played.calls).toHaveLength(2);
  expect(clock.timers).toBe(0);
});

it("does not say that nobody has looked at a call of which another attempt was under way", async () => {
  const { clock, channel, played } = stackUnderTest(
    (call, nth) =>
      new Promise((_, reject) => {
        const facts = { neverProcessed: nth === 1 };
        call.signal?.addEventListener("abort", () => reject(failure("cancelled", facts)), { once: true });
      }),
    { policies: hedged },
  );
  const abort = new AbortController();
  const call = watch(channel.unary(Get, note(), { signal: abort.signal }));
  await clock.advance(150);
  expect(played.calls).toHaveLength(2);
  abort.abort();
  await clock.advance(1000);
  expect(call.error).toMatchObject({ code: "cancelled", neverProcessed: false });
  expect(played.calls).toHaveLength(2);
});

it("shares the budget of the channel: slow servers get at most a fifth more, and ten a second", async () => {
  const { clock, channel, played } = stackUnderTest(
    async () => {
      await new Promise<void>((resolve) => void clock.timer(500, resolve));
      return note();
    },
    { policies: hedged },
  );
  const calls = 4000;
  for (let i = 0; i < calls; i++) {
    watch(channel.unary(Get, note()));
    if (i % 10 === 9) await clock.advance(10);
  }
  await clock.advance(2000);
  const added = played.calls.length - calls;
  expect(added).toBeGreaterThan(0.1 * calls);
  expect(added).toBeLessThanOrEqual(0.2 * calls + 10 * 8);
});

it("ends where the wait that a server asked for is over and nothing may follow", async () => {
  const refused = (): never => {
    throw failure("unavailable", { retryAfterMs: 300 });
  };
  const { clock, channel, played } = stackUnderTest(refused, {
    policies: { ...hedged, channel: { retryBudget: { ratio: 0, perSecond: 0 } } },
  });
  const call = watch(channel.unary(Get, note()));
  await clock.advance(1000);
  expect(call.error).toMatchObject({ code: "unavailable" });
  expect(played.calls).toHaveLength(1);
  expect(clock.timers).toBe(0);
});

it("is called off at once while it waits as a server asked for", async () => {
  const { clock, channel } = stackUnderTest(
    async (call) => {
      if (call.signal?.aborted === true) throw failure("cancelled");
      throw failure("unavailable", { retryAfterMs: 300 });
    },
    { policies: hedged },
  );
  const abort = new AbortController();
  const call = watch(channel.unary(Get, note(), { signal: abort.signal }));
  await clock.settle();
  expect(call.isSettled).toBe(false);
  abort.abort();
  await clock.settle();
  expect(call.error).toMatchObject({ code: "cancelled" });
  expect(clock.timers).toBe(0);
});
