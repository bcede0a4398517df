/** The registry of Consul, on a fake that speaks as an agent does. */

import { expect, onTestFinished, test } from "vitest";
import { consulRegistry, type ConsulOptions } from "../src/registry/consul.js";
import { openRegistry, openResolver } from "../src/registry/open-registry.js";
import type { Registry } from "../src/registry/registry.js";
import { FakeConsul } from "./kit/fake-consul.js";
import { describeRegistry } from "./kit/registry-contract.js";
import { eventually, Heard, service } from "./kit/registry-stage.js";

async function fake(): Promise<FakeConsul> {
  const consul = new FakeConsul();
  await consul.http.start();
  onTestFinished(() => consul.end());
  return consul;
}

function registry(consul: FakeConsul | readonly FakeConsul[], options: Partial<ConsulOptions> = {}): Registry {
  const agents = consul instanceof FakeConsul ? [consul] : consul;
  const made = consulRegistry({
    servers: agents.map(({ http }) => `http://${http.place}`),
    backoff: { initialMs: 10, maxMs: 100 },
    guard: { debounceMs: 0, holdMs: 60_000 },
    leaseMs: 1000,
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

function watched(consul: FakeConsul | readonly FakeConsul[], options: Partial<ConsulOptions> = {}): Heard {
  const heard = new Heard();
  registry(consul, options).watch(service, heard);
  return heard;
}

describeRegistry({
  name: "consul (fake)",
  async start() {
    const consul = new FakeConsul();
    await consul.http.start();
    return {
      open(options) {
        const made = consulRegistry({ ...options, servers: [`http://${consul.http.place}`], leaseMs: 1000 });
        return { resolver: made, registrar: made };
      },
      stop: () => consul.http.stop(),
      restart(empty) {
        if (empty) consul.clear();
        return consul.http.start();
      },
      loseLeases: async () => consul.loseServices(),
      putGarbage: async (of) => {
        consul.put({ ID: "x", Name: of, Address: "127.0.0.1;rm", Port: 1 });
        consul.put({ ID: "y", Name: of, Address: "host", Port: 0 });
        consul.put({ ID: "z", Name: of, Meta: { "rpcgen-0": "no JSON" } });
      },
      end: () => consul.end(),
    };
  },
});

test("services that others have entered are found by host, port, weight and metadata", async () => {
  const consul = await fake();
  consul.put({
    ID: "1",
    Name: service,
    Address: "10.0.0.1",
    Port: 7001,
    Weights: { Passing: 7 },
    Meta: { version: "2" },
  });
  consul.put({ ID: "2", Name: service, Address: "", Port: 7002, Weights: { Passing: 1 } });
  const heard = watched(consul);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://10.0.0.1:7001", "rpc://10.9.9.9:7002"]));
  const [second, first] = heard.last ?? [];
  expect(first).toMatchObject({ weight: 7, metadata: new Map([["version", "2"]]) });
  expect(second).toMatchObject({ weight: 100, health: "healthy", metadata: new Map() });
});

test("a server that has died becomes unhealthy, and is healthy again when it is back", async () => {
  const consul = await fake();
  const entry = { address: "rpc://10.0.0.1:7001", weight: 100, zone: "", health: "healthy", metadata: {} };
  const described = { ID: "dead", Name: service, Meta: { "rpcgen-0": JSON.stringify(entry) } };
  consul.put({ ...described, Check: { TTL: "300ms" } });
  const heard = watched(consul);
  await eventually(() => expect(heard.last?.[0]?.health).toBe("healthy"));
  await eventually(() => expect(heard.last?.[0]?.health).toBe("unhealthy"));
  await registry(consul).register(service, { address: "rpc://10.0.0.1:7001", weight: 5 });
  await eventually(() => expect(heard.last).toMatchObject([{ health: "healthy", weight: 5 }]));
});

test("nothing is asked again while nothing changes", async () => {
  const consul = await fake();
  await registry(consul).register(service, { address: "rpc://a:1" });
  const heard = watched(consul);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const queries = consul.http.asked.filter((line) => line.startsWith("GET"));
  expect(queries.length).toBeLessThanOrEqual(2);
});

test("an index that goes back leads to a fresh look", async () => {
  const consul = await fake();
  const registration = await registry(consul).register(service, { address: "rpc://a:1" });
  consul.index = 1000;
  const heard = watched(consul, { waitMs: 100 });
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  consul.index = 5;
  await registration.update({ weight: 4 });
  await eventually(() => expect(heard.last?.[0]?.weight).toBe(4));
  expect(heard.failures).toEqual([]);
});

test("an agent without an index is asked again after a rest, and not in a loop", async () => {
  const consul = await fake();
  consul.http.override = "[]";
  const heard = watched(consul);
  await eventually(() => expect(heard.lists).toEqual([[]]));
  await new Promise((resolve) => setTimeout(resolve, 450));
  expect(consul.http.asked.length).toBeLessThan(8);
});

test("an agent that is down, or has lost its leader, makes room for the next", async () => {
  const agents = [await fake(), await fake()] as const;
  const [first, second] = agents;
  await registry(agents).register(service, { address: "rpc://a:1" });
  const heard = watched(agents);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  expect(second.http.asked).toEqual([]);
  second.put({ ID: "1", Name: service, Address: "10.0.0.1", Port: 7001 });
  first.http.status = 500;
  // Who was registered at the first is entered at the second, because his agent does not know him any more.
  await first.http.stop();
  await eventually(() => expect(heard.addresses).toEqual(["rpc://10.0.0.1:7001", "rpc://a:1"]));
  expect(heard.lists.every((list) => list.length > 0)).toBe(true);
});

test("tokens are shown, and without the right one it is said at once", async () => {
  const consul = await fake();
  consul.token = "s3cret";
  await registry(consul, { token: "s3cret" }).register(service, { address: "rpc://a:1" });
  for (const token of [undefined, "other"]) {
    const refused = registry(consul, { token }).register(service, { address: "rpc://b:1" });
    await expect(refused).rejects.toMatchObject({ code: "permission-denied" });
    await expect(refused).rejects.not.toThrow(/s3cret|other/);
  }
  const heard = watched(consul);
  await eventually(() => expect(heard.failures[0]).toMatchObject({ code: "permission-denied" }));
});

test("what is too much for Consul is refused in words", async () => {
  const consul = await fake();
  const metadata = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, "x".repeat(1000)]));
  await expect(registry(consul).register(service, { address: "rpc://a:1", metadata })).rejects.toMatchObject({
    code: "invalid-argument",
    message: expect.stringContaining("longer than the 30720 bytes that Consul keeps"),
  });
});

test("addresses open it", async () => {
  const consul = await fake();
  consul.token = "t/1";
  const place = consul.http.place;
  const entered = await openRegistry(`consul://:t%2F1@${place}`);
  onTestFinished(() => entered.close());
  await entered.register(service, { address: "rpcs://a:1" });
  const opened = openResolver(`consul://:t%2F1@${place}/${service}?dc=dc1`);
  onTestFinished(() => opened.resolver.close());
  const heard = new Heard();
  opened.resolver.watch(opened.service, heard);
  await eventually(() => expect(heard.addresses).toEqual(["rpcs://a:1"]));
  await expect(openRegistry(`consul://${place}?dcc=x`)).rejects.toThrow("did you mean dc?");
});
