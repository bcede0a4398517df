/** The health service that every server has: what it answers, when it changes its mind, and what it costs. */

import { expect, onTestFinished, test } from "vitest";
import { createHealthClient } from "../src/builtin/gen/grpc/health/v1/health.client.js";
import { decodeNothing, encodeNothing, method } from "../src/codegen/v1.js";
import { HealthService } from "../src/builtin/gen/grpc/health/v1/health.methods.js";
import { connect, serve, type ServeOptions, type Server, type ServerInterceptor } from "../src/index.js";
import { EchoService, mountEcho } from "./kit/echo-service.js";
import { failureOf, freshName, never, pairUnderTest, serverUnderTest, watch } from "./kit/harness.js";
import { bindFrame } from "./kit/raw-peer.js";
import type { VirtualClock } from "../src/testing/virtual-clock.js";

const echo = EchoService.name;

async function healthUnderTest(options: Partial<ServeOptions> = {}, handler: Parameters<typeof mountEcho>[0] = {}) {
  const pair = await pairUnderTest(handler, options);
  return { ...pair, client: createHealthClient(pair.channel) };
}

/** Collects the statuses of a watch as they come. */
function collect(answers: AsyncIterable<{ readonly status: string }>) {
  const statuses: string[] = [];
  const end = watch(
    (async () => {
      for await (const { status } of answers) statuses.push(status);
    })(),
  );
  return { statuses, end };
}

/** What a call is answered with, or fails with, once everything has settled. */
async function answerOf<T>(clock: VirtualClock, call: Promise<T>): Promise<unknown> {
  const seen = watch(call);
  await clock.settle();
  expect(seen.isSettled).toBe(true);
  return seen.error ?? seen.value;
}

async function closed(server: Server, clock: VirtualClock, graceMs = 5000): Promise<void> {
  const closing = watch(server.close({ graceMs }));
  await clock.advance(graceMs + 5000);
  expect(closing.isSettled).toBe(true);
}

test("what is mounted serves, the whole server serves, and everything else is not found", async () => {
  const { client, clock } = await healthUnderTest();
  expect(await answerOf(clock, client.check({}))).toEqual({ status: "SERVING" });
  expect(await answerOf(clock, client.check({ service: echo }))).toEqual({ status: "SERVING" });
  expect(await answerOf(clock, client.check({ service: "no.such.\u001bService" }))).toMatchObject({
    code: "not-found",
    message: expect.stringMatching(/^the server knows no service no\.such\.[^\p{Cc}]*Service$/u) as unknown,
  });
});

test("the names and the bytes are those of gRPC", async () => {
  const { client } = await serverUnderTest();
  await client.send("PREFACE", "HELLO", bindFrame(HealthService));
  client.take();
  expect(HealthService).toMatchObject({ name: "grpc.health.v1.Health" });
  expect(HealthService.methods.map(({ wireName, shape }) => [wireName, shape])).toEqual([
    ["Check", "unary"],
    ["Watch", "serverStream"],
  ]);
});

test("what is set is told to whoever asks and, at once, to whoever watches", async () => {
  const { client, server, clock } = await healthUnderTest();
  const service = collect(client.watch({ service: echo }));
  const whole = collect(client.watch({}));
  const unknown = collect(client.watch({ service: "later.Service" }));
  await clock.settle();
  server.health.set(echo, "NOT_SERVING");
  await clock.settle();
  expect(await answerOf(clock, client.check({ service: echo }))).toEqual({ status: "NOT_SERVING" });
  expect(await answerOf(clock, client.check({}))).toEqual({ status: "SERVING" });
  server.health.set(echo, "SERVING");
  server.health.set("later.Service", "UNKNOWN");
  await clock.settle();
  server.health.set("", "NOT_SERVING");
  await clock.settle();
  expect(server.health.status(echo)).toBe("NOT_SERVING");
  expect(service.statuses).toEqual(["SERVING", "NOT_SERVING", "SERVING", "NOT_SERVING"]);
  expect(whole.statuses).toEqual(["SERVING", "NOT_SERVING"]);
  expect(unknown.statuses).toEqual(["SERVICE_UNKNOWN", "UNKNOWN", "NOT_SERVING"]);
});

test("a closing server says that it does not serve, ends the watches and is not held up by them", async () => {
  const { client, server, clock } = await healthUnderTest();
  const seen = collect(client.watch({ service: echo }));
  await clock.settle();
  const closing = watch(server.close());
  await clock.settle();
  expect(seen.statuses).toEqual(["SERVING", "NOT_SERVING"]);
  expect(seen.end).toMatchObject({ isSettled: true, error: undefined });
  await clock.settle();
  expect(closing.isSettled).toBe(true);
  server.health.set(echo, "SERVING");
  expect(server.health.status(echo)).toBe("NOT_SERVING");
});

test("a watch that its client leaves is let go of", async () => {
  const { client, server, clock } = await healthUnderTest();
  const controller = new AbortController();
  const seen = collect(client.watch({}, { signal: controller.signal }));
  await clock.settle();
  expect(server.counters.callsOpen).toBe(1);
  controller.abort();
  await clock.settle();
  expect(seen.end.isSettled).toBe(true);
  expect(server.counters.callsOpen).toBe(0);
});

test("checks that never end do not pile up, and count for nothing once one of them has ended", async () => {
  let asked = 0;
  const ends: (() => void)[] = [];
  const check = (): Promise<boolean> => {
    if (++asked > 4) return Promise.resolve(true);
    return new Promise((resolve) => ends.push(() => resolve(true)));
  };
  const { server, clock } = await healthUnderTest({
    health: { checks: { [echo]: check }, checkIntervalMs: 1000, checkTimeoutMs: 100 },
  });
  for (let i = 0; i < 50; i++) await clock.advance(1000);
  expect([asked, server.health.status(echo)]).toEqual([4, "NOT_SERVING"]);
  ends.shift()?.();
  await clock.advance(1100);
  expect(asked).toBeGreaterThan(4);
  expect(server.health.status(echo)).toBe("SERVING");
});

test("checks are asked again and again, and their failure is the service's", async () => {
  let answer: () => boolean | Promise<boolean> = () => true;
  const signals: AbortSignal[] = [];
  const { client, server, clock } = await healthUnderTest({
    health: {
      checks: {
        [echo]: (signal) => {
          signals.push(signal);
          return answer();
        },
      },
      checkIntervalMs: 1000,
      checkTimeoutMs: 100,
    },
  });
  const seen = collect(client.watch({ service: echo }));
  await clock.settle();
  const bad: (() => boolean | Promise<boolean>)[] = [
    () => false,
    () => Promise.reject(new Error("no database")),
    () => {
      throw new Error("no database");
    },
    never,
  ];
  for (const next of bad) {
    answer = next;
    await clock.advance(1100);
    expect(server.health.status(echo)).toBe("NOT_SERVING");
    answer = () => true;
    await clock.advance(1100);
    expect(server.health.status(echo)).toBe("SERVING");
  }
  expect(server.health.status("")).toBe("SERVING");
  expect(seen.statuses.filter((status) => status === "NOT_SERVING")).toHaveLength(bad.length);
  // What is said counts, whatever a check finds.
  server.health.set(echo, "NOT_SERVING");
  await clock.advance(2000);
  expect(server.health.status(echo)).toBe("NOT_SERVING");
  await closed(server, clock);
  expect(signals.every((signal) => signal.aborted)).toBe(true);
  const asked = signals.length;
  await clock.advance(10_000);
  expect(signals.length).toBe(asked);
});

test("a check of a service that is not mounted says how it is, and nothing is known before the first answer", async () => {
  let tell: (isWell: boolean) => void = () => {};
  const { server, clock } = await healthUnderTest({
    health: { checks: { database: () => new Promise<boolean>((resolve) => (tell = resolve)) } },
  });
  expect(server.health.status("database")).toBe("UNKNOWN");
  await clock.settle();
  tell(true);
  await clock.settle();
  expect(server.health.status("database")).toBe("SERVING");
});

test("a loop that is kept busy for too long is not serving until it has been free for a second", async () => {
  const { server, clock } = await healthUnderTest({ health: { loopDelayMsMax: 500 } });
  await clock.advance(3000);
  expect(server.health.status("")).toBe("SERVING");
  clock.block(2000);
  await clock.advance(0);
  expect(server.health.status(echo)).toBe("NOT_SERVING");
  await clock.advance(900);
  expect(server.health.status(echo)).toBe("NOT_SERVING");
  await clock.advance(600);
  expect(server.health.status(echo)).toBe("SERVING");
});

test("health: false leaves the built-in services away, and a service of the application's own takes their place", async () => {
  const { client, clock } = await healthUnderTest({ health: false });
  expect(await answerOf(clock, client.check({}))).toMatchObject({
    code: "unimplemented",
    message: expect.stringMatching(/^the server does not offer grpc\.health\.v1\.Health\n/) as unknown,
  });
  const own = await healthUnderTest({
    services: [
      {
        service: HealthService,
        handler: { check: () => ({ status: "UNKNOWN" }), watch: () => [] },
        dispatch: (await import("../src/builtin/gen/grpc/health/v1/health.server.js")).dispatchHealth,
      },
    ],
  });
  expect(await answerOf(own.clock, own.client.check({}))).toEqual({ status: "UNKNOWN" });
});

test("interceptors do not see the built-in services, and lists of what is served do not name them", async () => {
  const seen: string[] = [];
  const guard: ServerInterceptor = {
    one: (call) => {
      seen.push(call.service.name);
      throw new Error("nobody may pass");
    },
  };
  const { client, channel, clock } = await healthUnderTest({ interceptors: [guard] });
  expect(await answerOf(clock, client.check({}))).toEqual({ status: "SERVING" });
  expect(seen).toEqual([]);
  const other = { ...EchoService, name: "test.Other" };
  const nothing = method(other, 0, encodeNothing, decodeNothing);
  const error = await answerOf(clock, channel.unary(nothing, undefined));
  expect(error).toMatchObject({
    code: "unimplemented",
    message: expect.stringMatching(/ serves test\.v1\.Echo$/) as unknown,
  });
});

test("options that make no sense are refused in words", async () => {
  const wrong = [
    [{ loopDelayMsMax: 0 }, "health.loopDelayMsMax must be a number above 0, not 0"],
    [{ checkIntervalMs: Number.NaN }, "health.checkIntervalMs must be a number above 0, not NaN"],
    [{ checks: { a: 1 as never } }, 'health.checks["a"] wants a function'],
  ] as const;
  for (const [health, message] of wrong) {
    const error = await failureOf(serve({ memory: freshName(), services: [], health }));
    expect(error).toMatchObject({ code: "invalid-argument", message });
  }
});

test("a process that is asked over a real socket answers in JSON, too", async () => {
  const { jsonCodec } = await import("../src/index.js");
  const { HealthJson } = await import("../src/builtin/gen/grpc/health/v1/health.methods.js");
  const server = await serve({ port: 0, services: [mountEcho({})] });
  const channel = connect(server.address, { codec: jsonCodec({ services: [HealthJson] }) });
  onTestFinished(async () => {
    await channel.close();
    await server.close({ graceMs: 0 });
  });
  expect(await createHealthClient(channel).check({ service: echo })).toEqual({ status: "SERVING" });
});
