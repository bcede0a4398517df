/** A server in a registry: entered when it listens, told unwell when it is, and taken out before it closes. */

import { expect, onTestFinished, test } from "vitest";
import { RpcError, serve, type Registrar, type RuntimeEvent, type ServeOptions, type Server } from "../src/index.js";
import { memoryRegistry, MemoryStore } from "../src/registry/memory.js";
import { advertisedAddress } from "../src/server/advertised-address.js";
import { createEchoClient, EchoService, mountEcho } from "./kit/echo-service.js";
import { failureOf, freshName, never, pairUnderTest, watch } from "./kit/harness.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";

const echo = EchoService.name;

interface Setup {
  readonly server: Server;
  readonly clock: VirtualClock;
  readonly events: RuntimeEvent[];
}

async function registered(register: ServeOptions["register"], options: Partial<ServeOptions> = {}): Promise<Setup> {
  const clock = new VirtualClock();
  const events: RuntimeEvent[] = [];
  const observe = (event: RuntimeEvent): void => void events.push(event);
  const services = [mountEcho({})];
  const server = await serve({ memory: freshName(), services, clock, register, observe, ...options });
  onTestFinished(async () => {
    const closed = server.close({ graceMs: 0 });
    await clock.advance(20_000);
    await closed;
  });
  await clock.settle();
  return { server, clock, events };
}

const kinds = (events: readonly RuntimeEvent[]): string[] => events.map(({ kind }) => kind);

test("every mounted service is entered under its full name, and no built-in one", async () => {
  const store = new MemoryStore();
  const { server, clock, events } = await registered({
    registry: memoryRegistry({ store }),
    weight: 7,
    zone: "north",
    metadata: { version: "3" },
  });
  const entry = { address: server.address, weight: 7, zone: "north", health: "healthy" };
  expect(store.list(echo)).toMatchObject([{ ...entry, metadata: new Map([["version", "3"]]) }]);
  expect(store.list("grpc.health.v1.Health")).toEqual([]);
  expect(kinds(events)).toEqual(["registered"]);
  server.health.set(echo, "NOT_SERVING");
  await clock.settle();
  expect(store.list(echo)).toMatchObject([{ health: "unhealthy", weight: 7 }]);
  server.health.set(echo, "SERVING");
  await clock.settle();
  expect(store.list(echo)).toMatchObject([{ health: "healthy" }]);
});

test("a server that closes is unready first, then gone from the registry, and takes calls until then", async () => {
  const store = new MemoryStore();
  const order: string[] = [];
  const inner = memoryRegistry({ store });
  const registry: Registrar = {
    register: async (service, endpoint) => {
      const registration = await inner.register(service, endpoint);
      return {
        update: (change) => registration.update(change),
        close: async () => {
          order.push(`deregister while ${server.health.status(echo) ?? ""}`);
          await registration.close();
        },
      };
    },
    close: () => {
      order.push("registrar closed");
      return inner.close();
    },
  };
  const { server, clock, channel, echo: client } = await pairUnderTest({}, { register: { registry }, unreadyMs: 500 });
  await clock.settle();
  const before = watch(client.echo({ text: "before", count: 1 }));
  await clock.settle();
  expect(before.value).toMatchObject({ text: "before" });
  const closing = watch(server.close());
  await clock.settle();
  expect(store.list(echo)).toEqual([]);
  const late = watch(client.echo({ text: "late", count: 1 }));
  await clock.advance(400);
  expect(late.value).toMatchObject({ text: "late" });
  expect(closing.isSettled).toBe(false);
  await clock.advance(200);
  expect(closing.isSettled).toBe(true);
  // A registrar that was handed in may have other entries.
  expect(order).toEqual(["deregister while NOT_SERVING"]);
  expect(channel.counters.callsFailed).toBe(0);
});

test("a registry that cannot be reached keeps no server from starting, is tried again, and is told", async () => {
  const store = new MemoryStore();
  const inner = memoryRegistry({ store });
  let isDown = true;
  let attempts = 0;
  const registry: Registrar = {
    register: async (service, endpoint) => {
      attempts++;
      if (isDown) throw new RpcError("unavailable", "nobody is there");
      return inner.register(service, endpoint);
    },
    close: () => inner.close(),
  };
  const { server, clock, events } = await registered({ registry });
  await clock.advance(60_000);
  expect(attempts).toBeGreaterThan(3);
  expect(attempts).toBeLessThan(30);
  expect(events[0]).toMatchObject({ kind: "register-failed", service: echo, error: { message: "nobody is there" } });
  isDown = false;
  await clock.advance(30_000);
  expect(store.list(echo)).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ kind: "registered", address: server.address });
});

test("health that the registry does not take is told, and said again", async () => {
  const store = new MemoryStore();
  const inner = memoryRegistry({ store });
  let isDown = true;
  const registry: Registrar = {
    register: async (service, endpoint) => {
      const registration = await inner.register(service, endpoint);
      return {
        update: async (change) => {
          if (isDown) throw new RpcError("unavailable", "nobody is there");
          await registration.update(change);
        },
        close: () => registration.close(),
      };
    },
    close: () => inner.close(),
  };
  const { server, clock, events } = await registered({ registry });
  server.health.set(echo, "NOT_SERVING");
  await clock.advance(10_000);
  const failed = events.filter(({ kind }) => kind === "register-failed");
  expect(failed.length).toBeGreaterThan(1);
  expect(failed[0]).toMatchObject({ service: echo, error: { message: "nobody is there" } });
  expect(store.list(echo)).toMatchObject([{ health: "healthy" }]);
  isDown = false;
  await clock.advance(60_000);
  expect(store.list(echo)).toMatchObject([{ health: "unhealthy" }]);
  expect(clock.timers).toBeLessThan(5);
});

test("a registry that never answers does not keep a server from closing", async () => {
  const { server, clock } = await registered({ registry: { register: never, close: never } });
  const closing = watch(server.close());
  await clock.advance(2900);
  expect(closing.isSettled).toBe(false);
  await clock.advance(200);
  expect(closing.isSettled).toBe(true);
  const hurried = await registered({ registry: { register: never, close: never } });
  const first = watch(hurried.server.close());
  await hurried.clock.advance(100);
  void hurried.server.close({ graceMs: 0 });
  await hurried.clock.advance(1);
  expect(first.isSettled).toBe(true);
});

test("whoever is entered while his server closes is taken out again", async () => {
  const store = new MemoryStore();
  const inner = memoryRegistry({ store });
  let answer: () => void = () => {};
  const registry: Registrar = {
    register: async (service, endpoint) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return inner.register(service, endpoint);
    },
    close: () => inner.close(),
  };
  const { server, clock } = await registered({ registry });
  const closing = watch(server.close());
  await clock.settle();
  answer();
  await clock.settle();
  expect(closing.isSettled).toBe(true);
  expect(store.list(echo)).toEqual([]);
});

test("what makes no sense is refused in words, and nothing goes on listening", async () => {
  const registry = memoryRegistry();
  const wrong = [
    [{ registry, services: ["shop.Orders"] }, "register.services names shop.Orders, which is not mounted"],
    [{ registry, weight: -1 }, /^weight -1 of memory:[\w-]+ is not a whole number from 0 to 65535$/],
    [{ registry: "redis://127.0.0.1:1" }, /^redis:\/\/127\.0\.0\.1:1: it names no registry/],
    [{ registry: "dns://127.0.0.1:1" }, /not available here|not entered/],
  ] as const;
  for (const [register, message] of wrong) {
    const memory = freshName();
    const error = await failureOf(serve({ memory, services: [mountEcho({})], register }));
    expect(RpcError.is(error) ? error.message : error).toEqual(
      typeof message === "string" ? message : (expect.stringMatching(message) as unknown),
    );
    const again = await serve({ memory, services: [] });
    await again.close();
  }
});

test("a server that listens everywhere is entered with an address that others can reach", () => {
  const address = (text: string, family: "IPv4" | "IPv6", internal: boolean) => {
    const rest = { netmask: "", mac: "", cidr: null, internal };
    return family === "IPv4" ? { ...rest, family, address: text } : { ...rest, family, address: text, scopeid: 0 };
  };
  const lo = [address("127.0.0.1", "IPv4", true), address("::1", "IPv6", true)];
  const v6 = [address("fe80::1", "IPv6", false), address("2001:db8::7", "IPv6", false)];
  const eth = [...v6, address("10.1.2.3", "IPv4", false)];
  const cases = [
    ["rpc://0.0.0.0:7000", { lo, eth }, "rpc://10.1.2.3:7000"],
    ["rpcs://[::]:7000", { lo, eth }, "rpcs://10.1.2.3:7000"],
    ["rpc://[::]:7000", { lo, v6 }, "rpc://[2001:db8::7]:7000"],
    ["rpc://0.0.0.0:7000", { lo, v6 }, "rpc://127.0.0.1:7000"],
    ["rpc://0.0.0.0:7000", {}, "rpc://127.0.0.1:7000"],
    ["rpc://127.0.0.1:7000", { lo, eth }, "rpc://127.0.0.1:7000"],
    ["unix:/run/a.sock", { lo, eth }, "unix:/run/a.sock"],
  ] as const;
  for (const [listening, interfaces, expected] of cases)
    expect(advertisedAddress(listening, interfaces)).toBe(expected);
});

test("an address that is said is the one that is entered; of a host alone, the port is the server's", async () => {
  const store = new MemoryStore();
  const registry = memoryRegistry({ store });
  const both: Server[] = [];
  for (const address of ["rpc://orders-1.internal:80", "orders-2.internal"]) {
    both.push(await serve({ port: 0, services: [mountEcho({})], register: { registry, address } }));
  }
  await expect.poll(() => store.list(echo).length).toBe(2);
  const port = both[1]?.address.split(":").at(-1);
  // Whichever came first.
  const entries = (store.list(echo) as readonly { readonly address: string }[]).map(({ address }) => address).sort();
  expect(entries).toEqual(["rpc://orders-1.internal:80", `rpc://orders-2.internal:${port}`]);
  await Promise.all(both.map((server) => server.close()));
  expect(store.list(echo)).toEqual([]);
});

test("a server with another service at the same port is told from the former one, and gets none of its calls", async () => {
  const first = await serve({ port: 0, services: [mountEcho({})] });
  const port = Number(first.address.split(":").at(-1));
  const { connect } = await import("../src/index.js");
  const channel = connect(first.address);
  onTestFinished(() => channel.close());
  const client = createEchoClient(channel);
  expect(await client.echo({ text: "a", count: 1 })).toMatchObject({ text: "a" });
  await first.close();
  let calls = 0;
  const mount = mountEcho({ echo: (note) => (calls++, note) });
  const second = await serve({ port, services: [{ ...mount, service: { ...EchoService, name: "test.v1.Other" } }] });
  onTestFinished(() => second.close({ graceMs: 0 }));
  const error = await failureOf(client.echo({ text: "a", count: 1 }));
  expect(error).toMatchObject({
    code: "unimplemented",
    message: expect.stringMatching(/^the server does not offer test\.v1\.Echo\n.* serves test\.v1\.Other$/) as unknown,
  });
  expect(calls).toBe(0);
});
