/** The registry of Nacos, on a fake that answers as its Open API says: the suite of all registries, and what only Nacos has. */

import { expect, onTestFinished, test } from "vitest";
import { nacosRegistry, type NacosOptions } from "../src/registry/nacos.js";
import { openRegistry, openResolver } from "../src/registry/open-registry.js";
import type { Registry } from "../src/registry/registry.js";
import { FakeNacos } from "./kit/fake-nacos.js";
import { describeRegistry } from "./kit/registry-contract.js";
import { eventually, Heard, service } from "./kit/registry-stage.js";

const a = "rpc://10.0.0.1:7001";

async function fake(): Promise<FakeNacos> {
  const nacos = new FakeNacos();
  await nacos.http.start();
  onTestFinished(() => nacos.http.stop());
  return nacos;
}

function registry(nacos: FakeNacos, options: Partial<NacosOptions> = {}): Registry {
  const made = nacosRegistry({
    servers: [`http://${nacos.http.place}`],
    backoff: { initialMs: 10, maxMs: 100 },
    guard: { debounceMs: 0, holdMs: 60_000 },
    pollMs: 20,
    beatMs: 50,
    registerTimeoutMs: 1000,
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

describeRegistry({
  name: "nacos (fake)",
  async start() {
    const nacos = new FakeNacos();
    await nacos.http.start();
    return {
      open(options) {
        const servers = [`http://${nacos.http.place}`];
        const made = nacosRegistry({ registerTimeoutMs: 1000, ...options, servers, pollMs: 20, beatMs: 50 });
        return { resolver: made, registrar: made };
      },
      stop: () => nacos.http.stop(),
      restart(empty) {
        if (empty) nacos.beginEmpty();
        return nacos.http.start();
      },
      loseLeases: async () => nacos.clear(),
      putGarbage: async (of) => {
        nacos.put(`public/DEFAULT_GROUP/${of}`, "x", { ip: "127.0.0.1;rm", port: 7000 });
        nacos.put(`public/DEFAULT_GROUP/${of}`, "y", { port: 70_000 });
      },
      end: () => nacos.http.stop(),
    };
  },
});

test("instances of other clients are read: weight, cluster, health and metadata", async () => {
  const nacos = await fake();
  const full = `public/DEFAULT_GROUP/${service}`;
  nacos.put(full, "1", { ip: "10.0.0.1", port: 1, weight: 2.5, clusterName: "eu", metadata: { version: "3" } });
  nacos.put(full, "2", { ip: "10.0.0.2", port: 2, healthy: false });
  nacos.put(full, "3", { ip: "10.0.0.3", port: 3, enabled: false });
  const heard = new Heard();
  registry(nacos).watch(service, heard);
  await eventually(() => expect(heard.last).toHaveLength(2));
  expect(heard.last).toEqual([
    { address: "rpc://10.0.0.1:1", weight: 250, zone: "eu", health: "healthy", metadata: new Map([["version", "3"]]) },
    { address: "rpc://10.0.0.2:2", weight: 100, zone: "", health: "unhealthy", metadata: new Map() },
  ]);
});

test("namespaces and groups are apart", async () => {
  const nacos = await fake();
  await registry(nacos, { namespaceId: "test", group: "SHOP" }).register(service, { address: a });
  const [same, other] = [new Heard(), new Heard()];
  registry(nacos, { namespaceId: "test", group: "SHOP" }).watch(service, same);
  registry(nacos).watch(service, other);
  await eventually(() => expect(same.addresses).toEqual([a]));
  await eventually(() => expect(other.addresses).toEqual([]));
});

test("a token is fetched once, and again when it has ended before its time", async () => {
  const nacos = await fake();
  nacos.credentials = { user: "shop", password: "s3cret" };
  const heard = new Heard();
  const client = registry(nacos, nacos.credentials);
  client.watch(service, heard);
  await client.register(service, { address: a });
  await eventually(() => expect(heard.addresses).toEqual([a]));
  expect(nacos.logins).toBe(1);
  nacos.endTokens();
  const { length } = nacos.http.asked;
  await eventually(() => expect(nacos.http.asked.length).toBeGreaterThan(length + 10));
  expect(nacos.logins).toBeGreaterThan(1);
  expect(nacos.logins).toBeLessThan(5);
  expect(heard.failures).toEqual([]);
  await expect(
    registry(nacos, { user: "shop", password: "wrong" }).register(service, { address: a }),
  ).rejects.toMatchObject({
    code: "unauthenticated",
  });
});

test.each([
  ["no JSON", (nacos: FakeNacos) => void (nacos.http.override = "<html>"), "internal"],
  ["JSON of another kind", (nacos: FakeNacos) => void (nacos.http.override = '{"hosts":{}}'), "internal"],
  ["half of it", (nacos: FakeNacos) => void (nacos.http.override = '{"hosts":[{"ip":'), "internal"],
  ["status 500", (nacos: FakeNacos) => void (nacos.http.status = 500), "unavailable"],
  ["status 429", (nacos: FakeNacos) => void (nacos.http.status = 429), "resource-exhausted"],
  ["nothing", (nacos: FakeNacos) => void (nacos.http.isFrozen = true), "unavailable"],
])(
  "a server that answers with %s is told of, keeps the list, and is used again when it is well",
  async (_, break_, code) => {
    const nacos = await fake();
    nacos.put(`public/DEFAULT_GROUP/${service}`, "1", { ip: "10.0.0.1", port: 7001 });
    const heard = new Heard();
    registry(nacos, { timeoutMs: code === "unavailable" ? 100 : 5000 }).watch(service, heard);
    await eventually(() => expect(heard.addresses).toEqual([a]));
    break_(nacos);
    await eventually(() => expect(heard.failures.length).toBeGreaterThan(1));
    expect(heard.failures[0]).toMatchObject({ code });
    expect(heard.failures[0]?.message).toContain(nacos.http.place);
    Object.assign(nacos.http, { override: undefined, status: undefined, isFrozen: false });
    nacos.put(`public/DEFAULT_GROUP/${service}`, "2", { ip: "10.0.0.2", port: 7002 });
    await eventually(() => expect(heard.addresses).toEqual([a, "rpc://10.0.0.2:7002"]));
    expect(heard.lists.every((list) => list.length > 0)).toBe(true);
  },
);

test("an address opens it, and names of services that Nacos cannot have are refused", async () => {
  const nacos = await fake();
  const address = `nacos://${nacos.http.place}/${service}?group=SHOP`;
  const entered = await openRegistry(address, { registerTimeoutMs: 1000 });
  onTestFinished(() => entered.close());
  await entered.register(service, { address: a });
  const { resolver, service: named } = openResolver(address);
  onTestFinished(() => resolver.close());
  const heard = new Heard();
  resolver.watch(named, heard);
  await eventually(() => expect(heard.addresses).toEqual([a]));
  expect(() => registry(nacos).watch("a@@b", heard)).toThrow("no name of a service");
  await expect(openRegistry(`nacos://${nacos.http.place}/?grup=x`)).rejects.toThrow("did you mean group?");
});
