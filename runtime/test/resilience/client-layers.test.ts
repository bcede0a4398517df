/** Limits on a client, fallbacks, timeouts and keys, and which place wins where several say something. */

import { expect, it } from "vitest";
import type { RpcError } from "../../src/error/rpc-error.js";
import type { ClientPolicies } from "../../src/resilience/policies.js";
import { clientSettings, serverSettings } from "../../src/resilience/method-settings.js";
import { TooMany } from "../kit/echo-service.js";
import { failureOf, pairUnderTest, watch } from "../kit/harness.js";
import {
  annotated,
  ChangingPolicies,
  failure,
  Get,
  note,
  noteMethod,
  now,
  Place,
  stackUnderTest,
  Upload,
  Watch,
  untilAborted,
} from "./kit.js";

it("refuses calls over a rate on the client before anything is sent, and never makes them anyway", async () => {
  const { clock, channel, played } = stackUnderTest(() => note(), {
    policies: { methods: { "*": { rateLimit: { perSecond: 100, burst: 5 }, retry: { attempts: 5 } } } },
  });
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => channel.unary(Get, note())));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  expect(played.calls).toHaveLength(5);
  const error = (await failureOf(channel.unary(Get, note()))) as RpcError;
  expect(error).toMatchObject({ code: "resource-exhausted", neverProcessed: true, retryAfterMs: 10 });
  expect(error.message).toBe(
    "this client makes 100 calls a second of test.v1.Shop/Get by its policy rateLimit, and this one is over it; " +
      "there is room again in 10 ms",
  );
  expect(await channel.unary(Place, note())).toEqual(note());
  await clock.advance(1000);
  expect(played.calls).toHaveLength(6);
});

it("limits a method and the whole channel, and takes nothing of one where the other refuses", async () => {
  const { clock, channel } = stackUnderTest((call) => untilAborted(call), {
    policies: { methods: { "*": { concurrency: { max: 2 } } }, channel: { concurrency: { max: 3 } } },
  });
  const abort = new AbortController();
  const start = (method: typeof Get): ReturnType<typeof watch> =>
    watch(channel.unary(method, note(), { signal: abort.signal }));
  const calls = [start(Get), start(Get), start(Get), start(Place), start(Place), start(Place)];
  await clock.settle();
  expect(calls.map(({ error }) => (error as RpcError | undefined)?.message.slice(0, 64))).toEqual([
    undefined,
    undefined,
    "this client makes 2 calls at once of test.v1.Shop/Get by its pol",
    undefined,
    "this client makes 3 calls at once of all methods by its policy c",
    "this client makes 3 calls at once of all methods by its policy c",
  ]);
  abort.abort();
  await clock.settle();
  const again = [start(Get), start(Get)];
  await clock.settle();
  expect(again.map(({ error }) => (error as RpcError).code)).toEqual(["cancelled", "cancelled"]);
});

it("counts a stream of answers until its end, its failure or its reader's leave", async () => {
  const { channel } = stackUnderTest(
    () => note(),
    { policies: { methods: { "*": { concurrency: { max: 1 } } } } },
    async function* (_, nth) {
      yield note("first");
      if (nth === 2) throw failure();
    },
  );
  for (const end of ["leave", "fail", "end"]) {
    const reader = channel.serverStream(Watch, note())[Symbol.asyncIterator]();
    expect(await reader.next()).toMatchObject({ done: false });
    const other = channel.serverStream(Watch, note())[Symbol.asyncIterator]();
    expect(await failureOf(other.next())).toMatchObject({ code: "resource-exhausted" });
    if (end === "leave") await reader.return?.();
    else await reader.next().catch(() => {});
  }
});

it("gives a fallback's answer where the service has none, with the error in its hand", async () => {
  const seen: unknown[] = [];
  const policies: ClientPolicies = {
    methods: {
      "test.v1.Shop/Get": { fallback: (call, error) => seen.push(call.request, error.code) && note("made up") },
      "test.v1.Shop/Upload": { fallback: { value: note("constant") } },
    },
  };
  const { channel } = stackUnderTest(
    () => {
      throw failure();
    },
    { policies },
  );
  expect(await channel.unary(Get, note("q"))).toEqual(note("made up"));
  expect(seen).toEqual([note("q"), "unavailable"]);
  expect(await channel.clientStream(Upload, [note()])).toEqual(note("constant"));
  expect(await failureOf(channel.unary(Place, note()))).toMatchObject({ code: "unavailable" });
});

it("does not answer in place of a service that has answered, or of a caller that has left", async () => {
  const policies: ClientPolicies = { methods: { "*": { fallback: { value: note("made up") } } } };
  for (const error of [failure("invalid-argument"), failure("not-found"), failure("cancelled"), new TooMany(note())]) {
    const { channel } = stackUnderTest(
      () => {
        throw error;
      },
      { policies },
    );
    expect(await failureOf(channel.unary(Get, note()))).toBe(error);
  }
});

it("falls back for calls over a limit, keeps no made-up answer, and fails with what the fallback throws", async () => {
  const policies: ClientPolicies = {
    methods: {
      "*": {
        cache: { forMs: 1000 },
        rateLimit: { perSecond: 1, burst: 1 },
        fallback: (call) => {
          if (call.request === undefined) throw new Error("no request");
          return note("made up");
        },
      },
    },
  };
  const { clock, channel } = stackUnderTest(
    (_, nth) => {
      if (nth === 1) throw failure();
      return note("real");
    },
    { policies },
  );
  expect(await channel.unary(Get, note())).toEqual(note("made up"));
  expect(await channel.unary(Get, note())).toEqual(note("made up"));
  await clock.advance(1000);
  expect(await channel.unary(Get, note())).toEqual(note("real"));
  expect(await failureOf(channel.clientStream(Upload, []).then(() => channel.clientStream(Upload, [])))).toMatchObject({
    message: "no request",
  });
});

it("gives calls the time that policies say, unless the call says more, and streams only by their own name", async () => {
  const { clock, channel, played } = stackUnderTest(() => note(), {
    policies: { methods: { "*": { timeoutMs: 200 }, "test.v1.Shop/Named": { timeoutMs: 300 } } },
  });
  const start = clock.now();
  await channel.unary(Get, note());
  await channel.unary(Get, note(), { timeoutMs: 50 });
  await channel.unary(noteMethod("Timed", { timeoutMs: 5000 }), note());
  for await (const _ of channel.serverStream(Watch, note())) break;
  for await (const _ of channel.serverStream(noteMethod("Named", { shape: "serverStream" }), note())) break;
  expect(played.calls.map(({ deadlineAt }) => deadlineAt - start)).toEqual([200, 50, 200, Infinity, 300]);
});

it("sends one key with all attempts of a call, keeps the caller's own, and binds retries to the server that has it", async () => {
  const Keyed = annotated({ idempotencyKey: true, retry: { attempts: 3 } });
  const { clock, channel, played } = stackUnderTest((call, nth) => {
    call.trail?.tried.push(`rpc://s${nth}:1`);
    throw failure("unavailable", nth === 1 ? { neverProcessed: true } : {});
  });
  watch(channel.unary(Keyed, note()));
  await clock.advance(10_000);
  expect(played.calls.map((call) => call.metadata?.get("idempotency-key"))).toEqual(["key-1", "key-1", "key-1"]);
  // The first attempt was never begun, so any server may do; the second may have been done, and only s2 knows.
  expect(played.calls[2]?.trail?.boundTo).toBe("rpc://s2:1");
  watch(channel.unary(Keyed, note(), { metadata: { "idempotency-key": "mine", other: "kept" } }));
  await clock.advance(10_000);
  expect(played.calls.slice(3).map((call) => [...(call.metadata ?? [])])).toEqual(
    Array.from({ length: 3 }, () => [
      ["idempotency-key", "mine"],
      ["other", "kept"],
    ]),
  );
});

it("lets the later place win, field by field: annotations, code, file, call; and the more specific rule within one", () => {
  const method = annotated({ retry: { attempts: 2, backoffInitialMs: 1, on: ["aborted"] }, cache: { forMs: 1 } });
  const code: ClientPolicies = {
    methods: {
      "test.v1.Shop/Annotated": { retry: { backoffMaxMs: 9 } },
      "test.v1.Shop/*": { retry: { backoffMaxMs: 8, backoffInitialMs: 2 }, timeoutMs: 100 },
      "*": { timeoutMs: 50, hedge: { delayMs: 5 } },
      "test.v1.Other/*": { timeoutMs: 1 },
    },
  };
  const file: ClientPolicies = {
    methods: {
      "*": { retry: { attempts: 4 }, cache: false },
      "test.v1.Shop/Annotated": { rateLimit: { perSecond: 0.5 } },
    },
  };
  const settings = clientSettings(method, code, file, { retry: { attempts: 5 }, hedge: false });
  expect(settings).toEqual({
    timeoutMs: 100,
    retry: { attempts: 5, backoffInitialMs: 2, backoffMaxMs: 9, on: new Set(["aborted"]) },
    hedge: undefined,
    cache: undefined,
    idempotencyKey: false,
    fallback: undefined,
    rateLimit: { perSecond: 0.5, burst: 1 },
    concurrency: undefined,
  });
});

it("takes a rule by either name of its method, and the one on the wire before the other", () => {
  const methods = {
    "test.v1.Shop/get": { timeoutMs: 50, retry: { attempts: 4 } },
    "test.v1.Shop/watch": { timeoutMs: 70 },
    "test.v1.Shop/Get": { timeoutMs: 60 },
  };
  expect(clientSettings(Get, { methods }, undefined, undefined)).toMatchObject({
    timeoutMs: 60,
    retry: { attempts: 4 },
  });
  expect(clientSettings(Watch, { methods }, undefined, undefined).timeoutMs).toBe(70);
  const limits = { "test.v1.Shop/place": { concurrency: { max: 5 } } };
  expect(serverSettings(Place, { methods: limits }, undefined).concurrency?.max).toBe(5);
});

it("leaves the limits of annotations to the server, and remembers keys there where clients send them", () => {
  const method = annotated({ rateLimit: { perSecond: 10 }, concurrency: { adaptive: true }, idempotencyKey: true });
  const onClient = clientSettings(method, undefined, undefined, undefined);
  expect(onClient).toMatchObject({ rateLimit: undefined, concurrency: undefined, idempotencyKey: true });
  expect(serverSettings(method, { methods: { "*": { concurrency: { max: 5 } } } }, undefined)).toEqual({
    rateLimit: { perSecond: 10, burst: 10 },
    concurrency: { max: 5, adaptive: true },
    deduplicate: { forMs: 600_000, entriesMax: 100_000, bytesMax: 67_108_864 },
  });
  expect(serverSettings(method, undefined, { methods: { "*": { deduplicate: false } } }).deduplicate).toBeUndefined();
});

it("follows a source that changes, and keeps what was counted until then", async () => {
  const source = new ChangingPolicies({ client: { methods: { "*": { rateLimit: { perSecond: 1, burst: 3 } } } } });
  const { channel, stack } = stackUnderTest(() => note(), { source });
  await channel.unary(Get, note());
  await channel.unary(Get, note());
  source.change({ client: { methods: { "*": { rateLimit: { perSecond: 1, burst: 10 } } } } });
  await channel.unary(Get, note());
  expect(await failureOf(channel.unary(Get, note()))).toMatchObject({ code: "resource-exhausted" });
  source.change({});
  for (let i = 0; i < 10; i++) await channel.unary(Get, note());
  await stack.close();
  expect(source.isWatched).toBe(false);
});

it("tells the first call what is wrong with the policies of connect, and a call what is wrong with its own", async () => {
  const policies = { methods: { "*": { retry: { atempts: 3 } } } } as unknown as ClientPolicies;
  const { clock, echo } = await pairUnderTest({}, {}, { policies });
  expect(await failureOf(now(clock, echo.echo(note())))).toMatchObject({
    code: "invalid-argument",
    message: `the policy's methods["*"].retry has no field "atempts" (did you mean "attempts"?)`,
  });
  const { channel } = stackUnderTest(() => note());
  expect(await failureOf(channel.unary(Get, note(), { policy: { retry: { attempts: 99 } } }))).toMatchObject({
    message: "the policy's retry.attempts must be a whole number from 2 to 5, not 99",
  });
});

it("starts nothing for a stream that nobody reads, and fails no one when it could not have been started", async () => {
  const policies = { methods: { "*": { retry: { attempts: 99 } } } };
  const { clock, echo, channel } = await pairUnderTest({}, {}, { policies });
  const unread = echo.count(note("n", 2))[Symbol.asyncIterator]();
  await clock.settle();
  expect(channel.counters.connectionsOpened).toBe(0);
  expect(await now(clock, unread.return?.() ?? Promise.reject(new Error("no return")))).toMatchObject({ done: true });
  const read = echo.count(note("n", 2))[Symbol.asyncIterator]();
  expect(await failureOf(now(clock, read.next()))).toMatchObject({ code: "invalid-argument" });
  expect(await now(clock, read.return?.() ?? Promise.reject(new Error("no return")))).toMatchObject({ done: true });
});

it("works through connect, for streams of answers, too, and closes with calls under way", async () => {
  const { clock, echo, channel } = await pairUnderTest({}, {}, { policies: { methods: { "*": { retry: {} } } } });
  expect(await now(clock, echo.echo(note("a", 1)))).toEqual(note("a", 1));
  const reader = echo.count(note("n", 2))[Symbol.asyncIterator]();
  expect(await now(clock, reader.next())).toEqual({ value: note("n", 0), done: false });
  expect(await now(clock, reader.next())).toEqual({ value: note("n", 1), done: false });
  expect(await now(clock, reader.next())).toEqual({ value: undefined, done: true });
  const closed = watch(channel.close());
  await clock.advance(20_000);
  expect(closed.isSettled).toBe(true);
  expect(await failureOf(now(clock, echo.echo(note())))).toMatchObject({ code: "unavailable" });
});
