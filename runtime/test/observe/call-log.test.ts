/** The log of calls: one line each, with what is known, and with nothing in it that should not be there. */

import { inspect } from "node:util";
import { expect, test } from "vitest";
import { jsonCodec, RpcError } from "../../src/index.js";
import { callLine } from "../../src/observe/call-line.js";
import { callLog, traceCalls, type CallLine, type CallLogOptions, type Logger } from "../../src/observe.js";
import type { MethodInfo, ServiceInfo } from "../../src/method/method.js";
import { createChannel } from "../../src/index.js";
import { collect, EchoJson, type Note } from "../kit/echo-service.js";
import { withFleet } from "../kit/fleet.js";
import { failureOf, never, pairUnderTest, watch } from "../kit/harness.js";
import { seed, numbersFrom, tries } from "../kit/random.js";

interface Written {
  readonly level: string;
  readonly line: CallLine;
  readonly text: string;
}

function logger(): { readonly log: Logger; readonly written: Written[] } {
  const written: Written[] = [];
  const at = (level: string) => (line: CallLine, text: string) => void written.push({ level, line, text });
  return { log: { info: at("info"), warn: at("warn"), error: at("error") }, written };
}

const note = (text: string, count = 0): Note => ({ text, count });

async function pairWithLogs(
  handler: Parameters<typeof pairUnderTest>[0],
  options: CallLogOptions = {},
): Promise<Awaited<ReturnType<typeof pairUnderTest>> & { server: never; client: Written[]; served: Written[] }> {
  const client = logger();
  const server = logger();
  const pair = await pairUnderTest(
    handler,
    { instruments: [traceCalls(), callLog(server.log, options)] },
    { instruments: [traceCalls(), callLog(client.log, options)] },
  );
  return { ...pair, server: undefined as never, client: client.written, served: server.written };
}

test("a call is one line on each side, with the same trace", async () => {
  const { clock, echo, client, served } = await pairWithLogs({
    echo: async (request) => {
      await new Promise<void>((resolve) => void clock.timer(12, resolve));
      return request;
    },
  });
  const call = watch(echo.echo(note("hello")));
  await clock.advance(12);
  expect(call.value).toEqual(note("hello"));
  const common = { service: "test.v1.Echo", method: "Echo", code: "ok", durationMs: 12 };
  const sizes = { requests: 1, requestBytes: 7, answers: 1, answerBytes: 7 };
  const peer = expect.stringMatching(/^memory:/) as string;
  const hex = expect.stringMatching(/^[0-9a-f]+$/) as string;
  expect(client).toEqual([
    {
      level: "info",
      line: { side: "client", ...common, ...sizes, peer, traceId: hex, spanId: hex },
      text: "test.v1.Echo/Echo ok in 12 ms",
    },
  ]);
  expect(served[0]?.line).toEqual({ side: "server", ...common, ...sizes, peer, traceId: hex, spanId: hex });
  expect(served[0]?.line.traceId).toBe(client[0]?.line.traceId);
});

test("failures say what they are, at the level that they deserve", async () => {
  const { clock, echo, served, client } = await pairWithLogs({
    echo: ({ text }) => {
      if (text === "never") return never();
      if (text === "bug") throw new Error("password=hunter2");
      throw new RpcError("not-found", "no such note");
    },
  });
  for (const text of ["missing", "bug"]) {
    const call = watch(failureOf(echo.echo(note(text))));
    await clock.settle();
    expect(call.isSettled).toBe(true);
  }
  const late = watch(failureOf(echo.echo(note("never"), { timeoutMs: 50 })));
  await clock.advance(50);
  expect(late.isSettled).toBe(true);
  const facts = (lines: readonly Written[]): unknown[] =>
    lines.map(({ level, line }) => [level, line.code, line.error]);
  expect(facts(served)).toEqual([
    ["info", "not-found", "no such note"],
    ["error", "internal", "the handler failed"],
    ["warn", "deadline-exceeded", "the deadline passed before the handler had answered"],
  ]);
  expect(facts(client).map((line) => (line as string[])[1])).toEqual(["not-found", "internal", "deadline-exceeded"]);
  expect(JSON.stringify([served, client])).not.toContain("hunter2");
});

test("streams, oneway calls and attempts are one line each; JSON has sizes of its own", async () => {
  const { clock, echo, served, client } = await pairWithLogs({});
  const chat = watch(collect(echo.chat([note("a"), note("bb")])));
  await clock.advance(10);
  expect(chat.value).toHaveLength(2);
  void echo.log(note("x"));
  await clock.advance(10);
  expect(served.map(({ line }) => [line.method, line.requests, line.answers])).toEqual([
    ["Chat", 2, 2],
    ["Log", 1, 0],
  ]);
  expect(client.map(({ line }) => [line.method, line.requestBytes, line.answerBytes])).toEqual([
    ["Chat", 7, 7],
    ["Log", 3, 0],
  ]);
  const { log, written } = logger();
  const codec = jsonCodec({ services: [EchoJson] });
  await withFleet({ servers: 2, codec, instruments: [callLog(log)] }, async (fleet) => {
    let failures = 1;
    for (const server of fleet.servers) {
      server.behave = (request) => {
        if (failures-- > 0) throw new RpcError("unavailable", "not now");
        return request;
      };
    }
    await fleet.echo.echo(note("a"), { policy: { idempotencyKey: "shared", retry: { attempts: 3 } } });
  });
  expect(written).toHaveLength(1);
  expect(written[0]?.line).toMatchObject({
    attempts: 2,
    requestBytes: 2 * `{"text":"a"}`.length,
    answers: 1,
    code: "ok",
  });
  expect(written[0]?.line.peer).toMatch(/^rpc:\/\/s\d:7000$/);
});

test("messages are shown only where that is asked for: in one line, cut, and without secrets", async () => {
  const text = { fields: { text: {} } };
  const secret: Partial<MethodInfo> = { secrets: { request: text, answer: text } };
  const { log, written } = logger();
  const service: ServiceInfo = {
    ...EchoJson.service,
    methods: EchoJson.service.methods.map((info) => ({ ...info, ...secret })),
  };
  const make = (options: CallLogOptions): ReturnType<typeof createChannel> => {
    const taps = callLog(log, options).channel({ clock: { now: () => 0 } } as never);
    const interceptors = taps?.call === undefined ? [] : [taps.call];
    return createChannel(
      { one: async (call) => call.request as never, many: () => [] as never, close: async () => {} },
      { interceptors },
    );
  };
  const info = service.methods[0];
  const echo = { service, index: 0, info, path: "/test.v1.Echo/Echo", encode: undefined, decode: undefined } as never;
  const plain = { ...(echo as object), info: { ...info, secrets: undefined } } as never;
  await make({}).unary(echo, note("hunter2", 7) as never);
  expect(written[0]?.line.request).toBeUndefined();
  await make({ messages: true }).unary(echo, note("hunter2", 7) as never);
  expect(written[1]?.line).toMatchObject({
    request: `{"text":"[secret]","count":7}`,
    answer: `{"text":"[secret]","count":7}`,
  });
  await make({ messages: { unitsMax: 50 } }).unary(plain, note(`a\n\u2028\u001b[31m${"x".repeat(100_000)}`) as never);
  const { request = "" } = written[2]?.line ?? {};
  expect(request.length).toBeLessThan(120);
  expect(request).toContain("\\u2028");
  expect(JSON.stringify(written)).not.toContain("hunter2");
});

test("messages on a server come without secrets, too", async () => {
  const { clock, echo, served } = await pairWithLogs({ echo: async (request) => request }, { messages: true });
  const call = watch(echo.echo(note("a\nb", 2)));
  await clock.settle();
  expect(call.isSettled).toBe(true);
  const sum = watch(echo.sum([note("", 2)]));
  await clock.advance(10);
  expect(sum.isSettled).toBe(true);
  expect(served.map(({ line }) => [line.request, line.answer])).toEqual([
    [`{"text":"a\\nb","count":2}`, `{"text":"a\\nb","count":2}`],
    [undefined, `{"text":"","count":2}`],
  ]);
});

test("metadata is shown by an allow list", async () => {
  const { clock, echo, served, client } = await pairWithLogs({}, { metadata: ["tenant"] });
  const call = watch(echo.echo(note("a"), { metadata: { tenant: "acme", authorization: "Bearer hunter2" } }));
  await clock.settle();
  expect(call.isSettled).toBe(true);
  expect([served[0]?.line.metadata, client[0]?.line.metadata]).toEqual([{ tenant: "acme" }, { tenant: "acme" }]);
  expect(JSON.stringify([served, client])).not.toContain("hunter2");
});

test("a logger that throws fails no call, and one that is none is refused", async () => {
  const broken = (): never => {
    throw new Error("the disk is full");
  };
  const instruments = [callLog({ info: broken, warn: broken, error: broken })];
  const { clock, echo } = await pairUnderTest({}, { instruments }, { instruments });
  const call = watch(echo.echo(note("a")));
  await clock.settle();
  expect(call.value).toEqual(note("a"));
  expect(() => callLog({ info: () => {} } as never)).toThrow("a logger has a function warn; this one has none");
  expect(() => callLog(undefined as never)).toThrow("a logger has a function info; this one has none");
});

test("a bound on messages that is none is refused", () => {
  const { log } = logger();
  for (const unitsMax of [NaN, -1, undefined as never]) {
    expect(() => callLog(log, { messages: { unitsMax } })).toThrow("messages.unitsMax must be at least 0");
  }
});

test("which lines are written is up to the program", async () => {
  const { clock, echo, served } = await pairWithLogs(
    {},
    { level: ({ side }) => (side === "server" ? "error" : undefined) },
  );
  const call = watch(echo.echo(note("a")));
  await clock.settle();
  expect(call.isSettled).toBe(true);
  expect(served.map(({ level }) => level)).toEqual(["error"]);
});

test(`whatever is in a line, a console prints it in one (SEED=${seed})`, () => {
  const number = numbersFrom(seed);
  for (let i = 0; i < tries(500); i++) {
    const text = String.fromCharCode(
      ...Array.from({ length: 20 }, () => (number(2) === 0 ? number(0x100) : number(0x10000))),
    );
    const line = callLine({
      side: "server",
      service: text,
      method: text,
      code: "ok",
      durationMs: 1,
      error: text,
      metadata: { a: text },
    });

    expect(inspect(line)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    expect(inspect(line)).toMatch(/^side="server" service=/);
  }
});
