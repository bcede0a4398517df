/** The hub in the suite of registries, and what is its own: leases, keepers, bounds, snapshots. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHubClient } from "../src/builtin/gen/rpcgen/hub/v1/hub.client.js";
import type { Claim, Entry } from "../src/builtin/gen/rpcgen/hub/v1/hub.types.js";
import { hubRegistry, serveHub, type Hub, type HubOptions } from "../src/hub.js";
import { HubBook } from "../src/hub/hub-book.js";
import { HubService } from "../src/hub/hub-service.js";
import { connect, serve } from "../src/index.js";
import { openRegistry, type AdapterOpener } from "../src/registry/open-registry.js";
import { openHub } from "../src/client/hub-registry.js";
import { checkEndpoint } from "../src/registry/check-endpoint.js";
import { EchoService, mountEcho } from "./kit/echo-service.js";
import { failureOf } from "./kit/harness.js";
import { describeRegistry } from "./kit/registry-contract.js";
import { eventually, Heard, type RegistryHarness, type RunningRegistry } from "./kit/registry-stage.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";

const portOf = (hub: Hub): number => Number(/:(\d+)/.exec(hub.address.slice(6))?.[1]);

const harness: RegistryHarness = {
  name: "hub",
  async start(): Promise<RunningRegistry> {
    const folder = mkdtempSync(join(tmpdir(), "rpcgen-hub-"));
    const snapshot = join(folder, "hub.json");
    const options: HubOptions = { leaseMs: 600, snapshot };
    let hub = await serveHub({ ...options, port: 0 });
    const port = portOf(hub);
    return {
      open(adapterOptions) {
        const both = hubRegistry({ ...adapterOptions, address: `rpc://127.0.0.1:${port}` });
        return { resolver: both, registrar: both };
      },
      stop: () => hub.close(),
      async restart(empty) {
        if (empty) rmSync(snapshot, { force: true });
        hub = await serveHub({ ...options, port });
      },
      async loseLeases() {
        await hub.close();
        rmSync(snapshot, { force: true });
        hub = await serveHub({ ...options, port });
      },
      async end() {
        await hub.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

describeRegistry(harness);

const endpoint = (port: number) => checkEndpoint({ address: `rpc://10.0.0.1:${port}` }, "registry");

function bookUnderTest(entriesMax = 10) {
  const clock = new VirtualClock();
  return { clock, book: new HubBook({ clock, leaseMs: 1000, entriesMax }) };
}

test("a lease ends by the clock, and being still there makes it longer without a change of any list", async () => {
  const { clock, book } = bookUnderTest();
  const [keeper, other] = [{}, {}];
  const server = endpoint(1);
  book.keep(keeper, true, "a", server, 0);
  expect(book.keep(other, true, "a", endpoint(2), 400)).toBe(400);
  expect(book.keep(other, true, "b", endpoint(2), 9_999_999)).toBe(1000);
  const list = book.list("a");
  await clock.advance(399);
  expect(book.list("a")).toBe(list);
  book.keep(keeper, false, "a", server, 0);
  expect(book.list("a")).toBe(list);
  await clock.advance(1);
  expect(book.list("a")).toEqual([server]);
  await clock.advance(998);
  expect(book.list("a")).toEqual([server]);
  await clock.advance(1);
  expect(book.names).toEqual([]);
  expect(clock.timers).toBe(0);
});

test("a keeper whose lease has ended enters his server again with his next word", async () => {
  const { clock, book } = bookUnderTest();
  const keeper = {};
  book.keep(keeper, true, "a", endpoint(1), 0);
  await clock.advance(5000);
  expect(book.list("a")).toEqual([]);
  book.keep(keeper, false, "a", endpoint(1), 0);
  expect(book.list("a")).toEqual([endpoint(1)]);
});

test("only whoever entered a server last changes it or takes it out", () => {
  const { book } = bookUnderTest();
  const [former, latter] = [{}, {}];
  book.keep(former, true, "a", endpoint(1), 0);
  const newer = checkEndpoint({ address: "rpc://10.0.0.1:1", weight: 5 }, "registry");
  book.keep(latter, true, "a", newer, 0);
  book.keep(former, false, "a", endpoint(1), 0);
  book.remove(former, "a", "rpc://10.0.0.1:1");
  expect(book.list("a")).toEqual([newer]);
  // A key that differs in any part is another entry, and not this one.
  book.remove(latter, "b", "rpc://10.0.0.1:1");
  book.remove(latter, "a", "rpc://10.0.0.1:2");
  expect(book.list("a")).toEqual([newer]);
  book.remove(latter, "a", "rpc://10.0.0.1:1");
  expect(book.names).toEqual([]);
});

test("a hub is bounded, and says so", () => {
  const { book } = bookUnderTest(2);
  const keeper = {};
  book.keep(keeper, true, "a", endpoint(1), 0);
  book.keep(keeper, true, "b", endpoint(1), 0);
  expect(() => book.keep(keeper, true, "c", endpoint(1), 0)).toThrow(/room for 2 entries/);
  book.keep(keeper, false, "b", endpoint(1), 0);
  book.remove(keeper, "a", "rpc://10.0.0.1:1");
  book.keep(keeper, true, "c", endpoint(1), 0);
  for (const name of ["", "x".repeat(256)]) {
    expect(() => book.keep(keeper, false, name, endpoint(1), 0)).toThrow(/a name of 1 to 255 letters/);
  }
});

test("a stream that is lost leaves its entry to the lease, and one that ends takes it along", async () => {
  const { book } = bookUnderTest();
  const service = new HubService(book, () => {});
  const entry: Entry = {
    service: "a",
    address: "rpc://10.0.0.1:1",
    weight: 100,
    zone: "",
    health: "HEALTHY",
    metadata: new Map(),
  };
  const claim: Claim = { number: 1, entry, leaseMs: 0 };
  const lost = service.register(
    (async function* () {
      yield claim;
      throw new Error("the connection was lost");
    })(),
  );
  expect((await lost.next()).value).toEqual({ number: 1, leaseMs: 1000 });
  await failureOf(lost.next());
  expect(book.list("a")).toHaveLength(1);
  const ended = service.register(
    (async function* () {
      yield claim;
    })(),
  );
  await ended.next();
  expect((await ended.next()).done).toBe(true);
  expect(book.names).toEqual([]);
});

async function hubUnderTest(options: HubOptions = {}) {
  const hub = await serveHub({ port: 0, ...options });
  onTestFinished(() => hub.close());
  return { hub, address: `rpc://127.0.0.1:${portOf(hub)}` };
}

test("claims without sense are refused in words, and leave nothing behind", async () => {
  const { hub, address } = await hubUnderTest();
  const channel = connect(address);
  onTestFinished(() => channel.close());
  const client = createHubClient(channel);
  const good = { service: "a", address: "rpc://10.0.0.1:1", weight: 1 };
  const wrong = [
    [[{}], "a claim without an entry"],
    [[{ entry: { ...good, address: "nonsense" } }], /^nonsense is not an address/],
    [[{ entry: { ...good, address: "unix:/run/a.sock" } }], /unix/],
    [[{ entry: { ...good, service: "" } }], /a name of 1 to 255 letters/],
    [[{ entry: good }, { entry: { ...good, service: "b" } }], /^a stream keeps one entry/],
  ] as const;
  for (const [claims, message] of wrong) {
    const run = async (): Promise<void> => {
      for await (const granted of client.register(claims)) expect(granted.leaseMs).toBe(10_000);
    };
    expect(await failureOf(run())).toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(message) as unknown,
    });
  }
  expect([...hub.entries().keys()].filter((name) => name !== "a")).toEqual([]);
  const registry = hubRegistry({ address });
  onTestFinished(() => registry.close());
  expect(await failureOf(registry.register("x".repeat(300), { address: "rpc://10.0.0.1:1" }))).toMatchObject({
    code: "invalid-argument",
  });
});

test("a server enters itself by the address of the hub, and is listed with what it says", async () => {
  const lines: string[] = [];
  const { hub, address } = await hubUnderTest({ log: (line) => lines.push(line) });
  const register = { registry: hub.address, zone: "north" };
  const server = await serve({ port: 0, services: [mountEcho({})], register });
  await eventually(() => expect(hub.entries().get(EchoService.name)).toHaveLength(1));
  expect(hub.entries().get(EchoService.name)).toMatchObject([{ address: server.address, zone: "north" }]);
  const channel = connect(address);
  onTestFinished(() => channel.close());
  const { entries } = await createHubClient(channel).list();
  expect(entries).toMatchObject([{ service: EchoService.name, address: server.address, weight: 100 }]);
  server.health.set("", "NOT_SERVING");
  await eventually(() => expect(hub.entries().get(EchoService.name)).toMatchObject([{ health: "unhealthy" }]));
  await server.close();
  expect(hub.entries().size).toBe(0);
  expect(lines).toEqual([`+ ${EchoService.name}  ${server.address}`, `- ${EchoService.name}  ${server.address}`]);
});

test("a snapshot is what a file registry reads, and one that is broken is told before anything is served", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-hub-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const snapshot = join(folder, "hub.json");
  const { hub, address } = await hubUnderTest({ snapshot });
  const registry = hubRegistry({ address });
  onTestFinished(() => registry.close());
  await registry.register("shop.Orders", { address: "rpc://10.0.0.1:1", metadata: { version: "2" } });
  await eventually(() => expect(readFileSync(snapshot, "utf8")).toContain("10.0.0.1:1"));
  const { openResolver } = await import("../src/registry/open-registry.js");
  const heard = new Heard();
  const { resolver, service } = openResolver(`file:${snapshot}#shop.Orders`);
  resolver.watch(service, heard);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://10.0.0.1:1"]));
  await resolver.close();
  await hub.close();
  for (const text of ["{", "[]", '{"services":[]}']) {
    writeFileSync(snapshot, text);
    expect(await failureOf(serveHub({ port: 0, snapshot }))).toMatchObject({ code: "invalid-argument" });
  }
  writeFileSync(snapshot, '{"services":{"a":[{"address":"nonsense"},{"address":"rpc://10.0.0.2:2"}],"b":7}}');
  const again = await hubUnderTest({ snapshot });
  expect([...again.hub.entries().keys()]).toEqual(["a"]);
});

test("what is entered while its registry closes is not entered, and says so", async () => {
  const registry = hubRegistry({ address: "rpc://127.0.0.1:1" });
  const entering = failureOf(registry.register("a", { address: "rpc://10.0.0.1:1" }));
  await registry.close();
  expect(await entering).toMatchObject({ code: "cancelled", message: expect.stringContaining("was closed") });
  expect(await failureOf(registry.register("a", { address: "rpc://10.0.0.1:1" }))).toMatchObject({
    code: "failed-precondition",
  });
});

test("a hub that cannot listen leaves the snapshot as it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-hub-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const snapshot = join(folder, "hub.json");
  const text = '{"services":{"a":["rpc://10.0.0.1:1"]}}';
  writeFileSync(snapshot, text);
  const hub = await serveHub({ port: 0 });
  onTestFinished(() => hub.close());
  expect(await failureOf(serveHub({ port: portOf(hub), snapshot }))).toMatchObject({ code: "unavailable" });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(readFileSync(snapshot, "utf8")).toBe(text);
});

test("addresses that make no sense are refused in words", async () => {
  const hub: AdapterOpener = (address, options) => openHub(address, options, connect);
  const wrong = [
    ["hub://127.0.0.1:7700,127.0.0.2:7700/a", /^hub:.*: a hub is one process, at one host:port/],
    ["hub:///a", /a hub is one process/],
    ["hub://127.0.0.1:7700/a?leseMs=5", /there is no parameter leseMs; did you mean leaseMs\?/],
    ["hub://127.0.0.1:7700/a?leaseMs=-5", /leaseMs is a whole number of milliseconds/],
  ] as const;
  for (const [address, message] of wrong) {
    expect(await failureOf(openRegistry(address, { adapters: { hub } }))).toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(message) as unknown,
    });
  }
  for (const options of [{ leaseMs: 1 }, { entriesMax: Number.NaN }]) {
    expect(await failureOf(serveHub({ port: 0, ...options }))).toMatchObject({ code: "invalid-argument" });
  }
});

test("a hub speaks TLS where it is told to", async () => {
  const { authority } = await import("./kit/certificates.mjs");
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-hub-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const trusted = authority("hub");
  const leaf = trusted.issue({ names: ["IP:127.0.0.1"] });
  writeFileSync(join(folder, "ca.pem"), trusted.certificate);
  const { hub } = await hubUnderTest({ tls: { certificate: leaf.certificate, key: leaf.key } });
  expect(hub.address).toMatch(/\?tls=true$/);
  const registry = `hub://127.0.0.1:${portOf(hub)}?ca=${encodeURIComponent(join(folder, "ca.pem"))}`;
  const server = await serve({ port: 0, services: [mountEcho({})], register: { registry } });
  await eventually(() => expect(hub.entries().size).toBe(1));
  await server.close();
  expect(hub.entries().size).toBe(0);
});
