/** ZooKeeper servers that lie, stall and babble: each gives an error in words, and none stops, floods or crashes the client. */

import { expect, onTestFinished, test } from "vitest";
import { FakeZookeeper } from "../../../test/kit/fake-zookeeper.js";
import { numbersFrom, seed, tries } from "../../../test/kit/random.js";
import { VirtualClock } from "../../testing/virtual-clock.js";
import type { RpcError } from "../../error/rpc-error.js";
import { JuteWriter } from "./jute.js";
import { zookeeperRegistry } from "./zookeeper-registry.js";

const service = "shop.v1.Orders";

function visit(server: FakeZookeeper, clock: VirtualClock) {
  const errors: RpcError[] = [];
  const lists: (readonly string[])[] = [];
  const registry = zookeeperRegistry({
    servers: ["zoo:2181"],
    clock,
    openSocket: server.openSocket,
    random: () => 0.5,
    frameBytesMax: 65_536,
    guard: { debounceMs: 0, holdMs: 0 },
  });
  registry.watch(service, {
    update: (list) => lists.push(list.map(({ address }) => address)),
    failed: (error) => errors.push(error),
  });
  onTestFinished(() => void registry.close());
  return { errors, lists, registry };
}

const writer = (): JuteWriter => new JuteWriter();
const welcome = (): JuteWriter => writer().int(0).int(6000).long(5n).buffer(new Uint8Array(16));
const list = (count: number): JuteWriter => writer().int(1).long(1n).int(0).int(count);

test.each([
  ["hangs up", []],
  ["speaks HTTP", [new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")]],
  ["welcomes with nothing", [writer().frame()]],
  ["announces two gigabytes", [writer().int(0x7fff_ffff).done()]],
  ["announces a negative length", [writer().int(-5).done()]],
  ["welcomes with a password of two gigabytes", [writer().int(0).int(6000).long(5n).int(0x7fff_ffff).frame()]],
  ["ends every session before it begins", [writer().int(0).int(0).long(0n).buffer(new Uint8Array(16)).frame()]],
  ["answers what was not asked", [welcome().frame(), writer().int(77).long(1n).int(0).frame()]],
  ["answers with half a header", [welcome().frame(), writer().int(1).frame()]],
  ["lists two thousand million children", [welcome().frame(), list(0x7fff_ffff).frame()]],
  ["lists a child that is not UTF-8", [welcome().frame(), list(1).buffer(Uint8Array.of(0xff)).frame()]],
  ["lists without saying what it lists", [welcome().frame(), list(0).frame()]],
  ["tells of an event without a path", [welcome().frame(), writer().int(-1).long(-1n).int(0).int(3).frame()]],
  ["refuses credentials that nobody gave", [welcome().frame(), writer().int(-4).long(0n).int(-115).frame()]],
  ["answers with an error nobody knows", [welcome().frame(), writer().int(1).long(1n).int(-9999).frame()]],
  ["takes the connection and says nothing", undefined],
])("a server that %s is told of, and asked again with growing waits", async (_, answers) => {
  const clock = new VirtualClock();
  const server = new FakeZookeeper(clock);
  server.mangle = () => undefined;
  server.opened = (connection) => {
    for (const answer of answers ?? []) connection.sendRaw(answer);
    if (answers?.length === 0) connection.destroy();
  };
  const { errors, lists } = visit(server, clock);
  await clock.advance(60_000);
  expect(lists).toEqual([]);
  expect(errors.length).toBeGreaterThan(3);
  expect(errors[0]?.message).toMatch(/zoo:2181|ZooKeeper/);
  expect(errors.every(({ code }) => ["unavailable", "unauthenticated", "internal"].includes(code))).toBe(true);
  // Waits grow to five seconds; nobody is asked in a circle without a pause.
  expect(server.connectionsSeen).toBeLessThan(40);
  // The same client is of use as soon as the server is.
  server.mangle = undefined;
  server.opened = undefined;
  await clock.advance(10_000);
  expect(lists).toEqual([[]]);
});

test("a server that floods with events is read, and not asked once for each", async () => {
  const clock = new VirtualClock();
  const server = new FakeZookeeper(clock);
  const { errors, lists } = visit(server, clock);
  await clock.advance(10);
  const before = server.requestsSeen;
  const event = writer().int(-1).long(-1n).int(0).int(3).int(3).text(`/rpcgen/${service}/x`).frame();
  const [connection] = server.connections;
  connection?.sendRaw(Buffer.concat(Array.from({ length: 10_000 }, () => event)));
  await clock.advance(10);
  expect(server.requestsSeen - before).toBeLessThan(10);
  expect(lists.length).toBeLessThan(5);
  expect(errors).toEqual([]);
});

test.each([
  ["a millisecond", 1],
  ["24 days", 0x7fff_ffff],
])("a server that says sessions live for %s is pinged often enough and not without rest", async (_, saidMs) => {
  const clock = new VirtualClock();
  const server = new FakeZookeeper(clock);
  server.saidMs = saidMs;
  server.livesMs = 100_000;
  server.put(`/rpcgen/${service}/rpc%3A%2F%2Fh1%3A1`, "");
  const { errors, lists } = visit(server, clock);
  await clock.advance(600_000);
  expect(lists).toEqual([["rpc://h1:1"]]);
  expect(errors).toEqual([]);
  expect(server.connectionsSeen).toBe(1);
  // Between once in half a minute and ten times a second.
  expect(server.pingsSeen).toBeGreaterThanOrEqual(19);
  expect(server.pingsSeen).toBeLessThanOrEqual(6000);
});

test("a server whose sessions really live for a millisecond is asked with growing waits, and its list is known all the while", async () => {
  const clock = new VirtualClock();
  const server = new FakeZookeeper(clock);
  server.livesMs = 1;
  server.put(`/rpcgen/${service}/rpc%3A%2F%2Fh1%3A1`, "");
  const { lists, errors } = visit(server, clock);
  await clock.advance(60_000);
  expect(lists).toEqual([["rpc://h1:1"]]);
  expect(errors.length).toBeGreaterThan(3);
  expect(server.connectionsSeen).toBeLessThan(40);
  expect(server.pingsSeen).toBeLessThan(40);
  server.livesMs = undefined;
  await clock.advance(10_000);
  server.put(`/rpcgen/${service}/rpc%3A%2F%2Fh2%3A1`, "");
  await clock.advance(100);
  expect(lists.at(-1)).toEqual(["rpc://h1:1", "rpc://h2:1"]);
});

test("more servers than are allowed are cut to what is allowed, and told", async () => {
  const clock = new VirtualClock();
  const server = new FakeZookeeper(clock);
  for (let i = 1; i <= 30; i++) server.put(`/rpcgen/${service}/rpc%3A%2F%2Fh${i}%3A1`, "");
  const errors: RpcError[] = [];
  const lists: number[] = [];
  const { openSocket } = server;
  const guard = { debounceMs: 0, endpointsMax: 20 };
  const registry = zookeeperRegistry({ servers: ["zoo:1"], clock, openSocket, guard });
  onTestFinished(() => void registry.close());
  registry.watch(service, { update: (list) => lists.push(list.length), failed: (error) => errors.push(error) });
  await clock.advance(100);
  expect(lists).toEqual([20]);
  expect(errors[0]?.message).toContain("30 servers below");
});

test(`bytes changed at random never crash, hang or empty anything (SEED=${seed})`, async () => {
  const below = numbersFrom(seed);
  for (let n = 0; n < tries(30); n++) {
    const clock = new VirtualClock();
    const server = new FakeZookeeper(clock);
    server.put(`/rpcgen/${service}/rpc%3A%2F%2Fh1%3A1`, '{"weight":3}');
    const { lists, registry } = visit(server, clock);
    await clock.advance(10);
    expect(lists).toEqual([["rpc://h1:1"]]);
    server.mangle = (frame) => {
      const bytes = frame.slice();
      if (below(3) === 0) bytes[below(bytes.length)] = below(256);
      if (below(12) === 0) return bytes.subarray(0, below(bytes.length));
      return below(20) === 0 ? undefined : bytes;
    };
    for (let i = 0; i < 5; i++) {
      server.put(`/rpcgen/${service}/rpc%3A%2F%2Fh1%3A1`, `{"weight":${i}}`);
      await clock.advance(3000);
    }
    server.mangle = undefined;
    server.cut();
    await clock.advance(30_000);
    expect(lists.at(-1)).toEqual(["rpc://h1:1"]);
    await registry.close();
    await clock.settle();
    expect(clock.timers - server.sessionIds.length).toBe(0);
  }
});
