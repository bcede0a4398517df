/** Limits on a server: refused at once, before a request is read, with a sentence, and never "called anyway". */

import { expect, it, onTestFinished } from "vitest";
import type { createChannel } from "../../src/call/channel.js";
import { mount, type Mount, type ServerCall } from "../../src/call/server-call.js";
import type { RpcError } from "../../src/error/rpc-error.js";
import { connect, serve, type ServeOptions } from "../../src/index.js";
import { decodeNote, encodeNote, type Note } from "../kit/echo-service.js";
import { failureOf, freshName, pairUnderTest, watch } from "../kit/harness.js";
import { VirtualClock } from "../../src/testing/virtual-clock.js";
import { note, noteMethod, now } from "./kit.js";

const echoRate = (perSecond: number, burst: number): Partial<ServeOptions> => ({
  policies: { methods: { "test.v1.Echo/Echo": { rateLimit: { perSecond, burst } } } },
});

it("refuses calls over a rate at once, says when there is room again, and never calls the handler for them", async () => {
  let handled = 0;
  const { clock, echo, server } = await pairUnderTest(
    {
      echo: (request) => {
        handled++;
        return request;
      },
    },
    echoRate(10, 2),
  );
  expect(await now(clock, echo.echo(note("a")))).toEqual(note("a"));
  expect(await now(clock, echo.echo(note("b")))).toEqual(note("b"));
  const error = (await failureOf(now(clock, echo.echo(note("c"))))) as RpcError;
  expect(error).toMatchObject({ code: "resource-exhausted", neverProcessed: true, retryAfterMs: 100 });
  expect(error.message).toBe(
    "the server takes 10 calls a second of test.v1.Echo/Echo by its policy rateLimit, and this one is over it; " +
      "there is room again in 100 ms",
  );
  expect(handled).toBe(2);
  expect(server.counters.callsRefused).toBe(1);
  await clock.advance(100);
  expect(await now(clock, echo.echo(note("d")))).toEqual(note("d"));
  expect(await now(clock, echo.sum([note("", 1)]))).toEqual(note("", 1));
});

it("refuses before the request is decoded", async () => {
  const { clock, echo } = await pairUnderTest(
    {
      echo: () => {
        throw new Error("not reached");
      },
    },
    { policies: { total: { rateLimit: { perSecond: 0.001, burst: 1 } } } },
  );
  await now(clock, echo.log(note()));
  // A megabyte would take several frames: only the first of them is looked at.
  const error = await failureOf(now(clock, echo.echo(note("x".repeat(1_000_000)))));
  expect(error).toMatchObject({ code: "resource-exhausted", neverProcessed: true });
  expect(await failureOf(now(clock, echo.echo(note())))).toMatchObject({ code: "resource-exhausted" });
});

it("counts calls that run, until their handlers are through, whatever became of them", async () => {
  const running: (() => void)[] = [];
  const { clock, echo } = await pairUnderTest(
    { echo: (request) => new Promise<Note>((resolve) => running.push(() => resolve(request))) },
    { policies: { methods: { "*": { concurrency: { max: 2 } } } } },
  );
  const abort = new AbortController();
  const first = watch(echo.echo(note("1"), { signal: abort.signal }));
  const second = watch(echo.echo(note("2"), { timeoutMs: 50 }));
  await clock.settle();
  expect(await failureOf(now(clock, echo.echo(note("3"))))).toMatchObject({
    code: "resource-exhausted",
    neverProcessed: true,
  });
  abort.abort();
  await clock.advance(100);
  expect([first.isSettled, second.isSettled]).toEqual([true, true]);
  // Both calls are over, and both handlers still work.
  expect(await failureOf(now(clock, echo.echo(note("4"))))).toMatchObject({ code: "resource-exhausted" });
  for (const end of running.splice(0)) end();
  await clock.settle();
  const fifth = watch(echo.echo(note("5")));
  await clock.settle();
  for (const end of running.splice(0)) end();
  await clock.settle();
  expect(fifth.value).toEqual(note("5"));
});

it("counts streams until they end, are left, or fail", async () => {
  let ended = 0;
  const { clock, echo } = await pairUnderTest(
    {
      async *count(request) {
        try {
          if (request.text === "fail") throw new Error("fails");
          for (let i = 0; ; i++) {
            yield note("", i);
            await new Promise<void>((resolve) => void clock.timer(10, resolve));
          }
        } finally {
          ended++;
        }
      },
    },
    { policies: { methods: { "test.v1.Echo/Count": { concurrency: { max: 1 } } } } },
  );
  for (const text of ["go", "fail", "go"]) {
    const reader = echo.count(note(text))[Symbol.asyncIterator]();
    const one = watch(reader.next());
    await clock.settle();
    if (text === "go") {
      expect(one.value).toEqual({ value: note("", 0), done: false });
      const other = echo.count(note())[Symbol.asyncIterator]();
      expect(await failureOf(now(clock, other.next()))).toMatchObject({ code: "resource-exhausted" });
    } else expect(one.error).toMatchObject({ code: "internal" });
    await reader.return?.();
    await clock.advance(100);
  }
  expect(ended).toBe(3);
});

it("answers a refused oneway with nothing at all, and does not run it", async () => {
  let handled = 0;
  const { clock, echo, server, channel } = await pairUnderTest(
    { log: () => void handled++ },
    { policies: { methods: { "test.v1.Echo/Log": { rateLimit: { perSecond: 0.001, burst: 1 } } } } },
  );
  await now(clock, echo.log(note("1")));
  await now(clock, echo.log(note("2")));
  await clock.settle();
  expect(handled).toBe(1);
  expect(server.counters.callsRefused).toBe(1);
  expect(channel.counters.framesIgnored).toBe(0);
  expect(await now(clock, echo.echo(note("open")))).toEqual(note("open"));
});

const Shop = noteMethod("Get", {}, "test.v1.Shop");
const Store = noteMethod("Get", {}, "test.v1.Store");

function mountOf({ service }: typeof Shop): Mount {
  const handler = { get: async (request: Note, _call: ServerCall) => request };
  return mount(service, handler, ({ get }, _, call) =>
    call.later(get(decodeNote(call.reader, call.end), call), encodeNote),
  );
}

it("keeps the state of one service, method and server apart from that of every other", async () => {
  const clock = new VirtualClock();
  const rule = { methods: { "*": { rateLimit: { perSecond: 1, burst: 1 } } } };
  const open = async (): Promise<ReturnType<typeof createChannel>> => {
    const server = await serve({
      memory: freshName(),
      services: [mountOf(Shop), mountOf(Store)],
      clock,
      policies: rule,
    });
    const channel = connect(server.address, { clock });
    onTestFinished(async () => {
      const left = channel.close();
      await clock.advance(20_000);
      await left;
      const closed = server.close();
      await clock.advance(20_000);
      await closed;
    });
    return channel;
  };
  const [one, other] = [await open(), await open()];
  expect(await now(clock, one.unary(Shop, note()))).toEqual(note());
  expect(await failureOf(now(clock, one.unary(Shop, note())))).toMatchObject({ code: "resource-exhausted" });
  expect(await now(clock, one.unary(Store, note()))).toEqual(note());
  expect(await now(clock, other.unary(Shop, note()))).toEqual(note());
});

it("is switched on by an annotation alone, and leaves the built-in services alone", async () => {
  const clock = new VirtualClock();
  const Limited = noteMethod("Get", { policy: { rateLimit: { perSecond: 1, burst: 1 } } });
  const Health = noteMethod("Check", {}, "grpc.health.v1.Health");
  const total = { total: { rateLimit: { perSecond: 1, burst: 1 } } };
  const server = await serve({ memory: freshName(), services: [mountOf(Limited)], clock, policies: total });
  const channel = connect(server.address, { clock });
  onTestFinished(async () => {
    const left = channel.close();
    await clock.advance(20_000);
    await left;
    const closed = server.close();
    await clock.advance(20_000);
    await closed;
  });
  expect(await now(clock, channel.unary(Limited, note()))).toEqual(note());
  expect(await failureOf(now(clock, channel.unary(Limited, note())))).toMatchObject({ code: "resource-exhausted" });
  for (let i = 0; i < 3; i++) expect(await now(clock, channel.unary(Health, note()))).toMatchObject({ count: 0 });
});

it("does not start with policies that make no sense", async () => {
  const services = [mountOf(Shop)];
  const bad = { methods: { "*": { rateLimit: { perSecond: -1 } } } };
  expect(await failureOf(serve({ memory: freshName(), services, policies: bad }))).toMatchObject({
    code: "invalid-argument",
    message: `the policy's methods["*"].rateLimit.perSecond must be a number from 0.001 to 1000000, not -1`,
  });
});
