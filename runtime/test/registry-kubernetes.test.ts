/** The resolver of Kubernetes, on a fake that answers as an API server does: lists in pages, watches, and everything that ends them. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { kubernetesResolver, type KubernetesOptions } from "../src/registry/kubernetes.js";
import { openRegistry, openResolver } from "../src/registry/open-registry.js";
import type { Watch } from "../src/registry/registry.js";
import { FakeKubernetes } from "./kit/fake-kubernetes.js";
import { eventually, Heard, socketCount } from "./kit/registry-stage.js";

const service = "shop/orders:rpc";
const ports = [{ name: "rpc", port: 7000, protocol: "TCP" }];

async function fake(): Promise<FakeKubernetes> {
  const cluster = new FakeKubernetes();
  await cluster.http.start();
  onTestFinished(() => cluster.http.stop());
  return cluster;
}

function watch(
  cluster: FakeKubernetes,
  options: KubernetesOptions = {},
  target: string = service,
): { readonly heard: Heard; readonly watch: Watch } {
  const resolver = kubernetesResolver({
    server: `http://${cluster.http.place}`,
    backoff: { initialMs: 10, maxMs: 100 },
    guard: { debounceMs: 0, holdMs: 60_000 },
    ...options,
  });
  onTestFinished(() => resolver.close());
  const heard = new Heard();
  return { heard, watch: resolver.watch(target, heard) };
}

function slice(...ips: readonly string[]): Record<string, unknown> {
  return { addressType: "IPv4", ports, endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })) };
}

test("pods of all slices are found, with state, zone, pod and node", async () => {
  const cluster = await fake();
  cluster.put("orders", "orders-1", {
    addressType: "IPv4",
    ports: [{ name: "metrics", port: 9000, protocol: "TCP" }, ...ports],
    endpoints: [
      {
        addresses: ["10.1.0.1"],
        conditions: { ready: true },
        zone: "eu-1a",
        nodeName: "n1",
        targetRef: { name: "p1" },
      },
      { addresses: ["10.1.0.2"], conditions: { ready: false, serving: false, terminating: false } },
      { addresses: ["10.1.0.3"], conditions: { ready: false, serving: true, terminating: true } },
      { addresses: ["10.1.0.4"], conditions: {} },
    ],
  });
  cluster.put("orders", "orders-2", {
    addressType: "IPv6",
    ports,
    endpoints: [{ addresses: ["fd00::5"], conditions: { ready: true } }],
  });
  cluster.put("stock", "stock-1", slice("10.9.9.9"));
  const { heard } = watch(cluster);
  await eventually(() => expect(heard.last).toHaveLength(5));
  const states = Object.fromEntries((heard.last ?? []).map(({ address, health }) => [address, health]));
  expect(states).toEqual({
    "rpc://10.1.0.1:7000": "healthy",
    "rpc://10.1.0.2:7000": "unhealthy",
    "rpc://10.1.0.3:7000": "draining",
    "rpc://10.1.0.4:7000": "healthy",
    "rpc://[fd00::5]:7000": "healthy",
  });
  expect(heard.last?.find(({ address }) => address === "rpc://10.1.0.1:7000")).toMatchObject({
    zone: "eu-1a",
    metadata: new Map([
      ["pod", "p1"],
      ["node", "n1"],
    ]),
  });
});

test("changes are pushed, and a pod that moves from slice to slice is there once", async () => {
  const cluster = await fake();
  cluster.put("orders", "orders-1", slice("10.1.0.1", "10.1.0.2"));
  const { heard } = watch(cluster);
  await eventually(() => expect(heard.last).toHaveLength(2));
  cluster.put("orders", "orders-2", slice("10.1.0.2", "10.1.0.3"));
  await eventually(() => expect(heard.last).toHaveLength(3));
  cluster.put("orders", "orders-1", slice("10.1.0.1"));
  cluster.remove("orders", "orders-2");
  cluster.put("orders", "orders-3", slice("10.1.0.3", "10.1.0.2"));
  await eventually(() =>
    expect(heard.addresses).toEqual(["rpc://10.1.0.1:7000", "rpc://10.1.0.2:7000", "rpc://10.1.0.3:7000"]),
  );
  expect(cluster.lists).toBe(1);
  expect(heard.failures).toEqual([]);
});

test("a port is named, numbered, or the only one; TLS is said", async () => {
  const cluster = await fake();
  cluster.put("orders", "orders-1", slice("10.1.0.1"));
  const targets = ["shop/orders:rpc", "shop/orders:7000", "shop/orders"];
  for (const target of targets) {
    const { heard } = watch(cluster, { isTls: true }, target);
    await eventually(() => expect(heard.addresses).toEqual(["rpcs://10.1.0.1:7000"]));
  }
  const { heard } = watch(cluster, {}, "shop/orders:other");
  await eventually(() => expect(heard.addresses).toEqual([]));
});

test("long lists come in pages", async () => {
  const cluster = await fake();
  cluster.pageSize = 3;
  for (let i = 1; i <= 10; i++) cluster.put("orders", `orders-${i}`, slice(`10.1.0.${i}`));
  const { heard } = watch(cluster);
  await eventually(() => expect(heard.last).toHaveLength(10));
  expect(cluster.lists).toBe(4);
});

test("a watch that ends goes on where it was, bookmarks included, and misses nothing", async () => {
  const cluster = await fake();
  cluster.put("orders", "orders-1", slice("10.1.0.1"));
  const { heard } = watch(cluster);
  await eventually(() => expect(cluster.watches).toEqual(["101"]));
  cluster.bookmark();
  cluster.put("stock", "stock-1", slice("10.9.9.9"));
  cluster.bookmark();
  await eventually(() => expect(heard.last).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  cluster.endWatches();
  cluster.put("orders", "orders-2", slice("10.1.0.2"));
  await eventually(() => expect(heard.last).toHaveLength(2));
  expect(cluster.watches).toEqual(["101", "104"]);
  expect(cluster.lists).toBe(1);
});

test("410 Gone leads to a new list, whether it comes as an event or as a status", async () => {
  const cluster = await fake();
  cluster.put("orders", "orders-1", slice("10.1.0.1"));
  const { heard } = watch(cluster);
  await eventually(() => expect(cluster.watches).toHaveLength(1));
  cluster.compact();
  cluster.endWatches();
  await eventually(() => expect(cluster.lists).toBe(2));
  cluster.put("orders", "orders-2", slice("10.1.0.2"));
  await eventually(() => expect(heard.last).toHaveLength(2));
  cluster.http.status = 410;
  cluster.endWatches();
  await new Promise((resolve) => setTimeout(resolve, 100));
  cluster.http.status = undefined;
  cluster.put("orders", "orders-3", slice("10.1.0.3"));
  await eventually(() => expect(heard.last).toHaveLength(3));
  expect(heard.lists.every((list) => list.length > 0)).toBe(true);
});

test("a version that an API server refuses to watch from is given up", async () => {
  const cluster = await fake();
  cluster.put("orders", "orders-1", slice("10.1.0.1"));
  const { heard } = watch(cluster);
  await eventually(() => expect(cluster.watches).toHaveLength(1));
  cluster.http.status = 504;
  cluster.endWatches();
  await eventually(() => expect(heard.failures[0]).toMatchObject({ code: "unavailable" }));
  cluster.http.status = undefined;
  await eventually(() => expect(cluster.lists).toBe(2));
});

test("a token that is renewed in its file is used from the next request on", async () => {
  const cluster = await fake();
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-token-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "first\n");
  cluster.token = "first";
  cluster.put("orders", "orders-1", slice("10.1.0.1"));
  const { heard } = watch(cluster, { tokenFile });
  await eventually(() => expect(heard.last).toHaveLength(1));
  cluster.token = "second";
  cluster.endWatches();
  await eventually(() => expect(heard.failures[0]).toMatchObject({ code: "unauthenticated" }));
  writeFileSync(tokenFile, "second\n");
  cluster.put("orders", "orders-2", slice("10.1.0.2"));
  await eventually(() => expect(heard.last).toHaveLength(2));
});

test("a missing token is told in words", async () => {
  const cluster = await fake();
  const { heard } = watch(cluster, { tokenFile: "/nowhere/token" });
  await eventually(() =>
    expect(heard.failures[0]?.message).toBe("cannot read /nowhere/token: there is no such file (ENOENT)"),
  );
});

test.each([
  ["no JSON", "<html>"],
  ["JSON of another kind", '{"items":7}'],
  ["half of it", '{"metadata":{"resourceVersion":"1"},"items":[{'],
  ["a slice without a name", '{"metadata":{"resourceVersion":"1"},"items":[{}]}'],
  ["a list without a version", '{"metadata":{},"items":[]}'],
])("an API server that answers with %s is told of, and used when it is well", async (_, text) => {
  const cluster = await fake();
  cluster.put("orders", "orders-1", slice("10.1.0.1"));
  cluster.http.override = text;
  const { heard } = watch(cluster);
  await eventually(() => expect(heard.failures.length).toBeGreaterThan(1));
  expect(heard.failures[0]).toMatchObject({ code: "internal" });
  expect(heard.lists).toEqual([]);
  cluster.http.override = undefined;
  await eventually(() => expect(heard.last).toHaveLength(1));
});

test.each([
  "<html>",
  "{",
  '{"type":"ADDED"}',
  '{"type":"ADDED","object":{}}',
  '{"type":"ADDED","object":{"metadata":{"name":"x"}}}',
  '{"type":"ERROR","object":{"code":500,"message":"etcd is away"}}',
  "[]",
])("an event that makes no sense leads to a new list: %s", async (line) => {
  const cluster = await fake();
  cluster.put("orders", "orders-1", slice("10.1.0.1"));
  const { heard } = watch(cluster);
  await eventually(() => expect(cluster.watches).toHaveLength(1));
  await eventually(() => expect(heard.last).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 20));
  cluster.say(line);
  await eventually(() => expect(heard.failures).toHaveLength(1));
  await eventually(() => expect(cluster.lists).toBe(2));
  cluster.put("orders", "orders-2", slice("10.1.0.2"));
  await eventually(() => expect(heard.last).toHaveLength(2));
});

test("entries without sense in a slice spoil no others", async () => {
  const cluster = await fake();
  const endpoints = [
    null,
    7,
    {},
    { addresses: [] },
    { addresses: ["127.0.0.1;rm"] },
    { addresses: ["10.1.0.1"], zone: 7 },
  ];
  cluster.put("orders", "orders-1", { ports, endpoints: [...endpoints, { addresses: ["10.1.0.2"] }] });
  cluster.put("orders", "orders-2", {
    ports: [{ name: "rpc", port: 70_000 }],
    endpoints: [{ addresses: ["10.1.0.3"] }],
  });
  cluster.put("orders", "orders-3", { ports: null, endpoints: null });
  const { heard } = watch(cluster);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://10.1.0.2:7000"]));
});

test("an API server that dies keeps the list; what changed meanwhile is found", async () => {
  const cluster = await fake();
  cluster.put("orders", "orders-1", slice("10.1.0.1", "10.1.0.2"));
  const { heard } = watch(cluster);
  await eventually(() => expect(heard.last).toHaveLength(2));
  await cluster.http.stop();
  await eventually(() => expect(heard.failures.length).toBeGreaterThan(1));
  expect(heard.failures[0]).toMatchObject({ code: "unavailable" });
  cluster.put("orders", "orders-1", slice("10.1.0.1", "10.1.0.2", "10.1.0.3"));
  await cluster.http.start();
  await eventually(() => expect(heard.last).toHaveLength(3));
  expect(heard.lists.every((list) => list.length >= 2)).toBe(true);
});

test("closing cuts the watch and leaves no sockets", async () => {
  const cluster = await fake();
  const sockets = socketCount();
  const resolver = kubernetesResolver({ server: `http://${cluster.http.place}` });
  resolver.watch(service, new Heard());
  await eventually(() => expect(cluster.watches).toHaveLength(1));
  await resolver.close();
  await eventually(() => expect(socketCount()).toBeLessThanOrEqual(sockets));
  expect(() => resolver.watch(service, new Heard())).toThrow("was closed");
});

test("what makes no sense is refused in words", async () => {
  const cluster = await fake();
  for (const target of ["orders", "shop/orders:", "Shop/orders", "shop/../x", ""]) {
    expect(() => watch(cluster, {}, target)).toThrow("write NAMESPACE/SERVICE:PORTNAME");
  }
  await expect(openRegistry("kubernetes://127.0.0.1:6443/shop/orders:rpc")).rejects.toThrow(
    "Kubernetes enters pods by itself",
  );
  expect(openResolver("kubernetes:///shop/orders:rpc").service).toBe("shop/orders:rpc");
  expect(() => kubernetesResolver()).toThrow("KUBERNETES_SERVICE_HOST is not set");
});
