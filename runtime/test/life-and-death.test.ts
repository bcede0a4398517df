/** How servers and channels begin, drain and end, and what interceptors do in between. */

import { expect, it } from "vitest";
import {
  connect,
  createChannel,
  RpcError,
  serve,
  type Caller,
  type Interceptor,
  type ServerInterceptor,
} from "../src/index.js";
import { collect, createEchoClient, mountEcho } from "./kit/echo-service.js";
import { boundServerUnderTest, failureOf, never, pairUnderTest, watch } from "./kit/harness.js";

const note = { text: "a", count: 1 };
/** The first step of a server's leaving. */
const leaving = ['GOAWAY no-error last=2147483647 "the server is closing"', "PING 6279650000000000"];

it("a closing server lets running calls finish and takes no new ones", async () => {
  let finish: (() => void) | undefined;
  const { server, client, clock } = await boundServerUnderTest({
    echo: (request) => new Promise((resolve) => (finish = () => resolve(request))),
  });
  await client.send("REQUEST #1 m0 1001");
  const closed = watch(server.close());
  await clock.settle();
  expect(client.take()).toEqual(leaving);
  await client.send("PONG 6279650000000000");
  expect(client.take()).toEqual(['GOAWAY no-error last=1 "the server is closing"']);
  await client.send("REQUEST #2 m0 1002");
  expect(client.take()).toEqual(['ERROR #2 unavailable never-processed "the server is closing"']);
  finish?.();
  await clock.settle();
  expect(client.take()).toEqual(["RESPONSE #1 1001"]);
  expect([client.isClosed, closed.isSettled]).toEqual([true, true]);
});

it("a closing server ends calls that never end when its grace is over", async () => {
  let reason: unknown;
  const { server, client, clock } = await boundServerUnderTest({
    echo: (_, call) => {
      call.signal.addEventListener("abort", () => (reason = call.signal.reason));
      return never();
    },
  });
  await client.send("REQUEST #1 m0");
  const closed = watch(server.close({ graceMs: 3000 }));
  await clock.advance(2999);
  expect(closed.isSettled).toBe(false);
  await clock.advance(1);
  await clock.settle();
  expect(client.take().at(-1)).toBe('ERROR #1 unavailable "the server closed before the call was over"');
  expect(reason).toMatchObject({ code: "unavailable" });
  expect(closed.isSettled).toBe(true);
});

it("a server closes although a client neither reads nor closes", async () => {
  const { server, client, clock } = await boundServerUnderTest({ echo: never });
  await client.send("REQUEST #1 m0");
  client.transport.pause();
  const closed = watch(server.close({ graceMs: 1000 }));
  await clock.advance(10_000);
  expect(closed.isSettled).toBe(true);
});

it("a closing channel lets running calls finish, and fails them when its grace is over", async () => {
  const { channel, echo, clock } = await pairUnderTest({ echo: never }, {}, { closeGraceMs: 2000 });
  const call = watch(echo.echo(note));
  await clock.settle();
  const closed = watch(channel.close());
  await clock.advance(1999);
  expect([call.isSettled, closed.isSettled]).toEqual([false, false]);
  await clock.advance(1);
  expect(call.error).toMatchObject({ code: "unavailable", message: expect.stringContaining("closeGraceMs = 2000") });
  expect(closed.isSettled).toBe(true);
  expect(await failureOf(echo.echo(note))).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("closed"),
  });
});

it("closing a channel with a reason fails its calls with it", async () => {
  const { channel, echo, clock } = await pairUnderTest({ echo: never });
  const call = watch(echo.echo(note));
  await clock.settle();
  const reason = new RpcError("aborted", "shutting down");
  await Promise.all([channel.close(reason), clock.advance(1)]);
  expect(call.error).toBe(reason);
});

it("calls wait for a server that is not there yet, until their deadline", async () => {
  const { clock, echo, channel } = await pairUnderTest();
  const lost = connect("memory:nowhere", { clock, closeGraceMs: 0 });
  const call = watch(createEchoClient(lost).echo(note, { timeoutMs: 1000 }));
  await clock.advance(1000);
  expect(call.error).toMatchObject({
    code: "deadline-exceeded",
    // Waits between attempts are jittered.
    message: expect.stringMatching(/^no connection to memory:nowhere until the deadline: .* \(attempts: [4-6]\)$/),
  });
  const eager = connect("memory:nowhere", { clock, failFast: true });
  const failing = watch(createEchoClient(eager).echo(note));
  await clock.settle();
  expect(failing.error).toMatchObject({ code: "unavailable" });
  void echo;
  void channel;
});

it("a waiting call starts when the server comes", async () => {
  const { clock } = await pairUnderTest();
  const channel = connect("memory:late-comer", { clock });
  const call = watch(createEchoClient(channel).echo(note));
  await clock.advance(500);
  const server = await serve({ memory: "late-comer", services: [mountEcho()], clock });
  await clock.advance(1000);
  expect(call.value).toEqual(note);
  const closing = Promise.all([channel.close(), server.close()]);
  await clock.advance(20_000);
  await closing;
});

it("a channel holds back only so many calls, and a cancelled one leaves", async () => {
  const { clock } = await pairUnderTest();
  const echo = createEchoClient(connect("memory:nowhere", { clock, limits: { waitingCallsMax: 2 } }));
  const controller = new AbortController();
  const first = watch(echo.echo(note, { signal: controller.signal }));
  watch(echo.echo(note));
  expect(await failureOf(echo.echo(note))).toMatchObject({
    code: "resource-exhausted",
    message: expect.stringContaining("waitingCallsMax = 2"),
  });
  controller.abort();
  await clock.settle();
  expect(first.error).toMatchObject({ code: "cancelled" });
  await clock.advance(31_000);
});

it.each([
  ["rpcs://a", "invalid-argument", "rpcs://host:port for TLS"],
  ["http://a:1", "invalid-argument", "rpc://host:port"],
  ["rpc://a", "invalid-argument", "rpc://host:port"],
  ["rpc://a:0", "invalid-argument", "rpc://host:port"],
  ["rpc://a:70000", "invalid-argument", "rpc://host:port"],
  ["rpc://a b:1", "invalid-argument", "rpc://host:port"],
  ["unix:", "invalid-argument", "unix:/path"],
  ["", "invalid-argument", "memory:name"],
])("connect refuses the address %j", (address, code, text) => {
  let error: unknown;
  try {
    connect(address);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code, message: expect.stringContaining(text) });
});

it("serve refuses what makes no sense", async () => {
  const services = [mountEcho()];
  expect(await failureOf(serve({ services }))).toMatchObject({ code: "invalid-argument" });
  expect(await failureOf(serve({ services, port: 1, memory: "x" }))).toMatchObject({ code: "invalid-argument" });
  expect(await failureOf(serve({ services, port: 70_000 }))).toMatchObject({ code: "invalid-argument" });
  expect(await failureOf(serve({ services: [mountEcho(), mountEcho()], memory: "x" }))).toMatchObject({
    code: "already-exists",
  });
  expect(await failureOf(serve({ services, memory: "x", limits: { messageBytesMax: -1 } }))).toMatchObject({
    message: expect.stringContaining("limit messageBytesMax must be at least 1"),
  });
  expect(await failureOf(serve({ services, memory: "x", limits: { nonsense: 1 } as never }))).toMatchObject({
    code: "invalid-argument",
  });
  expect(await failureOf(serve({ services, memory: "x", keepalive: { intervalMs: 0, timeoutMs: 1 } }))).toMatchObject({
    code: "invalid-argument",
  });
});

it("metadata and deadlines reach the handler, and the handler's metadata comes back", async () => {
  const { echo, clock } = await pairUnderTest({
    echo: (request, call) => {
      call.responseMetadata.append("x-left", String(call.remainingMs)).append("x-who", call.metadata.get("Who") ?? "");
      call.responseMetadata.appendBytes("x-bin", Uint8Array.of(0, 255));
      return request;
    },
    *count(request, call) {
      yield request;
      call.responseMetadata.set("x-end", "yes");
    },
  });
  const seen: (readonly [string, string])[] = [];
  const onMetadata = (metadata: Iterable<readonly [string, string]>): void => void seen.push(...metadata);
  const call = watch(echo.echo(note, { timeoutMs: 700, metadata: { who: "me" }, onMetadata }));
  await clock.settle();
  expect(call.value).toEqual(note);
  const stream = watch(collect(echo.count(note, { onMetadata })));
  await clock.settle();
  expect(stream.value).toEqual([note]);
  expect(seen).toEqual([
    ["x-left", "700"],
    ["x-who", "me"],
    ["x-bin", "AP8="],
    ["x-end", "yes"],
  ]);
});

it.each([
  ["a value with a line break", { a: "b\r\nc" }],
  ["a reserved key", { "rpc-a": "b" }],
  ["a key with a space", { "a b": "c" }],
  ["bad base64", { "a-bin": "*" }],
])("refuses to send metadata with %s", async (_, metadata) => {
  const { echo } = await pairUnderTest();
  expect(await failureOf(echo.echo(note, { metadata }))).toMatchObject({ code: "invalid-argument" });
});

it("refuses to send metadata over the limit", async () => {
  const { echo, clock } = await pairUnderTest();
  const call = watch(echo.echo(note, { metadata: { a: "x".repeat(8192) } }));
  await clock.settle();
  expect(call.error).toMatchObject({
    code: "resource-exhausted",
    message: expect.stringContaining("metadataBytesMax = 8192"),
  });
});

it("client interceptors run in order, may change calls and retry them", async () => {
  const log: string[] = [];
  let failures = 1;
  const logging = (name: string): Interceptor => ({
    one: async (call, next) => {
      log.push(`${name} ${call.method.info.name}`);
      return next(call);
    },
    many: (call, next) => {
      log.push(`${name} ${call.method.info.name}`);
      return next(call);
    },
  });
  const retrying: Interceptor = { one: (call, next) => next(call).catch(() => next(call)) };
  const { echo, clock } = await pairUnderTest(
    {
      echo: (request) => {
        if (failures-- > 0) throw new RpcError("aborted", "again");
        return request;
      },
    },
    {},
    { interceptors: [logging("outer"), retrying, logging("inner")] },
  );
  const call = watch(echo.echo(note));
  await clock.settle();
  expect(call.value).toEqual(note);
  const stream = watch(collect(echo.count({ text: "", count: 2 })));
  await clock.settle();
  expect(stream.value).toHaveLength(2);
  const twice = watch(echo.sum([note]));
  await clock.settle();
  expect(twice.value).toEqual({ text: "", count: 1 });
  expect(log).toEqual([
    "outer echo",
    "inner echo",
    "inner echo",
    "outer count",
    "inner count",
    "outer sum",
    "inner sum",
  ]);
});

it("a client interceptor that sends a stream of requests twice, or throws, fails the call with a defined error", async () => {
  const { echo } = await pairUnderTest(
    {},
    {},
    { interceptors: [{ one: (call, next) => (void next(call).catch(() => {}), next(call)) }] },
  );
  expect(await failureOf(echo.sum([note]))).toMatchObject({
    code: "internal",
    message: expect.stringContaining("next twice"),
  });
  const throwing = await pairUnderTest({}, {}, { interceptors: [{ one: () => { throw new RpcError("aborted", "no"); } }] }); // prettier-ignore
  expect(await failureOf(throwing.echo.echo(note))).toMatchObject({ code: "aborted" });
});

it("server interceptors run in order and see the canonical method", async () => {
  const log: string[] = [];
  const logging = (name: string): ServerInterceptor => ({
    one: (call, request, next) => (log.push(`${name} ${call.service.name}/${call.method.wireName}`), next(request)),
    many: (call, request, next) => (log.push(`${name} ${call.method.wireName}`), next(request)),
  });
  const { client } = await boundServerUnderTest({}, { interceptors: [logging("a"), logging("b")] });
  await client.send("REQUEST #1 m0 1001", "REQUEST #2 m1 1001", "REQUEST #3 m2 noBody", "END #3");
  expect(client.take().sort()).toEqual(["DATA #2", "END #2", "RESPONSE #1 1001", "RESPONSE #3"]);
  expect(log).toEqual([
    "a test.v1.Echo/Echo",
    "b test.v1.Echo/Echo",
    "a Count",
    "b Count",
    "a test.v1.Echo/Sum",
    "b test.v1.Echo/Sum",
  ]);
});

it.each<[string, ServerInterceptor, string]>([
  [
    "calls next twice",
    { one: (_, request, next) => (next(request), next(request)) },
    'ERROR #1 internal "an interceptor called next twice"',
  ],
  ["answers by itself", { one: () => ({ text: "", count: 9 }) }, "RESPONSE #1 1009"],
  ["answers with nothing", { one: () => undefined }, 'ERROR #1 internal "the handler'],
  ["throws after the handler has answered", { one: async (_, request, next) => { await next(request); throw new RpcError("aborted", "no"); } }, 'ERROR #1 aborted "no"'], // prettier-ignore
])("a server interceptor that %s has a defined outcome", async (_, interceptor, line) => {
  const { client } = await boundServerUnderTest({}, { interceptors: [interceptor] });
  await client.send("REQUEST #1 m0 1001");
  expect(client.take()).toEqual([expect.stringContaining(line)]);
});

it("any Caller becomes a channel", async () => {
  const mock: Caller = {
    one: async (call) => call.request as never,
    many: async function* (call) {
      yield call.request as never;
    },
    close: async () => {},
  };
  const echo = createEchoClient(createChannel(mock));
  expect(await echo.echo(note)).toBe(note);
  expect(await collect(echo.count(note))).toEqual([note]);
});

it("a message may be changed once its call was made on an open connection", async () => {
  const { echo, clock } = await pairUnderTest();
  watch(echo.echo(note));
  await clock.settle();
  const request = { text: "before", count: 1 };
  const call = watch(echo.echo(request));
  request.text = "after";
  await clock.settle();
  expect(call.value?.text).toBe("before");
});

it("a handler may stop reading its requests early and still answer", async () => {
  const { echo, clock } = await pairUnderTest({
    async sum(requests) {
      for await (const first of requests) return first;
      return note;
    },
  });
  function* endless(): Generator<typeof note> {
    for (let count = 1; ; count++) yield { text: "", count };
  }
  const call = watch(echo.sum(endless()));
  await clock.settle();
  expect(call.value).toEqual({ text: "", count: 1 });
});

it("a consumer that throws cancels the call at the server", async () => {
  let ended = false;
  const { echo, clock, server } = await pairUnderTest({
    async *count(request) {
      try {
        for (;;) {
          yield request;
          await clock.settle();
        }
      } finally {
        ended = true;
      }
    },
  });
  const reading = watch(
    (async () => {
      for await (const message of echo.count(note)) throw new Error(`no ${message.text}`);
    })(),
  );
  await clock.settle();
  await clock.settle();
  expect(reading.error).toEqual(new Error("no a"));
  expect(ended).toBe(true);
  expect(server.counters).toMatchObject({ callsCancelled: 1, callsOpen: 0 });
});

it.each([
  ["the client cancels", "CANCEL #1", { code: "cancelled" }],
  ["the connection ends", "77", { code: "cancelled" }],
])("a handler that waits for requests is woken with an error when %s", async (_, line, expected) => {
  let failure: unknown;
  const { client, server } = await boundServerUnderTest({
    async sum(requests) {
      try {
        for await (const _request of requests) continue;
      } catch (error) {
        failure = error;
      }
      return note;
    },
  });
  await client.send("REQUEST #1 m2 noBody", "DATA #1 1001", line);
  expect(failure).toMatchObject(expected);
  expect(server.counters.callsOpen).toBe(0);
});
