/** What a busy but honest peer may do for ever: cut frames anywhere, leave streams early, send without waiting. */

import { expect, it } from "vitest";
import { frameBytes, helloFrame } from "./kit/raw-peer.js";
import {
  boundServerUnderTest,
  callUnderWay,
  clientUnderTest,
  itInNode,
  never,
  pairUnderTest,
  watch,
} from "./kit/harness.js";
import { FrameType } from "../src/frame/frame.js";

const note = { text: "a", count: 1 };
const tiny = { text: "", count: 0 };

it("a connection whose every packet ends in the middle of a frame lives as long as frames keep coming", async () => {
  const { client, clock } = await boundServerUnderTest();
  let cut = new Uint8Array(0);
  for (let id = 1; id <= 20; id++) {
    const next = frameBytes(FrameType.request, 0, 0, id, "1001");
    await client.send(cut, next.subarray(0, 5));
    cut = new Uint8Array(next.subarray(5));
    await clock.advance(10_000);
  }
  expect(client.isClosed).toBe(false);
  expect(client.take()).toHaveLength(19);
});

it("a frame that stalls is noticed after a pause for back-pressure too", async () => {
  const answer = { text: "x".repeat(50_000), count: 0 };
  const { client, clock } = await boundServerUnderTest(
    { echo: () => answer },
    { limits: { writeQueueBytesMax: 100_000 }, keepalive: false },
  );
  client.transport.pause();
  await client.send(...Array.from({ length: 12 }, (_, i) => `REQUEST #${i + 1} m0`), "RAW 00");
  await clock.advance(40_000);
  client.transport.resume();
  await clock.settle();
  expect(client.take()).toHaveLength(12);
  await clock.advance(30_001);
  expect(client.take()).toEqual([expect.stringContaining("GOAWAY timeout")]);
});

it("oneway calls that fill the queue go on when the transport has room again", async () => {
  let logged = 0;
  const text = "x".repeat(10_000);
  const { echo, clock } = await pairUnderTest({ log: () => void logged++ });
  const first = watch(echo.echo(note));
  await clock.settle();
  expect(first.isSettled).toBe(true);
  const calls = Array.from({ length: 500 }, () => watch(echo.log({ text, count: 0 })));
  await clock.advance(100);
  expect(calls.every((call) => call.isSettled && call.error === undefined)).toBe(true);
  expect(logged).toBe(500);
});

it.each([1, 30_000])("streams go on with a queue of %i bytes", async (writeQueueBytesMax) => {
  const limits = { writeQueueBytesMax };
  const { echo, clock } = await pairUnderTest({}, { limits }, { limits });
  let seen = 0;
  const read = async (): Promise<void> => {
    for await (const _ of echo.count({ text: "x".repeat(100), count: 2000 })) seen++;
  };
  const reading = watch(read());
  for (let i = 0; i < 100 && !reading.isSettled; i++) await clock.settle();
  expect(seen).toBe(2000);
});

itInNode("what was under way when a reader left its stream does not count as a flood", async () => {
  const setup = clientUnderTest({ limits: { idleFramesMax: 100 } });
  for (let id = 1; id <= 20; id++) {
    const iterator = setup.echo.count(note)[Symbol.asyncIterator]();
    const first = watch(iterator.next());
    await setup.clock.settle();
    if (id === 1) await setup.peer().send("PREFACE", "HELLO");
    await setup.peer().send(`DATA #${id}`);
    expect(first.isSettled).toBe(true);
    await iterator.return?.();
    await setup.clock.settle();
    await setup.peer().send(...Array.from({ length: 500 }, () => `DATA #${id}`));
  }
  expect(setup.peer().isClosed).toBe(false);
  expect(setup.channel.counters.framesIgnored).toBe(10_000);
});

itInNode("late answers to calls whose deadlines passed do not count as a flood", async () => {
  const { peer, echo, clock, channel } = await callUnderWay({ limits: { idleFramesMax: 100 } });
  for (let id = 2; id <= 500; id++) watch(echo.echo(note, { timeoutMs: 10 }));
  await clock.advance(11);
  await peer().send(...Array.from({ length: 499 }, (_, i) => `RESPONSE #${i + 2} 1001`));
  expect([peer().isClosed, channel.counters.framesIgnored]).toEqual([false, 499]);
});

it("requests that were under way when the handler answered early do not count as a flood", async () => {
  const { client } = await boundServerUnderTest(
    { sum: () => Promise.resolve(tiny) },
    { limits: { idleFramesMax: 100 } },
  );
  for (let id = 1; id <= 20; id++) {
    await client.send(`REQUEST #${id} m2 noBody`);
    await client.send(...Array.from({ length: 500 }, () => `DATA #${id}`), `END #${id}`);
  }
  expect(client.take().filter((line) => line.startsWith("RESPONSE"))).toHaveLength(20);
  expect(client.isClosed).toBe(false);
});

itInNode("frames beyond the credit that a call left behind count as a flood", async () => {
  const { peer, echo, clock } = await callUnderWay({ limits: { idleFramesMax: 100 } });
  watch(echo.echo(note, { timeoutMs: 10 }));
  await clock.advance(11);
  const late = frameBytes(FrameType.response, 0, 0, 2, new Uint8Array(60_000));
  for (let i = 0; i < 140; i++) await peer().send(late);
  expect(peer().take().at(-1)).toContain("GOAWAY enhance-your-calm");
});

it("readers that leave streams which had begun to answer are no rapid reset", async () => {
  const { client } = await boundServerUnderTest(
    {
      async *count() {
        yield tiny;
        await never();
      },
    },
    { limits: { cancelsMax: 10 } },
  );
  for (let id = 1; id <= 100; id++) {
    await client.send(`REQUEST #${id} m1`);
    await client.send(`CANCEL #${id}`);
  }
  expect(client.isClosed).toBe(false);
});

it("a call whose answer comes with metadata that cannot be read fails alone", async () => {
  const { peer, call, echo, clock } = await callUnderWay();
  const other = watch(echo.echo(note));
  await clock.settle();
  await peer().send("RESPONSE #1 metadata +5 0a00120161 1001", "RESPONSE #2 1002");
  expect(call.error).toMatchObject({ code: "internal", message: expect.stringContaining("metadata key") });
  expect(other.value).toEqual({ text: "", count: 2 });
});

it.each([
  ["throws", "internal", () => { throw new Error("mine"); }], // prettier-ignore
  ["aborts the call", "cancelled", (abort: AbortController) => abort.abort()],
])("an onMetadata that %s fails its own call only", async (_, code, act) => {
  const { peer, echo, clock } = await callUnderWay();
  const abort = new AbortController();
  const mine = watch(echo.echo(note, { signal: abort.signal, onMetadata: () => act(abort) }));
  const other = watch(echo.echo(note));
  await clock.settle();
  await peer().send("RESPONSE #2 metadata +6 0a0161120162 1001", "RESPONSE #3 1002");
  expect(mine.error).toMatchObject({ code });
  expect(other.value).toEqual({ text: "", count: 2 });
});

it("calls that waited all start, whatever the first of them does", async () => {
  const { peer, echo, clock } = clientUnderTest();
  function* broken(): Generator<never> {
    throw new Error("no requests");
  }
  const bad = watch(echo.sum(broken()));
  const calls = Array.from({ length: 140 }, () => watch(echo.echo(note)));
  await clock.settle();
  const answers = calls.map((_, i) => `RESPONSE #${i + 2} 1001`);
  await peer().send("PREFACE", helloFrame(), ...answers.slice(0, 128));
  await peer().send(...answers.slice(128));
  expect(bad.error).toMatchObject({ code: "invalid-argument", message: "no requests" });
  expect(calls.filter((call) => call.value?.count === 1)).toHaveLength(140);
});

it("a stream that has begun is not started again, whatever the server says", async () => {
  const { peer, peers, echo, clock } = await callUnderWay();
  const iterator = echo.count(note)[Symbol.asyncIterator]();
  const first = watch(iterator.next());
  await clock.settle();
  await peer().send("DATA #2 1001", "ERROR #2 080e 1801");
  expect(first.value).toEqual({ value: { text: "", count: 1 }, done: false });
  const second = watch(iterator.next());
  await clock.settle();
  expect(second.error).toMatchObject({ code: "unavailable" });
  expect(peers).toHaveLength(1);
});
