/** Kept answers: whose they are, how long they last, how much they may take, and who asks when many want the same. */

import { expect, it } from "vitest";
import { Metadata } from "../../src/call/metadata.js";
import type { CachePolicy } from "../../src/method/method-policy.js";
import type { ClientPolicies } from "../../src/resilience/policies.js";
import { ResultCache } from "../../src/resilience/result-cache.js";
import { TooMany, type Note } from "../kit/echo-service.js";
import { failureOf, watch, type Watched } from "../kit/harness.js";
import { VirtualClock } from "../../src/testing/virtual-clock.js";
import { failure, Get, note, Place, PlayedCaller, stackUnderTest, untilAborted } from "./kit.js";

const cached = (policy: Partial<CachePolicy> = {}): ClientPolicies => ({
  methods: { "*": { cache: { forMs: 1000, ...policy } } },
});

it("keeps an answer by its request for as long as it was told, and no longer", async () => {
  const { clock, channel, played } = stackUnderTest((call, nth) => note(call.request?.text, nth), {
    policies: cached(),
  });
  expect(await channel.unary(Get, note("a"))).toEqual(note("a", 1));
  expect(await channel.unary(Get, note("b"))).toEqual(note("b", 2));
  await clock.advance(999);
  expect(await channel.unary(Get, note("a"))).toEqual(note("a", 1));
  await clock.advance(1);
  expect(await channel.unary(Get, note("a"))).toEqual(note("a", 3));
  expect(played.calls).toHaveLength(3);
});

it("keeps nothing of methods that do something", async () => {
  const { channel, played } = stackUnderTest((_, nth) => note("", nth), { policies: cached() });
  await channel.unary(Place, note());
  await channel.unary(Place, note());
  expect(played.calls).toHaveLength(2);
});

it("never shows one caller's answer to another: metadata is part of the question, ids of traces are not", async () => {
  const { channel, played } = stackUnderTest((call) => note(call.metadata?.get("authorization")), {
    policies: cached(),
  });
  const as = (authorization: string, traceparent: string): Promise<Note> =>
    channel.unary(Get, note(), { metadata: { authorization, traceparent } });
  expect(await as("anna", "1")).toEqual(note("anna"));
  expect(await as("bert", "2")).toEqual(note("bert"));
  expect(await as("anna", "3")).toEqual(note("anna"));
  expect(played.calls).toHaveLength(2);
});

it("freezes what all callers hold, and tells each what came beside it", async () => {
  const { channel } = stackUnderTest(
    (call) => {
      call.onMetadata?.(Metadata.from({ version: "7" }));
      return note("one");
    },
    { policies: cached() },
  );
  const told: (string | undefined)[] = [];
  const ask = (): Promise<Note> =>
    channel.unary(Get, note(), { onMetadata: (metadata) => told.push(metadata.get("version")) });
  const [first, second] = [await ask(), await ask()];
  expect(() => Object.assign(first, { text: "spoilt" })).toThrow(TypeError);
  expect(second).toEqual(note("one"));
  expect(told).toEqual(["7", "7"]);
});

it("asks once for all that want the same at one time", async () => {
  const { clock, channel, played } = stackUnderTest(
    async () => {
      await new Promise<void>((resolve) => void clock.timer(50, resolve));
      return note("shared");
    },
    { policies: cached() },
  );
  const calls = Array.from({ length: 100 }, () => watch(channel.unary(Get, note())));
  await clock.advance(50);
  expect(calls.map(({ value }) => value)).toEqual(calls.map(() => note("shared")));
  expect(played.calls).toHaveLength(1);
  expect(clock.timers).toBe(0);
});

it("lets nobody wait longer than he may, and goes on for the others when the one who asks leaves", async () => {
  const { clock, channel, played } = stackUnderTest(
    async (call, nth) => {
      if (call.deadlineAt <= clock.now()) throw failure("deadline-exceeded");
      if (nth === 1) return untilAborted(call);
      await new Promise<void>((resolve) => void clock.timer(50, resolve));
      return note("late");
    },
    { policies: cached() },
  );
  const abort = new AbortController();
  const first = watch(channel.unary(Get, note(), { signal: abort.signal }));
  const hasty = watch(channel.unary(Get, note(), { timeoutMs: 20 }));
  const patient = watch(channel.unary(Get, note()));
  await clock.advance(20);
  expect(hasty.error).toMatchObject({ code: "deadline-exceeded" });
  abort.abort();
  await clock.advance(100);
  expect(first.error).toMatchObject({ code: "cancelled" });
  expect(patient.value).toEqual(note("late"));
  expect(played.calls).toHaveLength(3);
});

it("keeps no failures, but declared errors where it is asked to", async () => {
  const declared = (): never => {
    throw new TooMany(note("declared"));
  };
  const plain = stackUnderTest(declared, { policies: cached() });
  for (let i = 0; i < 2; i++) expect(await failureOf(plain.channel.unary(Get, note()))).toBeInstanceOf(TooMany);
  expect(plain.played.calls).toHaveLength(2);
  const asked = stackUnderTest(declared, { policies: cached({ errors: true }) });
  for (let i = 0; i < 2; i++) expect(await failureOf(asked.channel.unary(Get, note()))).toBeInstanceOf(TooMany);
  expect(asked.played.calls).toHaveLength(1);
  const failing = stackUnderTest(
    () => {
      throw failure();
    },
    { policies: cached({ errors: true }) },
  );
  for (let i = 0; i < 2; i++) await failureOf(failing.channel.unary(Get, note()));
  expect(failing.played.calls).toHaveLength(2);
});

it("stays within its entries and its bytes, and forgets the oldest first", async () => {
  const clock = new VirtualClock();
  const cache = new ResultCache({ forMs: 1000, entriesMax: 10, bytesMax: 20_000, errors: false }, clock);
  const played = new PlayedCaller((call) => note("x".repeat(call.request?.count ?? 0)));
  const ask = (text: string, count = 0): Promise<Note> =>
    cache.one({ ...callOf, request: note(text, count) }, (call) => played.one(call));
  const callOf = {
    method: Get,
    requests: undefined,
    deadlineAt: Infinity,
    signal: undefined,
    metadata: undefined,
    onMetadata: undefined,
  };
  for (let i = 0; i < 15; i++) await ask(`q${i}`);
  expect(cache.size).toBe(10);
  await ask("q14");
  expect(played.calls).toHaveLength(15);
  await ask("q0");
  expect(played.calls).toHaveLength(16);
  for (let i = 0; i < 20; i++) await ask(`big${i}`, 2000);
  expect(cache.bytesHeld).toBeLessThanOrEqual(20_000);
  expect(cache.size).toBeLessThanOrEqual(5);
  await ask("huge", 20_000);
  expect(cache.bytesHeld).toBeLessThanOrEqual(20_000);
  await clock.advance(1000);
  await ask("new");
  expect(cache.size).toBe(1);
});

it("is passed by for a call that says so", async () => {
  const { channel, played } = stackUnderTest((_, nth) => note("", nth), { policies: cached() });
  await channel.unary(Get, note());
  expect(await channel.unary(Get, note(), { policy: { cache: false } })).toEqual(note("", 2));
  expect(await channel.unary(Get, note())).toEqual(note("", 1));
  expect(played.calls).toHaveLength(2);
});

it("leaves nothing behind of calls that ended in every way", async () => {
  const clock = new VirtualClock();
  const cache = new ResultCache({ forMs: 1, entriesMax: 10, bytesMax: 20_000, errors: true }, clock);
  const call = {
    method: Get,
    requests: undefined,
    deadlineAt: Infinity,
    signal: undefined,
    metadata: undefined,
    onMetadata: undefined,
  };
  const seen: Watched<Note>[] = [];
  for (let i = 0; i < 100; i++) {
    seen.push(
      watch(
        cache.one({ ...call, request: note(`q${i % 7}`) }, async () => {
          if (i % 3 === 0) throw failure("cancelled");
          if (i % 3 === 1) throw new TooMany(note());
          return note();
        }),
      ),
    );
    await clock.advance(1);
  }
  expect(seen.every(({ isSettled }) => isSettled)).toBe(true);
  await clock.advance(10);
  await cache.one({ ...call, request: note("last") }, async () => note());
  expect(cache.size).toBe(1);
  expect(clock.timers).toBe(0);
});
