/** The registry of Eureka, on a fake that answers as its REST API says: the suite of all registries, and what only Eureka has. */

import { expect, onTestFinished, test } from "vitest";
import { eurekaRegistry, type EurekaOptions } from "../src/registry/eureka.js";
import { openRegistry, openResolver } from "../src/registry/open-registry.js";
import type { Registry } from "../src/registry/registry.js";
import { FakeEureka } from "./kit/fake-eureka.js";
import { describeRegistry } from "./kit/registry-contract.js";
import { eventually, Heard, service } from "./kit/registry-stage.js";

const a = "rpc://10.0.0.1:7001";
const application = service.toUpperCase();
const port = (number: number, isOn = true) => ({ $: number, "@enabled": String(isOn) });

async function fake(): Promise<FakeEureka> {
  const eureka = new FakeEureka();
  await eureka.http.start();
  onTestFinished(() => eureka.http.stop());
  return eureka;
}

function registry(eureka: FakeEureka, options: Partial<EurekaOptions> = {}): Registry {
  const made = eurekaRegistry({
    servers: [`http://${eureka.http.place}`],
    backoff: { initialMs: 10, maxMs: 100 },
    guard: { debounceMs: 0, holdMs: 60_000 },
    pollMs: 20,
    leaseMs: 1000,
    registerTimeoutMs: 1000,
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

describeRegistry({
  name: "eureka (fake)",
  async start() {
    const eureka = new FakeEureka();
    await eureka.http.start();
    return {
      open(options) {
        const servers = [`http://${eureka.http.place}`];
        const made = eurekaRegistry({ registerTimeoutMs: 1000, ...options, servers, pollMs: 20, leaseMs: 1000 });
        return { resolver: made, registrar: made };
      },
      stop: () => eureka.http.stop(),
      restart(empty) {
        if (empty) eureka.beginEmpty();
        return eureka.http.start();
      },
      loseLeases: async () => eureka.clear(),
      putGarbage: async (of) => {
        eureka.put(of.toUpperCase(), "x", { status: "UP", ipAddr: "127.0.0.1;rm", port: port(1) });
        eureka.put(of.toUpperCase(), "y", { status: "UP", port: { $: "many" } });
      },
      end: () => eureka.http.stop(),
    };
  },
});

test("instances of other clients are read: ports, states, zones; the youngest of one address counts", async () => {
  const eureka = await fake();
  const metadata = { "@class": "java.util.Collections$EmptyMap", zone: "eu", version: "3" };
  eureka.put(application, "0", { ipAddr: "10.0.0.1", port: port(1), status: "DOWN" });
  eureka.put(application, "1", { ipAddr: "10.0.0.1", port: port(1), status: "UP", metadata });
  eureka.put(application, "2", { hostName: "h2", securePort: port(443), port: port(80, false), status: "STARTING" });
  eureka.put(application, "3", { ipAddr: "10.0.0.3", port: port(3), status: "OUT_OF_SERVICE" });
  eureka.put(application, "4", {
    ipAddr: "10.0.0.4",
    port: port(4),
    status: "UP",
    metadata: { "rpcgen.service": "other" },
  });
  const heard = new Heard();
  registry(eureka).watch(service, heard);
  await eventually(() => expect(heard.last).toHaveLength(3));
  const find = (address: string) => heard.last?.find((endpoint) => endpoint.address === address);
  expect(find("rpc://10.0.0.1:1")).toEqual({
    address: "rpc://10.0.0.1:1",
    weight: 100,
    zone: "eu",
    health: "healthy",
    metadata: new Map([["version", "3"]]),
  });
  expect(find("rpcs://h2:443")?.health).toBe("unhealthy");
  expect(find("rpc://10.0.0.3:3")?.health).toBe("draining");
});

test("a list of one that is written as that one is read", async () => {
  const eureka = await fake();
  eureka.isOld = true;
  eureka.put(application, "1", { ipAddr: "10.0.0.1", port: port(7001), status: "UP" });
  const heard = new Heard();
  registry(eureka).watch(service, heard);
  await eventually(() => expect(heard.addresses).toEqual([a]));
});

test("health becomes a status that other clients of Eureka understand", async () => {
  const eureka = await fake();
  const registration = await registry(eureka).register(service, { address: a, health: "unhealthy" });
  const [id = ""] = eureka.ids(application);
  expect(eureka.instance(application, id)).toMatchObject({ status: "DOWN", ipAddr: "10.0.0.1", port: port(7001) });
  await registration.update({ health: "draining" });
  expect(eureka.instance(application, id)?.status).toBe("OUT_OF_SERVICE");
  await registration.update({ health: "healthy" });
  expect(eureka.instance(application, id)?.status).toBe("UP");
});

test("credentials are sent, and wrong ones are told", async () => {
  const eureka = await fake();
  eureka.authorization = `Basic ${Buffer.from("shop:s3cret").toString("base64")}`;
  await registry(eureka, { user: "shop", password: "s3cret" }).register(service, { address: a });
  await expect(registry(eureka).register(service, { address: a })).rejects.toMatchObject({ code: "unauthenticated" });
});

test.each([
  ["no JSON", (eureka: FakeEureka) => void (eureka.http.override = "<applications/>"), "internal"],
  ["JSON of another kind", (eureka: FakeEureka) => void (eureka.http.override = '{"application":[]}'), "internal"],
  ["half of it", (eureka: FakeEureka) => void (eureka.http.override = '{"application":{'), "internal"],
  ["status 503", (eureka: FakeEureka) => void (eureka.http.status = 503), "unavailable"],
  ["status 429", (eureka: FakeEureka) => void (eureka.http.status = 429), "resource-exhausted"],
  ["nothing", (eureka: FakeEureka) => void (eureka.http.isFrozen = true), "unavailable"],
])(
  "a server that answers with %s is told of, keeps the list, and is used again when it is well",
  async (_, break_, code) => {
    const eureka = await fake();
    eureka.put(application, "1", { ipAddr: "10.0.0.1", port: port(7001), status: "UP" });
    const heard = new Heard();
    registry(eureka, { timeoutMs: code === "unavailable" ? 100 : 5000 }).watch(service, heard);
    await eventually(() => expect(heard.addresses).toEqual([a]));
    break_(eureka);
    await eventually(() => expect(heard.failures.length).toBeGreaterThan(1));
    expect(heard.failures[0]).toMatchObject({ code });
    Object.assign(eureka.http, { override: undefined, status: undefined, isFrozen: false });
    eureka.put(application, "2", { ipAddr: "10.0.0.2", port: port(7002), status: "UP" });
    await eventually(() => expect(heard.addresses).toEqual([a, "rpc://10.0.0.2:7002"]));
    expect(heard.lists.every((list) => list.length > 0)).toBe(true);
  },
);

test("an address opens it", async () => {
  const eureka = await fake();
  const address = `eureka://${eureka.http.place}/${service}`;
  const entered = await openRegistry(address, { registerTimeoutMs: 1000 });
  onTestFinished(() => entered.close());
  await entered.register(service, { address: a });
  const { resolver, service: named } = openResolver(address);
  onTestFinished(() => resolver.close());
  const heard = new Heard();
  resolver.watch(named, heard);
  await eventually(() => expect(heard.addresses).toEqual([a]));
});
