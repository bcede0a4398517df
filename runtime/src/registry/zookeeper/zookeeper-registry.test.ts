/** The client of ZooKeeper beside a server in this process: what is found and entered, what is lost and comes back. */

import { expect, onTestFinished, test } from "vitest";
import type { RpcError } from "../../error/rpc-error.js";
import { FakeZookeeper } from "../../../test/kit/fake-zookeeper.js";
import { VirtualClock } from "../../testing/virtual-clock.js";
import type { Endpoint } from "../endpoint.js";
import type { Registry } from "../registry.js";
import { zookeeperRegistry, type ZookeeperOptions } from "./zookeeper-registry.js";

const service = "shop.v1.Orders";
const node = `/rpcgen/${service}`;
const address = "rpc://10.0.0.1:7000";
const path = `${node}/${encodeURIComponent(address)}`;

class Bench {
  readonly clock = new VirtualClock();
  readonly server = new FakeZookeeper(this.clock);

  open(options: Partial<ZookeeperOptions> = {}): Registry {
    const { clock, server } = this;
    const guard = { debounceMs: 0, holdMs: 0 };
    const { openSocket } = server;
    const made = {
      servers: ["zoo:2181"],
      sessionTimeoutMs: 6000,
      clock,
      openSocket,
      random: () => 0.5,
      guard,
      ...options,
    };
    const registry = zookeeperRegistry(made);
    onTestFinished(() => void registry.close());
    return registry;
  }
}

class Seen {
  readonly lists: (readonly Endpoint[])[] = [];
  readonly errors: RpcError[] = [];

  update(endpoints: readonly Endpoint[]): void {
    this.lists.push(endpoints);
  }

  failed(error: RpcError): void {
    this.errors.push(error);
  }

  get last(): readonly string[] | undefined {
    return this.lists.at(-1)?.map((endpoint) => endpoint.address);
  }
}

test("a server that is entered is found, changes, and is gone when it is taken out", async () => {
  const { clock, server, open } = bench();
  const seen = new Seen();
  open().watch(service, seen);
  await clock.advance(10);
  expect(seen.last).toEqual([]);
  const registration = await soon(clock, open().register(service, { address, zone: "a", metadata: { version: "7" } }));
  await clock.advance(10);
  expect(seen.lists.at(-1)).toEqual([
    { address, weight: 100, zone: "a", health: "healthy", metadata: new Map([["version", "7"]]) },
  ]);
  expect(JSON.parse(server.text(path) ?? "")).toEqual({
    weight: 100,
    zone: "a",
    health: "healthy",
    metadata: { version: "7" },
  });
  await soon(clock, registration.update({ health: "draining", weight: 3 }));
  await clock.advance(10);
  expect(seen.lists.at(-1)?.[0]).toMatchObject({ weight: 3, zone: "a", health: "draining" });
  await soon(clock, registration.close());
  await clock.advance(10);
  expect(seen.last).toEqual([]);
  expect(seen.errors).toEqual([]);
});

test("closing takes everything out at once", async () => {
  const { clock, server, open } = bench();
  const registry = open();
  await soon(clock, registry.register(service, { address }));
  expect(server.paths).toContain(path);
  await soon(clock, registry.close());
  expect(server.paths).not.toContain(path);
  expect(server.sessionIds).toEqual([]);
  await clock.settle();
  expect(server.connections.size).toBe(0);
  expect(clock.timers).toBe(0);
});

test("a server that falls silent is gone when its session ends, and is back when it speaks again", async () => {
  const { clock, server, open } = bench();
  const seen = new Seen();
  open().watch(service, seen);
  const registry = open();
  await soon(clock, registry.register(service, { address }));
  const [, id] = server.sessionIds;
  server.expire(id ?? 0n);
  await clock.settle();
  expect(seen.last).toEqual([]);
  await clock.advance(500);
  expect(seen.last).toEqual([address]);
  expect(server.sessionIds).not.toContain(id);
});

test("pings keep a quiet session alive", async () => {
  const { clock, server, open } = bench();
  await soon(clock, open().register(service, { address }));
  const ids = server.sessionIds;
  await clock.advance(600_000);
  expect(server.sessionIds).toEqual(ids);
  expect(server.connectionsSeen).toBe(1);
});

test("a cut connection keeps the session; what changed meanwhile is read, and watches work again", async () => {
  const { clock, server, open } = bench();
  const seen = new Seen();
  open().watch(service, seen);
  await soon(clock, open().register(service, { address }));
  const ids = server.sessionIds;
  for (let i = 1; i <= 3; i++) {
    server.cut();
    server.put(`${node}/rpc%3A%2F%2F10.0.0.1%3A800${i}`, "{}");
    await clock.advance(1000);
    expect(seen.last).toHaveLength(1 + i);
  }
  server.put(`${node}/rpc%3A%2F%2F10.0.0.1%3A8001`, '{"weight":5}');
  await clock.settle();
  expect(seen.lists.at(-1)?.find((endpoint) => endpoint.address.endsWith(":8001"))?.weight).toBe(5);
  expect(server.sessionIds).toEqual(ids);
});

test("an ensemble that comes back with its data keeps everybody; one that comes back empty is filled again", async () => {
  const { clock, server, open } = bench();
  const seen = new Seen();
  open({ guard: { debounceMs: 0 } }).watch(service, seen);
  await soon(clock, open().register(service, { address }));
  await clock.advance(10);
  server.kill();
  await clock.advance(60_000);
  server.start();
  await clock.advance(10_000);
  expect(seen.last).toEqual([address]);
  server.kill();
  server.wipe();
  server.start();
  // The server is behind what this client has seen, and turns it away until the session cannot live any more.
  await clock.advance(20_000);
  expect(server.paths).toContain(path);
  await clock.advance(200_000);
  expect(seen.lists.every((list) => list.length === 1 || list === seen.lists[0])).toBe(true);
  expect(seen.last).toEqual([address]);
});

test("a server without its data is never asked for older data than what was seen", async () => {
  const { clock, server, open } = bench();
  const seen = new Seen();
  open().watch(service, seen);
  await soon(clock, open().register(service, { address }));
  server.kill();
  server.wipe();
  server.start();
  await clock.advance(2000);
  expect(server.sessionIds).toEqual([]);
  expect(seen.last).toEqual([address]);
});

test("a process that comes back takes the place of the one that was killed", async () => {
  const { clock, server, open } = bench();
  server.put(path, '{"weight":1}', 4711n);
  await soon(clock, open().register(service, { address, weight: 2 }));
  expect(server.text(path)).toContain('"weight":2');
  server.expire(4711n);
  await clock.settle();
  expect(server.paths).toContain(path);
});

test("an entry that somebody takes away comes back; one that another process has taken over waits", async () => {
  const { clock, server, open } = bench();
  const [first, second] = [open(), open()];
  await soon(clock, first.register(service, { address, weight: 1 }));
  server.take(path);
  await clock.advance(100);
  expect(server.text(path)).toContain('"weight":1');
  await soon(clock, second.register(service, { address, weight: 2 }));
  await clock.advance(10_000);
  expect(server.text(path)).toContain('"weight":2');
  await soon(clock, second.close());
  await clock.advance(10_000);
  expect(server.text(path)).toContain('"weight":1');
});

test("a registry that is down at the start is told, and tried until it is there", async () => {
  const { clock, server, open } = bench();
  server.kill();
  const seen = new Seen();
  open().watch(service, seen);
  const registering = open({ registerTimeoutMs: 5000 }).register(service, { address });
  const refused = expect(registering).rejects.toMatchObject({ code: "unavailable" });
  await clock.advance(60_000);
  await refused;
  expect(seen.errors.length).toBeGreaterThan(5);
  // With waits of up to five seconds.
  expect(seen.errors.length).toBeLessThan(30);
  expect(seen.errors[0]?.message).toBe("cannot connect to ZooKeeper at zoo:2181: connect ECONNREFUSED");
  server.put(path, "{}");
  server.start();
  await clock.advance(10_000);
  expect(seen.last).toEqual([address]);
});

test("an entry that was given up is not made later", async () => {
  const { clock, server, open } = bench();
  const registry = open({ registerTimeoutMs: 1000 });
  const registration = await soon(clock, registry.register(service, { address }));
  server.isMute = true;
  const refused = expect(registry.register("shop.v1.Other", { address })).rejects.toMatchObject({
    code: "unavailable",
  });
  await clock.advance(1500);
  await refused;
  server.isMute = false;
  await clock.advance(30_000);
  expect(server.paths).toContain(path);
  expect(server.paths.filter((known) => known.startsWith("/rpcgen/shop.v1.Other/"))).toEqual([]);
  await soon(clock, registration.close());
});

test("an entry that is closed while nobody can be told is taken out when somebody can", async () => {
  const { clock, server, open } = bench();
  const registry = open();
  const registration = await soon(clock, registry.register(service, { address }));
  server.kill();
  const closing = registration.close();
  await clock.advance(3000);
  await closing;
  server.start();
  await clock.advance(5000);
  expect(server.paths).not.toContain(path);
});

test("one server of the list that is down is passed over without a word", async () => {
  const { clock, server, open } = bench();
  const down = new FakeZookeeper(clock);
  down.kill();
  const openSocket: ZookeeperOptions["openSocket"] = (host, port, sink) =>
    (host === "down" ? down : server).openSocket(host, port, sink);
  const seen = new Seen();
  open({ servers: ["down:2181", "zoo:2181"], openSocket, random: () => 0 }).watch(service, seen);
  await clock.advance(1000);
  expect(seen.lists).toEqual([[]]);
  expect(seen.errors).toEqual([]);
});

test("a server that answers pings but no requests is left", async () => {
  const { clock, server, open } = bench();
  server.isMute = true;
  const seen = new Seen();
  open().watch(service, seen);
  await clock.advance(20_000);
  expect(server.connectionsSeen).toBeGreaterThan(1);
  expect(seen.errors[0]?.message).toContain("a request was not answered in time");
  server.isMute = false;
  await clock.advance(10_000);
  expect(seen.last).toEqual([]);
});

test("who stood still reads what came meanwhile before blaming anybody", async () => {
  const { clock, server, open } = bench();
  open().watch(service, new Seen());
  await clock.advance(1000);
  clock.block(4500);
  await clock.advance(1000);
  expect(server.connectionsSeen).toBe(1);
});

test("credentials are said first, and wrong ones are told", async () => {
  const { clock, server, open } = bench();
  server.credentials = "orders:secret";
  const seen = new Seen();
  open({ credentials: { user: "orders", password: "wrong" } }).watch(service, seen);
  await clock.advance(1000);
  expect(seen.errors[0]).toMatchObject({ code: "unauthenticated" });
  await soon(clock, open({ credentials: { user: "orders", password: "secret" } }).register(service, { address }));
  expect(server.paths).toContain(path);
});

test("nodes that others have written badly are left out, those without data count as they are", async () => {
  const { clock, server, open } = bench();
  const seen = new Seen();
  open().watch(service, seen);
  server.put(`${node}/rpc%3A%2F%2F10.0.0.2%3A1`, "");
  server.put(`${node}/rpc%3A%2F%2F10.0.0.3%3A1`, '{"address":"rpc://10.9.9.9:1","weight":5}');
  for (const name of ["rpc%3A%2F%2F10.0.0.4%3A1", "%E0%A4", "rpc%3A%2F%2F10.0.0.5%3A70000", "memory%3Ax"]) {
    server.put(`${node}/${name}`, name.startsWith("rpc%3A%2F%2F10.0.0.4") ? "{" : "{}");
  }
  server.put(`${node}/rpc%3A%2F%2F10.0.0.6%3A1`, Uint8Array.of(0xff, 0xfe));
  await clock.advance(10);
  expect(seen.last).toEqual(["rpc://10.0.0.2:1", "rpc://10.0.0.3:1"]);
});

test("a node that changes while it is read is read again", async () => {
  const { clock, server, open } = bench();
  const seen = new Seen();
  server.put(path, '{"weight":1}');
  let reads = 0;
  server.mangle = (frame) => {
    // The answer to the read of the node: as it leaves, the node changes, and the event follows in the same breath.
    if (frame.length > 90 && frame.length < 120 && ++reads === 1) server.put(path, '{"weight":2}');
    return frame;
  };
  open().watch(service, seen);
  await clock.advance(1000);
  expect(seen.lists.at(-1)?.[0]?.weight).toBe(2);
});

test.each([
  [{ servers: [] }, "servers is empty"],
  [{ servers: ["zoo"] }, "zoo is not host:port"],
  [{ root: "rpcgen" }, "write a path such as /rpcgen"],
  [{ root: "/a/../b" }, "write a path such as /rpcgen"],
  [{ sessionTimeoutMs: 0 }, "sessionTimeoutMs is 0"],
  [{ connectTimeoutMs: Number.NaN }, "connectTimeoutMs is NaN"],
  [{ credentials: { user: "a:b", password: "" } }, "may not contain a colon"],
])("options that make no sense are refused in words: %o", (options, words) => {
  expect(() => bench().open(options)).toThrow(words);
});

test("services and servers that make no sense are refused", async () => {
  const { open } = bench();
  const registry = open();
  expect(() => registry.watch("a/b", new Seen())).toThrow("is not the name of a service");
  await expect(registry.register("..", { address })).rejects.toMatchObject({ code: "invalid-argument" });
  await expect(registry.register(service, { address: "10.0.0.1" })).rejects.toMatchObject({ code: "invalid-argument" });
});

function bench(): { clock: VirtualClock; server: FakeZookeeper; open: Bench["open"] } {
  const made = new Bench();
  return { clock: made.clock, server: made.server, open: (options) => made.open(options) };
}

async function soon<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  await clock.settle();
  await clock.advance(200);
  return promise;
}
