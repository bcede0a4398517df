/** How a client keeps its connections: draining, refusals, silence, loss, and ids that run out. */

import { expect, it } from "vitest";
import { RpcError } from "../src/index.js";
import { callUnderWay, clientUnderTest, itInNode, watch } from "./kit/harness.js";
import { goawayFrame, helloFrame } from "./kit/raw-peer.js";

const note = { text: "a", count: 1 };

it("drains on GOAWAY: running calls finish, later ones go to a new connection", async () => {
  const { peer, peers, echo, clock, call } = await callUnderWay();
  const first = peer();
  await first.send(goawayFrame({ code: "no-error", lastStream: 1, message: "bye" }));
  const later = watch(echo.echo(note));
  await clock.settle();
  expect(peers).toHaveLength(2);
  expect(first.isClosed).toBe(false);
  await first.send("RESPONSE #1 1001");
  expect(call.value).toEqual({ text: "", count: 1 });
  await clock.settle();
  expect(first.isClosed).toBe(true);
  await peer().send("PREFACE", "HELLO", "RESPONSE #1 1002");
  expect(later.value).toEqual({ text: "", count: 2 });
});

it("drains in two steps: what crossed the first GOAWAY finishes, and what the second disowns is made again", async () => {
  const { peer, peers, echo, clock, call } = await callUnderWay();
  const upload = watch(echo.sum([note, note]));
  await clock.settle();
  const first = peer();
  first.take();
  await first.send(goawayFrame({ code: "no-error", lastStream: 2 ** 31 - 1, message: "bye" }), "PING 0102030405060708");
  expect(first.take()).toEqual(["PONG 0102030405060708"]);
  const later = watch(echo.echo(note));
  await clock.settle();
  expect(peers).toHaveLength(2);
  await first.send("RESPONSE #2 1002");
  expect(upload.value).toEqual({ text: "", count: 2 });
  expect(first.isClosed).toBe(false);
  await first.send(goawayFrame({ code: "no-error", lastStream: 0, message: "bye" }));
  await clock.settle();
  expect([first.isClosed, peers.length]).toEqual([true, 2]);
  await peer().send("PREFACE", "HELLO", "RESPONSE #1 1003", "RESPONSE #2 1004");
  expect([call.value?.count, later.value?.count].sort()).toEqual([3, 4]);
});

it("starts calls again that the server has surely not looked at", async () => {
  const { peer, echo, clock, call } = await callUnderWay();
  const second = watch(echo.echo(note));
  await clock.settle();
  await peer().send(goawayFrame({ code: "no-error", lastStream: 1, message: "bye" }), "RESPONSE #1 1001");
  expect(call.isSettled).toBe(true);
  await clock.settle();
  expect(peer().take()).toEqual(["HELLO", "BIND", "REQUEST #1 m0 0a01611001"]);
  await peer().send("PREFACE", "HELLO", "RESPONSE #1 1005");
  expect(second.value).toEqual({ text: "", count: 5 });
});

it("gives up a call that servers keep refusing", async () => {
  const { peer, call, clock } = await callUnderWay();
  const refused = "ERROR #ID 080e 1801";
  for (const id of [1, 2, 3]) {
    await peer().send(refused.replace("ID", String(id)));
    await clock.settle();
  }
  expect(call.error).toMatchObject({ code: "unavailable", neverProcessed: true });
});

it("holds calls back above the server's limit and sends them as others end", async () => {
  const setup = clientUnderTest({ defaultTimeoutMs: Infinity });
  const first = watch(setup.echo.echo(note));
  await setup.clock.settle();
  await setup.peer().send("PREFACE", helloFrame({ concurrentCallsMax: 1 }));
  const second = watch(setup.echo.echo(note));
  await setup.clock.settle();
  expect(setup.peer().take()).toEqual(["HELLO", "BIND", "REQUEST #1 m0 0a01611001"]);
  await setup.peer().send("RESPONSE #1");
  await setup.clock.settle();
  expect(first.isSettled).toBe(true);
  expect(setup.peer().take()).toEqual(["REQUEST #2 m0 0a01611001"]);
  await setup.peer().send("RESPONSE #2");
  expect(second.isSettled).toBe(true);
});

it("answers pings, and pings itself when nothing is heard while calls run", async () => {
  const { peer, clock, call } = await callUnderWay({ keepalive: { intervalMs: 1000, timeoutMs: 300 } });
  await peer().send("PING 0102030405060708");
  expect(peer().take()).toEqual(["PONG 0102030405060708"]);
  await clock.advance(1000);
  expect(peer().take()).toEqual(["PING 0000000000000001"]);
  await peer().send("PONG 0000000000000001");
  await clock.advance(1000);
  expect(peer().take()).toEqual(["PING 0000000000000002"]);
  expect(call.isSettled).toBe(false);
  await clock.advance(300);
  expect(call.error).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("no answer to a ping within 300 ms"),
  });
});

it("connects again after the connection is lost, later each time it fails", async () => {
  const { peer, peers, clock, echo } = await callUnderWay();
  peer().transport.destroy();
  await clock.settle();
  const second = watch(echo.echo(note));
  await clock.settle();
  expect(peers).toHaveLength(2);
  peer().transport.destroy();
  await clock.settle();
  expect(second.error).toBeInstanceOf(RpcError);
  const third = watch(echo.echo(note));
  await clock.settle();
  expect(peers).toHaveLength(2);
  await clock.advance(200);
  expect(peers).toHaveLength(3);
  await peer().send("PREFACE", "HELLO", "RESPONSE #1 1003");
  expect(third.value?.count).toBe(3);
});

itInNode("opens a new connection when stream ids run out", async () => {
  const { peer, peers, clock, channel, echo, call } = await callUnderWay();
  const { link } = (channel as unknown as { gate: { inner: { link: { session: { nextId: number } } } } }).gate.inner;
  link.session.nextId = 2 ** 31 - 1;
  const last = watch(echo.echo(note));
  const next = watch(echo.echo(note));
  await clock.settle();
  expect(peers[0]?.take()).toEqual(["REQUEST #2147483647 m0 0a01611001"]);
  expect(peers).toHaveLength(2);
  await peers[0]?.send("RESPONSE #2147483647 1001", "RESPONSE #1");
  await peer().send("PREFACE", "HELLO", "RESPONSE #1 1002");
  expect([call.isSettled, last.value?.count, next.value?.count]).toEqual([true, 1, 2]);
});
