/** When a failed call is made again, how long it waits, and what its last error tells. */

import { expect, it } from "vitest";
import { Metadata } from "../../src/call/metadata.js";
import { RpcError } from "../../src/error/rpc-error.js";
import type { ClientPolicies } from "../../src/resilience/policies.js";
import { TooMany, collect } from "../kit/echo-service.js";
import { failureOf, watch } from "../kit/harness.js";
import { Get, note, Place, failure, stackUnderTest, untilAborted, Upload, Watch, annotated } from "./kit.js";

const thrice: ClientPolicies = {
  methods: { "*": { retry: { attempts: 3, backoffInitialMs: 100, backoffMaxMs: 150 } } },
};

it("tries an idempotent call again after unavailable, with a wait that doubles up to its bound", async () => {
  const { clock, channel, played } = stackUnderTest(
    (_, nth) => {
      if (nth < 3) throw failure();
      return note("there");
    },
    { policies: thrice },
  );
  const call = watch(channel.unary(Get, note()));
  await clock.advance(49);
  expect(played.calls).toHaveLength(1);
  await clock.advance(1);
  expect(played.calls).toHaveLength(2);
  await clock.advance(74);
  expect(played.calls).toHaveLength(2);
  await clock.advance(1);
  expect(call.value).toEqual(note("there"));
  expect(clock.timers).toBe(0);
});

it("spreads its waits over the whole of their bound", async () => {
  const waits: number[] = [];
  for (const random of [0, 0.25, 0.999]) {
    const setup = stackUnderTest(
      (_, nth) => {
        if (nth === 1) throw failure();
        return note();
      },
      { policies: thrice, random: () => random },
    );
    const start = setup.clock.now();
    const call = setup.channel.unary(Get, note()).then(() => setup.clock.now() - start);
    await setup.clock.advance(100);
    waits.push(await call);
  }
  expect(waits[0]).toBe(0);
  expect(waits[1]).toBe(25);
  expect(waits[2]).toBeCloseTo(99.9);
});

it("never tries a call again that may have been done already and may not be done twice", async () => {
  const { clock, channel, played } = stackUnderTest(
    () => {
      throw failure();
    },
    { policies: thrice },
  );
  const error = await failureOf(channel.unary(Place, note()));
  await clock.advance(10_000);
  expect(error).toMatchObject({ code: "unavailable", attempts: [] });
  expect(played.calls).toHaveLength(1);
});

it("tries any call again that the server never started on, whatever its code", async () => {
  const { clock, channel, played } = stackUnderTest(
    (_, nth) => {
      if (nth === 1) throw failure("resource-exhausted", { neverProcessed: true });
      return note("done");
    },
    { policies: thrice },
  );
  const call = watch(channel.unary(Place, note()));
  await clock.advance(1000);
  expect(call.value).toEqual(note("done"));
  expect(played.calls).toHaveLength(2);
});

it("does not try again what its deadline has ended before it could leave, nor on a channel that is closed", async () => {
  const { clock, channel, played } = stackUnderTest(
    async (call, nth) => {
      if (nth > 1) throw failure("unavailable", { neverProcessed: true, retryAfterMs: Infinity });
      await clock.sleep(call.deadlineAt - clock.now());
      throw failure("deadline-exceeded", { neverProcessed: true });
    },
    { policies: thrice },
  );
  const late = watch(channel.unary(Place, note(), { timeoutMs: 500 }));
  await clock.advance(10_000);
  expect(late.error).toMatchObject({ message: "failed with deadline-exceeded", neverProcessed: true, attempts: [] });
  expect(await failureOf(channel.unary(Place, note()))).toMatchObject({ code: "unavailable", neverProcessed: true });
  expect(played.calls).toHaveLength(2);
});

it.each(["invalid-argument", "not-found", "permission-denied", "internal", "deadline-exceeded"] as const)(
  "does not try again after %s",
  async (code) => {
    const { channel, played } = stackUnderTest(
      () => {
        throw failure(code);
      },
      { policies: thrice },
    );
    expect(await failureOf(channel.unary(Get, note()))).toMatchObject({ code });
    expect(played.calls).toHaveLength(1);
  },
);

it("tells of every attempt in its last error: where, how, when and how long", async () => {
  const { clock, channel } = stackUnderTest(
    async (call, nth) => {
      call.trail?.tried.push(`rpc://s${nth}:1`);
      await new Promise<void>((resolve) => void clock.timer(10, resolve));
      throw new RpcError("unavailable", "gone", { peer: `s${nth}:1`, method: call.method.path });
    },
    { policies: thrice },
  );
  const seen = watch(channel.unary(Get, note()));
  await clock.advance(10_000);
  const error = seen.error as RpcError;
  expect(error.attempts).toEqual([
    { address: "s1:1", code: "unavailable", startedAtMs: 0, tookMs: 10 },
    { address: "s2:1", code: "unavailable", startedAtMs: 60, tookMs: 10 },
    { address: "s3:1", code: "unavailable", startedAtMs: 145, tookMs: 10 },
  ]);
  expect(error.message).toBe(
    "gone (3 attempts: s1:1 unavailable after 10 ms, from 0 ms; s2:1 unavailable after 10 ms, from 60 ms; " +
      "s3:1 unavailable after 10 ms, from 145 ms)",
  );
  expect(error).toMatchObject({ code: "unavailable", peer: "s3:1", neverProcessed: false });
});

it("shares one trail among the attempts of a call, so that other servers are preferred", async () => {
  const { clock, channel, played } = stackUnderTest(
    (call, nth) => {
      call.trail?.tried.push(`rpc://s${nth}:1`);
      throw failure();
    },
    { policies: thrice },
  );
  watch(channel.unary(Get, note()));
  await clock.advance(10_000);
  expect(played.calls[2]?.trail?.tried).toEqual(["rpc://s1:1", "rpc://s2:1", "rpc://s3:1"]);
  expect(played.calls[2]?.trail?.boundTo).toBeUndefined();
});

it("keeps the class of a declared error, and does not touch the object that others may hold", async () => {
  const shared = new TooMany(note("many", 7), "too many", { neverProcessed: true });
  const { clock, channel } = stackUnderTest(
    () => {
      throw shared;
    },
    { policies: thrice },
  );
  const seen = watch(channel.unary(Get, note()));
  await clock.advance(10_000);
  expect(seen.error).toBeInstanceOf(TooMany);
  expect(seen.error).toMatchObject({ detail: note("many", 7), message: "too many" });
  expect((seen.error as RpcError).attempts).toHaveLength(3);
  expect(RpcError.is(seen.error)).toBe(true);
  expect(shared.attempts).toEqual([]);
});

it("gives up at once where the next attempt would come after the deadline", async () => {
  const { clock, channel, played } = stackUnderTest(
    () => {
      throw failure();
    },
    { policies: thrice },
  );
  const start = clock.now();
  const error = await failureOf(channel.unary(Get, note(), { timeoutMs: 40 }));
  expect(clock.now() - start).toBe(0);
  expect(error).toMatchObject({ code: "unavailable" });
  expect(String(error)).toContain("its deadline comes before the next attempt");
  expect(played.calls).toHaveLength(1);
});

it("waits as long as the server says, and not at all for one that says never", async () => {
  const { clock, channel, played } = stackUnderTest(
    (_, nth) => {
      if (nth === 1) throw failure("unavailable", { retryAfterMs: 700 });
      throw failure("unavailable", { retryAfterMs: Infinity });
    },
    { policies: thrice, random: () => 0 },
  );
  const call = watch(channel.unary(Get, note()));
  await clock.advance(699);
  expect(played.calls).toHaveLength(1);
  await clock.advance(1);
  expect(call.error).toMatchObject({ code: "unavailable" });
  await clock.advance(10_000);
  expect(played.calls).toHaveLength(2);
});

it("ends its wait with the caller's signal, and leaves nothing behind", async () => {
  const { clock, channel, played } = stackUnderTest(
    (call, nth) => {
      if (nth === 1) throw failure();
      return untilAborted(call);
    },
    { policies: thrice },
  );
  const abort = new AbortController();
  const call = watch(channel.unary(Get, note(), { signal: abort.signal }));
  await clock.advance(10);
  abort.abort();
  await clock.settle();
  expect(call.error).toMatchObject({ code: "cancelled" });
  expect(played.calls[1]?.signal?.aborted).toBe(true);
  expect(clock.timers).toBe(0);
});

it("never sends a stream of requests a second time", async () => {
  const { clock, channel, played } = stackUnderTest(
    () => {
      throw failure("unavailable", { neverProcessed: true });
    },
    { policies: thrice },
  );
  const call = watch(channel.clientStream(Upload, [note()]));
  await clock.advance(10_000);
  expect(call.error).toMatchObject({ code: "unavailable" });
  expect(played.calls).toHaveLength(1);
});

it("starts a stream of answers again until its first answer, and never after it", async () => {
  const { clock, channel, played } = stackUnderTest(
    () => note(),
    { policies: thrice },
    async function* (_, nth) {
      if (nth === 1) throw failure();
      yield note("first", nth);
      throw failure();
    },
  );
  const seen: unknown[] = [];
  const all = watch(
    (async () => {
      for await (const answer of channel.serverStream(Watch, note())) seen.push(answer);
    })(),
  );
  await clock.advance(10_000);
  expect(seen).toEqual([note("first", 2)]);
  expect(all.error).toMatchObject({ code: "unavailable" });
  expect(played.calls).toHaveLength(2);
});

it("ends a stream whose reader leaves while it waits for another attempt", async () => {
  const { clock, channel, played } = stackUnderTest(
    () => note(),
    { policies: thrice },
    async function* () {
      throw failure();
    },
  );
  const reader = channel.serverStream(Watch, note())[Symbol.asyncIterator]();
  const first = watch(reader.next());
  await clock.advance(10);
  await reader.return?.();
  await clock.advance(10_000);
  expect(first.value).toEqual({ value: undefined, done: true });
  expect(played.calls).toHaveLength(1);
  expect(clock.timers).toBe(0);
});

it("hands on the answers of a stream that needs no second attempt", async () => {
  const { channel } = stackUnderTest(
    () => note(),
    { policies: thrice },
    async function* () {
      yield note("a");
      yield note("b");
    },
  );
  expect(await collect(channel.serverStream(Watch, note()))).toEqual([note("a"), note("b")]);
});

it("tells the metadata of the attempt that counts, once", async () => {
  const { clock, channel } = stackUnderTest(
    (call, nth) => {
      call.onMetadata?.(Metadata.from({ by: `attempt ${nth}` }));
      if (nth < 3) throw failure();
      return note();
    },
    { policies: thrice },
  );
  const told: (string | undefined)[] = [];
  watch(channel.unary(Get, note(), { onMetadata: (metadata) => told.push(metadata.get("by")) }));
  await clock.advance(10_000);
  expect(told).toEqual(["attempt 3"]);
});

it("is switched on by an annotation alone, and off by the call", async () => {
  const { clock, channel, played } = stackUnderTest(() => {
    throw failure();
  });
  const method = annotated({ retry: { attempts: 2 } }, { isIdempotent: true });
  watch(channel.unary(method, note()));
  await clock.advance(10_000);
  expect(played.calls).toHaveLength(2);
  watch(channel.unary(method, note(), { policy: { retry: false } }));
  await clock.advance(10_000);
  expect(played.calls).toHaveLength(3);
});
