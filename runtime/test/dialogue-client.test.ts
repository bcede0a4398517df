/** What a client sends and makes of the answers, frame by frame, with a server that is played by hand. */

import { expect, it } from "vitest";
import { collect, TooMany } from "./kit/echo-service.js";
import { callUnderWay, clientUnderTest, failureOf, isWebClient, itInNode, watch } from "./kit/harness.js";
import { helloFrame, prefaceHex } from "./kit/raw-peer.js";

const note = { text: "a", count: 1 };

it("connects with the first call and sends preface, HELLO, BIND and the call without waiting", async () => {
  const { clock, echo, peers } = clientUnderTest();
  await clock.settle();
  expect(peers).toHaveLength(0);
  const answer = watch(echo.echo(note));
  await clock.settle();
  expect(peers).toHaveLength(1);
  expect(peers[0]?.preface).toBe(prefaceHex);
  expect(peers[0]?.take()).toEqual(["HELLO", "BIND", "REQUEST #1 m0 deadline 000075300a01611001"]);
  await peers[0]?.send("PREFACE", "HELLO", "RESPONSE #1 1007");
  expect(answer.value).toEqual({ text: "", count: 7 });
});

it("binds a service once and sends calls of one turn in one write", async () => {
  const { clock, echo, peer } = clientUnderTest({ defaultTimeoutMs: Infinity });
  void Promise.allSettled([echo.echo(note), echo.echo(note), echo.log(note)]);
  await clock.settle();
  expect(peer().take()).toEqual([
    "HELLO",
    "BIND",
    "REQUEST #1 m0 0a01611001",
    "REQUEST #2 m0 0a01611001",
    "REQUEST #3 m4 oneway 0a01611001",
  ]);
});

const otherPeers = [
  ["RAW 485454502f312e31203430300d0a", "it speaks HTTP"],
  ["RAW 15030300020228", "it speaks TLS"],
] as const;

it.each(isWebClient() ? [] : otherPeers)("says what the other side seems to speak instead", async (bytes, text) => {
  const { clock, echo, peer } = clientUnderTest({ failFast: true });
  const call = watch(echo.echo(note));
  await clock.settle();
  await peer().send(bytes);
  await clock.settle();
  expect(call.error).toMatchObject({ code: "unavailable", message: expect.stringContaining(text) });
});

it("fails calls with both versions when the server speaks another one", async () => {
  const { clock, echo, peer } = clientUnderTest();
  const call = watch(echo.echo(note));
  await clock.settle();
  await peer().send(`RAW ${prefaceHex.slice(0, 14)}02`);
  await clock.settle();
  expect(call.error).toMatchObject({
    code: "failed-precondition",
    message: expect.stringContaining("the client speaks protocol version 1, the server version 2"),
  });
});

it("closes the connection on an answer to a call that was never made", async () => {
  const { peer, call, clock } = await callUnderWay();
  await peer().send("RESPONSE #2");
  expect(peer().take()).toEqual(['GOAWAY protocol-error last=0 "no call 2 was ever made"']);
  await clock.settle();
  expect(call.error).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("no call 2 was ever made"),
  });
});

itInNode("ignores and counts answers to calls that are over", async () => {
  const { peer, call, channel, echo, clock } = await callUnderWay();
  await peer().send("RESPONSE #1 1001", "RESPONSE #1 1002", "END #1", "ERROR #1", "CREDIT #1 +4");
  expect(call.value).toEqual({ text: "", count: 1 });
  expect(channel.counters.framesIgnored).toBe(4);
  const next = watch(echo.echo(note));
  await clock.settle();
  await peer().send("RESPONSE #2 1009");
  expect(next.value).toEqual({ text: "", count: 9 });
});

it.each([
  ["END instead of an answer", "END #1", "internal"],
  ["DATA instead of an answer", "DATA #1 1001", "internal"],
  ["a reserved flag", "RESPONSE #1 compressed 1f", "unimplemented"],
  ["an answer that cannot be read", "RESPONSE #1 0a05", "data-loss"],
  ["an answer in parts that is too long", "RESPONSE #1 more 7fffffff", "resource-exhausted"],
])("fails the call on %s and keeps the connection", async (_, line, code) => {
  const { peer, call, echo, clock } = await callUnderWay();
  await peer().send(line);
  expect(call.error).toMatchObject({ code, method: "/test.v1.Echo/Echo" });
  const next = watch(echo.echo(note));
  await clock.settle();
  await peer().send("RESPONSE #2 1009");
  expect(next.value).toEqual({ text: "", count: 9 });
});

it("takes unknown status numbers and broken details for what they are", async () => {
  const { peer, call } = await callUnderWay();
  await peer().send("ERROR #1 0863 12 03 1b5b31");
  expect(call.error).toMatchObject({ code: "unknown", message: "\ufffd[1" });
});

it("keeps the status of a declared error whose detail is broken", async () => {
  const { peer, call } = await callUnderWay();
  const name = Buffer.from("test.v1.TooMany").toString("hex");
  await peer().send(`ERROR #1 0808 1201 78 220f ${name} 2a02 0a09`);
  expect(call.error).not.toBeInstanceOf(TooMany);
  expect(call.error).toMatchObject({
    code: "resource-exhausted",
    message: "the detail of test.v1.TooMany cannot be read: x",
  });
});

itInNode("fails running calls when the connection closes in the middle of a frame", async () => {
  const { peer, call, clock } = await callUnderWay();
  await peer().send("RAW 0000000a0400000000");
  peer().transport.end();
  await clock.settle();
  expect(call.error).toMatchObject({
    code: "unavailable",
    neverProcessed: false,
    message: expect.stringContaining("in the middle of a frame"),
  });
});

it("cancels a running call through its signal, and tells the server", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const controller = new AbortController();
  const call = watch(echo.echo(note, { signal: controller.signal }));
  await clock.settle();
  peer().take();
  controller.abort(new Error("changed my mind"));
  controller.abort();
  await clock.settle();
  expect(call.error).toMatchObject({ code: "cancelled", cause: new Error("changed my mind") });
  expect(peer().take()).toEqual(["CANCEL #2"]);
});

it("sends nothing for a call whose signal is aborted already, or whose deadline is zero", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const cancelled = watch(echo.echo(note, { signal: AbortSignal.abort() }));
  const late = watch(echo.echo(note, { timeoutMs: 0 }));
  await clock.settle();
  expect(cancelled.error).toMatchObject({ code: "cancelled" });
  expect(late.error).toMatchObject({ code: "deadline-exceeded" });
  expect(peer().take()).toEqual([]);
});

it.each([NaN, -1, -Infinity])("refuses a timeout of %s", async (timeoutMs) => {
  const { echo } = await callUnderWay();
  expect(await failureOf(echo.echo(note, { timeoutMs }))).toMatchObject({ code: "invalid-argument" });
});

it.each([2 ** 31, 2 ** 53, Infinity])("a timeout of %s does not fire early", async (timeoutMs) => {
  const { echo, clock, peer } = await callUnderWay();
  const call = watch(echo.echo(note, { timeoutMs }));
  await clock.advance(60_000);
  expect(call.isSettled).toBe(false);
  expect(peer().take()).toHaveLength(1);
});

itInNode("a call does not pay for what its turn took before it was made", async () => {
  const { echo, clock, peer } = await callUnderWay();
  const first = watch(echo.echo({ text: "a", count: 1 }, { timeoutMs: 500 }));
  clock.block(400);
  const second = watch(echo.echo({ text: "a", count: 1 }, { timeoutMs: 500 }));
  await clock.settle();
  expect(peer().take()).toEqual([
    "REQUEST #2 m0 deadline 000001f40a01611001",
    "REQUEST #3 m0 deadline 000001f40a01611001",
  ]);
  await clock.advance(499);
  expect([first.isSettled, second.isSettled]).toEqual([false, false]);
  await clock.advance(1);
  expect([first.error, second.error]).toMatchObject([{ code: "deadline-exceeded" }, { code: "deadline-exceeded" }]);
});

it("a call that has to wait for a connection does not pay for its turn either", async () => {
  const { echo, clock } = clientUnderTest();
  void watch(echo.echo({ text: "a", count: 1 }, { timeoutMs: 10_000 }));
  clock.block(400);
  const second = watch(echo.echo({ text: "a", count: 1 }, { timeoutMs: 500 }));
  await clock.advance(499);
  expect(second.isSettled).toBe(false);
  await clock.advance(1);
  expect(second.error).toMatchObject({ code: "deadline-exceeded" });
});

it("fails a call at its deadline without a word to the server, which knows it too", async () => {
  const { peer, echo, clock, channel } = await callUnderWay();
  const call = watch(echo.echo(note, { timeoutMs: 500 }));
  await clock.advance(499);
  expect(call.isSettled).toBe(false);
  await clock.advance(1);
  expect(call.error).toMatchObject({ code: "deadline-exceeded", peer: expect.stringContaining("memory") });
  expect(peer().take()).toEqual(["REQUEST #2 m0 deadline 000001f40a01611001"]);
  if (!isWebClient()) expect(channel.counters.deadlinesExceeded).toBe(1);
});

itInNode("uses one timer for any number of deadlines", async () => {
  const { echo, clock } = await callUnderWay();
  const before = clock.timers;
  void Promise.allSettled(Array.from({ length: 100 }, (_, i) => echo.echo(note, { timeoutMs: 1000 + i })));
  await clock.settle();
  expect(clock.timers - before).toBeLessThanOrEqual(1);
});

it("cancels the call when the reader breaks out of the stream", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const reading = watch(
    (async () => {
      for await (const message of echo.count(note)) return message;
      return undefined;
    })(),
  );
  await clock.settle();
  await peer().send("DATA #2 1001", "DATA #2 1002");
  expect(reading.value).toEqual({ text: "", count: 1 });
  expect(peer().take()).toEqual(["REQUEST #2 m1 0a01611001", "CANCEL #2"]);
});

it("starts a stream of answers when it is read, and not at all when it is not", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const iterator = echo.count(note)[Symbol.asyncIterator]();
  await clock.settle();
  expect(peer().take()).toEqual([]);
  await iterator.return?.();
  expect(await iterator.next()).toEqual({ value: undefined, done: true });
  expect(peer().take()).toEqual([]);
});

it("hands out what came before a stream failed, then the failure once", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const iterator = echo.count(note)[Symbol.asyncIterator]();
  const first = iterator.next();
  await clock.settle();
  await peer().send("DATA #2 1001", "DATA #2 1002", "ERROR #2 0805");
  expect((await first).value).toEqual({ text: "", count: 1 });
  expect((await iterator.next()).value).toEqual({ text: "", count: 2 });
  expect(await failureOf(iterator.next())).toMatchObject({ code: "not-found" });
  expect(await iterator.next()).toEqual({ value: undefined, done: true });
});

it("stops asking for requests when the call is answered early", async () => {
  const { peer, echo, clock } = await callUnderWay();
  let returned = false;
  async function* endless(): AsyncGenerator<typeof note> {
    try {
      for (;;) {
        yield note;
        await clock.settle();
      }
    } finally {
      returned = true;
    }
  }
  const call = watch(echo.sum(endless()));
  await clock.settle();
  await peer().send("RESPONSE #2 1001");
  await clock.settle();
  expect(call.value).toEqual({ text: "", count: 1 });
  expect(returned).toBe(true);
});

it("fails and cancels the call when the stream of requests throws or holds a bad message", async () => {
  const { peer, echo, clock } = await callUnderWay();
  function* broken(): Generator<typeof note> {
    yield note;
    throw new Error("out of ink");
  }
  const thrown = watch(echo.sum(broken()));
  const bad = watch(echo.sum([{ text: "a", count: -1 }]));
  const none = watch(echo.sum(7 as unknown as Iterable<typeof note>));
  await clock.settle();
  expect(thrown.error).toMatchObject({ code: "invalid-argument", message: "out of ink" });
  expect(bad.error).toMatchObject({
    code: "invalid-argument",
    message: expect.stringContaining("test.v1.Note: field 2"),
  });
  expect(none.error).toMatchObject({ code: "invalid-argument", message: expect.stringContaining("iterable") });
  expect(
    peer()
      .take()
      .filter((line) => line.startsWith("CANCEL")),
  ).toEqual(["CANCEL #2", "CANCEL #3", "CANCEL #4"]);
});

it("a request that cannot be encoded leaves no trace on the connection", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const bad = watch(echo.echo({ text: "x".repeat(1000), count: 1.5 }));
  const good = watch(echo.echo(note));
  await clock.settle();
  expect(bad.error).toMatchObject({ code: "invalid-argument" });
  expect(peer().take()).toEqual(["REQUEST #2 m0 0a01611001"]);
  await peer().send("RESPONSE #2");
  expect(good.isSettled).toBe(true);
});

itInNode("a message whose getter makes a call fails that call and is sent itself", async () => {
  const { peer, echo, clock } = await callUnderWay();
  let inner: { error: unknown } | undefined;
  const sly = {
    get text(): string {
      inner ??= watch(echo.echo(note));
      return "sly";
    },
    count: 0,
  };
  void echo.echo(sly).catch(() => {});
  await clock.settle();
  expect(inner?.error).toMatchObject({ code: "internal" });
  expect(peer().take()).toEqual(["REQUEST #2 m0 0a03736c79"]);
});

it("refuses a message over the server's limit before it is sent", async () => {
  const setup = clientUnderTest({ defaultTimeoutMs: Infinity });
  void setup.echo.echo(note).catch(() => {});
  await setup.clock.settle();
  await setup.peer().send("PREFACE", helloFrame({ messageBytesMax: 100 }));
  const call = watch(setup.echo.echo({ text: "x".repeat(200), count: 0 }));
  await setup.clock.settle();
  expect(call.error).toMatchObject({
    code: "resource-exhausted",
    message: expect.stringContaining("messageBytesMax = 100"),
  });
});

it("collects a stream that is answered in one packet", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const all = watch(collect(echo.count(note)));
  await clock.settle();
  await peer().send("DATA #2 1001", "DATA #2 more 00000002 10", "DATA #2 02", "END #2");
  expect(all.value?.map((message) => message.count)).toEqual([1, 2]);
});
