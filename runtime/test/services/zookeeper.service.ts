/** ZooKeeper's own server: the suite of all registries, sessions that expire, and a machine that dies with and without its data. */

import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { Backoff, defaultBackoff } from "../../src/backoff.js";
import { systemClock } from "../../src/clock.js";
import {
  create,
  exists,
  getData,
  openAcl,
  remove,
  setData,
  type Operation,
} from "../../src/registry/zookeeper/records.js";
import { ZookeeperSession } from "../../src/registry/zookeeper/session.js";
import { openTcpSocket } from "../../src/registry/zookeeper/socket.js";
import { zookeeperRegistry, type ZookeeperOptions } from "../../src/registry/zookeeper/zookeeper-registry.js";
import type { Registry } from "../../src/registry/registry.js";
import { connect, serve, type Server } from "../../src/index.js";
import { createEchoClient, EchoService, mountEcho } from "../kit/echo-service.js";
import { describeRegistry } from "../kit/registry-contract.js";
import { eventually, Heard, service } from "../kit/registry-stage.js";
import { ZookeeperServer } from "./zookeeper-server.js";

const a = "rpc://10.0.0.1:7001";
const pathOf = (address: string): string => `/rpcgen/${service}/${encodeURIComponent(address)}`;

function open(server: ZookeeperServer, options: Partial<ZookeeperOptions> = {}): Registry {
  const servers = [server.address];
  return zookeeperRegistry({ servers, sessionTimeoutMs: 1000, registerTimeoutMs: 3000, ...options });
}

/** A client of another kind: asks for one thing, and goes. */
async function ask<T>(server: ZookeeperServer, operation: Operation<T>): Promise<T> {
  let connected = (): void => {};
  const isConnected = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const session = new ZookeeperSession(
    {
      servers: [{ host: "127.0.0.1", port: server.port }],
      sessionTimeoutMs: 1000,
      connectTimeoutMs: 1000,
      frameBytesMax: 1_000_000,
      credentials: "",
      clock: systemClock,
      openSocket: openTcpSocket,
      random: Math.random,
      backoff: new Backoff(defaultBackoff, Math.random),
    },
    { connected: () => connected(), changed: () => {}, failed: () => {} },
  );
  session.hurry();
  await isConnected;
  try {
    return await session.request(operation);
  } finally {
    await session.close();
  }
}

describeRegistry({
  name: "zookeeper (its own server)",
  start: async () => {
    const server = await ZookeeperServer.start();
    return {
      open: (options) => {
        const registry = open(server, options);
        return { resolver: registry, registrar: registry };
      },
      stop: () => server.kill(),
      restart: async (empty) => {
        if (empty) server.wipe();
        await server.start();
      },
      loseLeases: async () => {
        const { stat } = await ask(server, getData(pathOf(a), false));
        await ask(server, remove(pathOf(a), stat.version));
      },
      putGarbage: async (name) => {
        const garbage = new TextEncoder().encode("{ no json");
        await ask(server, create(`/rpcgen/${name}/rpc%3A%2F%2Fnowhere`, garbage, false, openAcl));
      },
      end: () => server.close(),
    };
  },
});

let server: ZookeeperServer;
beforeAll(async () => {
  server = await ZookeeperServer.start();
});
afterAll(() => server.close());

function use(options: Partial<ZookeeperOptions> = {}): Registry {
  const registry = open(server, options);
  onTestFinished(() => registry.close());
  return registry;
}

async function seeEntry(): Promise<void> {
  await ask(server, exists(pathOf(a), false));
}

test("a session that expires while its client is cut off is followed by another, and everything is entered again", async () => {
  const sockets = new Set<{ destroy(): void }>();
  let isCut = false;
  const openSocket: ZookeeperOptions["openSocket"] = (host, port, sink) => {
    // A port at which nobody listens, while the client is cut off.
    const socket = openTcpSocket(host, isCut ? 1 : port, sink);
    sockets.add(socket);
    return socket;
  };
  const registry = use({ openSocket });
  await registry.register(service, { address: a, weight: 3 });
  const heard = new Heard();
  use({ guard: { holdMs: 0, debounceMs: 0 } }).watch(service, heard);
  await eventually(() => expect(heard.addresses).toEqual([a]));
  const before = await ask(server, exists(pathOf(a), false));
  isCut = true;
  for (const socket of sockets) socket.destroy();
  // The registry takes out who is not heard of any more.
  await eventually(() => expect(heard.addresses).toEqual([]));
  isCut = false;
  await eventually(() => expect(heard.addresses).toEqual([a]));
  expect(heard.last?.[0]?.weight).toBe(3);
  const after = await ask(server, exists(pathOf(a), false));
  expect(after.ephemeralOwner).not.toBe(before.ephemeralOwner);
});

test("a short cut keeps the session and its entry", async () => {
  const sockets = new Set<{ destroy(): void }>();
  const openSocket: ZookeeperOptions["openSocket"] = (host, port, sink) => {
    const socket = openTcpSocket(host, port, sink);
    sockets.add(socket);
    return socket;
  };
  const registration = await use({ openSocket, sessionTimeoutMs: 4000 }).register(service, { address: a });
  const before = await ask(server, exists(pathOf(a), false));
  for (const socket of sockets) socket.destroy();
  await eventually(() => registration.update({ weight: 8 }));
  const after = await ask(server, exists(pathOf(a), false));
  expect(after.ephemeralOwner).toBe(before.ephemeralOwner);
  expect(after.version).toBeGreaterThan(before.version);
});

test("a server that stands still for longer than sessions live loses nobody", async () => {
  await use().register(service, { address: a });
  const heard = new Heard();
  use({ guard: { debounceMs: 0 } }).watch(service, heard);
  await eventually(() => expect(heard.addresses).toEqual([a]));
  server.signal("SIGSTOP");
  await eventually(() => expect(heard.failures.length).toBeGreaterThan(0));
  await pause(2000);
  server.signal("SIGCONT");
  await eventually(seeEntry);
  await pause(1500);
  await seeEntry();
  expect(heard.lists.every((list) => list.length === 1)).toBe(true);
});

test("a machine that dies keeps what it knew, and watches go on", async () => {
  await use().register(service, { address: a });
  const heard = new Heard();
  use({ guard: { debounceMs: 0 } }).watch(service, heard);
  await eventually(() => expect(heard.addresses).toEqual([a]));
  await server.kill();
  await eventually(() => expect(heard.failures.length).toBeGreaterThan(0));
  await server.start();
  const other = await use().register(service, { address: "rpc://10.0.0.2:7002" });
  await eventually(() => expect(heard.addresses).toEqual([a, "rpc://10.0.0.2:7002"]));
  await other.close();
  await eventually(() => expect(heard.addresses).toEqual([a]));
});

test("an ensemble that has lost its data is filled again, and nobody is sent away meanwhile", async () => {
  await use().register(service, { address: a, zone: "z" });
  const heard = new Heard();
  use({ guard: { debounceMs: 0 } }).watch(service, heard);
  await eventually(() => expect(heard.addresses).toEqual([a]));
  await server.kill();
  server.wipe();
  await server.start();
  await eventually(seeEntry);
  expect(heard.lists.every((list) => list.length === 1)).toBe(true);
  expect(heard.last?.[0]?.zone).toBe("z");
});

test("what is entered with credentials can be read by all and changed by nobody else", async () => {
  const named = "shop.v1.Guarded";
  const credentials = { user: "orders", password: "s3cret: with colon" };
  const path = `/rpcgen/${named}/${encodeURIComponent(a)}`;
  await use({ credentials }).register(named, { address: a });
  const heard = new Heard();
  use().watch(named, heard);
  await eventually(() => expect(heard.addresses).toEqual([a]));
  await expect(ask(server, setData(path, new Uint8Array(0), -1))).rejects.toMatchObject({ code: "permission-denied" });
  await expect(use().register(named, { address: "rpc://10.0.0.3:1" })).rejects.toMatchObject({
    code: "permission-denied",
  });
  await use({ credentials }).register(named, { address: "rpc://10.0.0.3:1" });
  await eventually(() => expect(heard.addresses).toEqual([a, "rpc://10.0.0.3:1"]));
});

test("a thousand servers are found", async () => {
  const registry = use({ sessionTimeoutMs: 10_000, registerTimeoutMs: 30_000 });
  const many = "shop.v1.Many";
  const addresses = Array.from({ length: 1000 }, (_, i) => `rpc://10.0.${i >> 8}.${i & 255}:7000`);
  await Promise.all(addresses.map((address) => registry.register(many, { address })));
  const heard = new Heard();
  use({ sessionTimeoutMs: 10_000 }).watch(many, heard);
  await eventually(() => expect(heard.last).toHaveLength(1000));
  expect(heard.addresses).toEqual([...addresses].sort());
  await registry.close();
  await eventually(() => expect(heard.failures).toEqual([]));
});

test("servers enter themselves by address, clients find them by address, and calls follow who comes and leaves", async () => {
  const registry = `zookeeper://${server.address}`;
  const start = (): Promise<Server> =>
    serve({ host: "127.0.0.1", port: 0, services: [mountEcho({})], register: { registry } });
  const first = await start();
  onTestFinished(() => first.close({ graceMs: 0 }));
  const channel = connect(`${registry}/${EchoService.name}`);
  onTestFinished(() => channel.close());
  const client = createEchoClient(channel);
  const ask = async (): Promise<void> => void (await client.echo({ text: "hello", count: 1 }));
  await eventually(ask);
  const second = await start();
  onTestFinished(() => second.close({ graceMs: 0 }));
  await first.close();
  for (let i = 0; i < 20; i++) await ask();
});
