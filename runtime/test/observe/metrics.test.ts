/** What is counted and timed, that it is text that scrapers read, and that nothing that peers or programs do makes it grow. */

import { spawnSync } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import { createCounters } from "../../src/events.js";
import { connect, RpcError } from "../../src/index.js";
import { createMetrics, type Metrics, type MetricsOptions } from "../../src/observe.js";
import { method, type ServiceInfo } from "../../src/method/method.js";
import { VirtualClock } from "../../src/testing.js";
import { collect, decodeNote, EchoService, encodeNote, type Note } from "../kit/echo-service.js";
import { withFleet } from "../kit/fleet.js";
import { failureOf, never, pairUnderTest, watch } from "../kit/harness.js";
import { seed } from "../kit/random.js";
import { readExposition, type ReadFamily } from "./exposition-reader.js";

const note = (text: string, count = 0): Note => ({ text, count });

function metricsUnderTest(options: MetricsOptions = {}): Metrics {
  const metrics = createMetrics({ process: false, ...options });
  onTestFinished(() => metrics.close());
  return metrics;
}

const read = (metrics: Metrics): Map<string, ReadFamily> => readExposition(metrics.text(), "prometheus");

/** The value of a sample, by its name and (some of) its labels; undefined where there is none. */
function valueOf(metrics: Metrics, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  for (const { samples } of read(metrics).values()) {
    const found = samples.find(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
    if (found !== undefined) return found.value;
  }
  return undefined;
}

test("calls are counted and timed on both sides, by method and code, while they run and when they have ended", async () => {
  const metrics = metricsUnderTest();
  const { clock, echo } = await pairUnderTest(
    {
      echo: async ({ text, count }) => {
        if (text === "fail") throw new RpcError("not-found", "no such note");
        if (text === "never") return never();
        await new Promise<void>((resolve) => void clock.timer(30, resolve));
        return note(text, count);
      },
    },
    { instruments: [metrics] },
    { instruments: [metrics] },
  );
  const rpc_method = "test.v1.Echo/Echo";
  const call = watch(echo.echo(note("hello")));
  await clock.advance(10);
  for (const side of ["client", "server"]) {
    expect(valueOf(metrics, `rpc_${side}_calls_started_total`, { rpc_method })).toBe(1);
    expect(valueOf(metrics, `rpc_${side}_calls_in_flight`, { rpc_method })).toBe(1);
    expect(valueOf(metrics, `rpc_${side}_call_duration_seconds_count`, { rpc_method })).toBeUndefined();
    expect(valueOf(metrics, `rpc_${side}_connections_open`)).toBe(1);
  }
  await clock.advance(20);
  expect(call.value).toEqual(note("hello"));
  const failed = watch(failureOf(echo.echo(note("fail"))));
  await clock.settle();
  expect(failed.isSettled).toBe(true);
  const late = watch(failureOf(echo.echo(note("never"), { timeoutMs: 200 })));
  await clock.advance(200);
  expect(late.isSettled).toBe(true);
  for (const side of ["client", "server"]) {
    expect(valueOf(metrics, `rpc_${side}_calls_in_flight`, { rpc_method })).toBe(0);
    const duration = `rpc_${side}_call_duration_seconds`;
    expect(valueOf(metrics, `${duration}_sum`, { rpc_method, code: "ok" })).toBeCloseTo(0.03);
    expect(valueOf(metrics, `${duration}_bucket`, { rpc_method, code: "ok", le: "0.025" })).toBe(0);
    expect(valueOf(metrics, `${duration}_bucket`, { rpc_method, code: "ok", le: "0.05" })).toBe(1);
    expect(valueOf(metrics, `${duration}_count`, { rpc_method, code: "not-found" })).toBe(1);
    expect(valueOf(metrics, `${duration}_count`, { rpc_method, code: "deadline-exceeded" })).toBe(1);
    expect(valueOf(metrics, `rpc_${side}_request_messages_total`, { rpc_method })).toBe(3);
    expect(valueOf(metrics, `rpc_${side}_request_bytes_total`, { rpc_method })).toBe(7 + 6 + 7);
    expect(valueOf(metrics, `rpc_${side}_answer_bytes_total`, { rpc_method })).toBe(7);
  }
});

test("streams count each message, and one left early is cancelled on both sides", async () => {
  const metrics = metricsUnderTest();
  const { clock, echo } = await pairUnderTest(
    {
      count: async function* () {
        for (;;) {
          yield note("tick");
          await new Promise<void>((resolve) => void clock.timer(10, resolve));
        }
      },
    },
    { instruments: [metrics] },
    { instruments: [metrics] },
  );
  const chat = watch(collect(echo.chat([note("a"), note("b")])));
  await clock.advance(10);
  expect(chat.value).toHaveLength(2);
  const reader = echo.count(note("", 1))[Symbol.asyncIterator]();
  const first = watch(reader.next());
  await clock.advance(10);
  expect(first.isSettled).toBe(true);
  void reader.return?.();
  await clock.advance(100);
  for (const side of ["client", "server"]) {
    expect(valueOf(metrics, `rpc_${side}_request_messages_total`, { rpc_method: "test.v1.Echo/Chat" })).toBe(2);
    expect(valueOf(metrics, `rpc_${side}_answer_messages_total`, { rpc_method: "test.v1.Echo/Chat" })).toBe(2);
    const labels = { rpc_method: "test.v1.Echo/Count", code: "cancelled" };
    expect(valueOf(metrics, `rpc_${side}_call_duration_seconds_count`, labels)).toBe(1);
    expect(valueOf(metrics, `rpc_${side}_calls_in_flight`, { rpc_method: "test.v1.Echo/Count" })).toBe(0);
  }
});

test("attempts are told apart: first ones, retries and hedges; and servers by what keeps them from calls", async () => {
  const metrics = metricsUnderTest();
  await withFleet({ servers: 3, instruments: [metrics] }, async (fleet) => {
    const { servers, echo, clock } = fleet;
    for (const server of servers) {
      server.behave = async (request) => {
        if (request.text === "fail") throw new RpcError("unavailable", "not now");
        await new Promise<void>((resolve) => void clock.timer(100, resolve));
        return request;
      };
    }
    await failureOf(echo.echo(note("fail"), { policy: { idempotencyKey: "shared", retry: { attempts: 3 } } }));
    await echo.echo(note("slow"), { policy: { idempotencyKey: "shared", hedge: { delayMs: 10, attempts: 2 } } });
    const rpc_method = "test.v1.Echo/Echo";
    const started = (kind: string): number | undefined =>
      valueOf(metrics, "rpc_client_attempts_started_total", { rpc_method, kind });
    expect([started("first"), started("retry"), started("hedge")]).toEqual([2, 2, 1]);
    expect(valueOf(metrics, "rpc_client_calls_started_total", { rpc_method })).toBe(2);
    expect(valueOf(metrics, "rpc_client_servers", { state: "ready" })).toBe(3);
    expect(valueOf(metrics, "rpc_client_server_calls_in_flight", { peer: servers[0]?.address ?? "" })).toBe(0);
    await fleet.calls(20);
    for (const server of servers) server.behave = undefined;
    await servers[0]?.crash();
    await clock.advance(50);
    expect(valueOf(metrics, "rpc_client_events_total", { kind: "connection-closed" })).toBe(1);
    expect(valueOf(metrics, "rpc_client_servers", { state: "ready" })).toBe(2);
  });
});

test("a server on its way out says so, and what was counted does not go down with it", async () => {
  const metrics = metricsUnderTest();
  const { clock, server, channel, echo } = await pairUnderTest(
    { echo: () => never() },
    { instruments: [metrics] },
    { instruments: [metrics] },
  );
  void failureOf(echo.echo(note("a")));
  await clock.settle();
  expect(valueOf(metrics, "rpc_server_draining")).toBe(0);
  const closing = server.close({ graceMs: 1000 });
  await clock.settle();
  expect(valueOf(metrics, "rpc_server_draining")).toBe(1);
  await clock.advance(10_000);
  await closing;
  const closed = channel.close();
  await clock.advance(20_000);
  await closed;
  expect(valueOf(metrics, "rpc_server_draining")).toBe(0);
  expect(valueOf(metrics, "rpc_server_connections_opened_total")).toBeGreaterThan(0);
  expect(valueOf(metrics, "rpc_server_connections_open")).toBe(0);
  expect(valueOf(metrics, "rpc_client_connections_open")).toBe(0);
  expect(valueOf(metrics, "rpc_client_servers")).toBeUndefined();
  expect(valueOf(metrics, "rpc_server_events_total", { kind: "drain-ended" })).toBe(1);
});

test(`neither methods, peers, targets nor the texts of errors make series without end (SEED=${seed})`, async () => {
  const metrics = metricsUnderTest({ seriesMax: 400, methodsMax: 20, targetsMax: 5, peersMax: 4 });
  let number = 0;
  const text = (): string => `${seed}-${number++}"\\\n\u0000{},=`;
  const { clock, channel, echo } = await pairUnderTest(
    {
      echo: () => {
        throw new RpcError(text() as never, text());
      },
    },
    { instruments: [metrics] },
    { instruments: [metrics] },
  );
  const strange = (name: string, service: string): ServiceInfo => ({
    ...EchoService,
    name: service,
    fingerprint: "f".repeat(16),
    methods: [{ name, wireName: name, shape: "unary", throws: [], timeoutMs: undefined, isIdempotent: false }],
  });
  const count = (): number => metrics.text().split("\n").length;
  const callAll = async (): Promise<void> => {
    for (let i = 0; i < 100; i++) {
      const odd = watch(failureOf(echo.echo(note(text()))));
      await clock.settle();
      expect(odd.isSettled).toBe(true);
      for (const service of [strange(text(), "test.v1.Echo"), strange("X", text())]) {
        const call = watch(failureOf(channel.unary(method(service, 0, encodeNote, decodeNote), note("a"))));
        await clock.settle();
        expect(call.isSettled).toBe(true);
      }
      const address = `rpc://127.0.0.1:${1000 + number++}`;
      const many = connect(
        Array.from({ length: 10 }, (_, k) => `rpc://10.0.${i}.${k}:1`),
        { clock, instruments: [metrics], connect: "lazy" },
      );
      const one = connect(address, { clock, instruments: [metrics] });
      await clock.settle();
      metrics.text();
      const closing = [many.close(), one.close()];
      await clock.advance(20_000);
      await Promise.all(closing);
    }
  };
  await callAll();
  const after = count();
  await callAll();
  expect(count()).toBeLessThanOrEqual(after + 5);
  expect(after).toBeLessThan(1200);
  expect(valueOf(metrics, "rpc_client_calls_started_total", { rpc_method: "other" })).toBeGreaterThan(300);
  expect(valueOf(metrics, "rpc_server_calls_turned_away_total", { rpc_method: "other", code: "unimplemented" })).toBe(
    400,
  );
  readExposition(metrics.expose("application/openmetrics-text; version=1.0.0").body, "openmetrics");
});

test("a connection that is open when its channel is closed is not counted as open ever after", () => {
  const metrics = metricsUnderTest();
  const counters = { ...createCounters(), connectionsOpen: 1, connectionsOpened: 3 };
  const taps = metrics.channel({
    address: "rpc://a:1",
    clock: new VirtualClock(),
    counters,
    members: () => [],
  } as never);
  expect(valueOf(metrics, "rpc_client_connections_open")).toBe(1);
  taps?.closed?.();
  expect(valueOf(metrics, "rpc_client_connections_open")).toBe(0);
  expect(valueOf(metrics, "rpc_client_connections_opened_total")).toBe(3);
});

test("the event loop is measured, and Prometheus' own tool finds nothing to say about the text", async (context) => {
  const metrics = metricsUnderTest({ process: true });
  const { clock, echo } = await pairUnderTest({}, { instruments: [metrics] }, { instruments: [metrics] });
  const call = watch(echo.echo(note("hello")));
  await clock.settle();
  expect(call.isSettled).toBe(true);
  const utilization = valueOf(metrics, "nodejs_eventloop_utilization_ratio") ?? -1;
  expect(utilization).toBeGreaterThanOrEqual(0);
  expect(valueOf(metrics, "nodejs_eventloop_delay_p99_seconds")).toBeGreaterThanOrEqual(0);
  const { contentType, body } = metrics.expose();
  expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  const promtool = process.env.PROMTOOL ?? "promtool";
  const { error, status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"], {
    input: body,
    encoding: "utf8",
  });
  if (error !== undefined)
    return context.skip("promtool is not here: `apt-get install -y prometheus`, or PROMTOOL=/path/to/it");
  expect(`${stdout}${stderr}`).toBe("");
  expect(status).toBe(0);
});

test("options that make no sense are refused in words", () => {
  expect(() => createMetrics({ buckets: [1, 1] })).toThrow(
    "buckets are seconds above 0, each more than the one before",
  );
  expect(() => createMetrics({ buckets: [0] })).toThrow("buckets are seconds");
  expect(() => createMetrics({ seriesMax: -1 })).toThrow("seriesMax must be a whole number from 0 on, not -1");
  expect(() => createMetrics({ peersMax: NaN })).toThrow("peersMax must be a whole number from 0 on, not NaN");
});
