/** The registry of Nacos, on a fake that answers as its Open API says: the suite of all registries, and what only Nacos has. */

import { expect, onTestFinished, test } from "vitest";
import { nacosRegistry } from "../src/registry/nacos.js";
import { openRegistry, openResolver } from "../src/registry/open-registry.js";
import { FakeNacos } from "./kit/fake-nacos.js";
import { describePolled } from "./kit/polled-registry.js";
import { eventually, Heard, service } from "./kit/registry-stage.js";

const a = "rpc://10.0.0.1:7001";

const { fake, registry } = describePolled({
  name: "nacos",
  create: () => new FakeNacos(),
  open: (servers, options) => nacosRegistry({ registerTimeoutMs: 1000, pollMs: 20, beatMs: 50, ...options, servers }),
  put(nacos, of, host) {
    nacos.put(`public/DEFAULT_GROUP/${of}`, `${host}`, { ip: `10.0.0.${host}`, port: 7000 + host });
  },
  putGarbage(nacos, of) {
    nacos.put(`public/DEFAULT_GROUP/${of}`, "x", { ip: "127.0.0.1;rm", port: 7000 });
    nacos.put(`public/DEFAULT_GROUP/${of}`, "y", { port: 70_000 });
  },
  answers: { noJson: "<html>", otherJson: '{"hosts":{}}', halfJson: '{"hosts":[{"ip":' },
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
