/** The registry of Eureka, on a fake that answers as its REST API says: the suite of all registries, and what only Eureka has. */

import { expect, onTestFinished, test } from "vitest";
import { eurekaRegistry } from "../src/registry/eureka.js";
import { openRegistry, openResolver } from "../src/registry/open-registry.js";
import { FakeEureka } from "./kit/fake-eureka.js";
import { describePolled } from "./kit/polled-registry.js";
import { eventually, Heard, service } from "./kit/registry-stage.js";

const a = "rpc://10.0.0.1:7001";
const application = service.toUpperCase();
const port = (number: number, isOn = true) => ({ $: number, "@enabled": String(isOn) });

const { fake, registry } = describePolled({
  name: "eureka",
  create: () => new FakeEureka(),
  open: (servers, options) =>
    eurekaRegistry({ registerTimeoutMs: 1000, pollMs: 20, leaseMs: 1000, ...options, servers }),
  put(eureka, of, host) {
    eureka.put(of.toUpperCase(), `${host}`, { ipAddr: `10.0.0.${host}`, port: port(7000 + host), status: "UP" });
  },
  putGarbage(eureka, of) {
    eureka.put(of.toUpperCase(), "x", { status: "UP", ipAddr: "127.0.0.1;rm", port: port(1) });
    eureka.put(of.toUpperCase(), "y", { status: "UP", port: { $: "many" } });
  },
  answers: { noJson: "<applications/>", otherJson: '{"application":[]}', halfJson: '{"application":{' },
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
