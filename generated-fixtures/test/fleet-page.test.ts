/** The code of docs/FLEET.md: it type-checks as it stands there, and what needs no other machine runs. */

import { readFileSync } from "node:fs";
import { connect, serve, type ClientChannel, type RuntimeEvent } from "@rpcgen/runtime";
import { byMetadata, maglev, p2c, roundRobin, zonePreference } from "@rpcgen/runtime/balance";
import { serveHub } from "@rpcgen/runtime/hub";
import { zookeeperRegistry } from "@rpcgen/runtime/registry/zookeeper";
import { expect, onTestFinished, test } from "vitest";
import { createOrdersClient, type OrdersClient } from "../gen/shop/orders.client.js";
import { serveOrders, type OrdersHandler } from "../gen/shop/orders.server.js";

// Whatever the page takes for granted.
declare const handler: OrdersHandler;
declare const services: readonly ReturnType<typeof serveOrders>[];
declare const register: { readonly registry: string };
declare const database: { isUp(): Promise<boolean> };
declare const log: (event: RuntimeEvent) => void;
declare const lastKnown: (request: unknown, error: Error) => unknown;
declare const orders: OrdersClient;
declare const id: string;

/** Never called: they say that the page's code has types. */
export const shown: readonly (() => unknown)[] = [
  async () => {
    const server = await serve({
      port: 0,
      services: [serveOrders(handler)],
      register: { registry: "hub://127.0.0.1:7700" }, // started by `npx rpcgen hub`
      signals: true, // SIGTERM drains
    });
    const channel = connect("hub://127.0.0.1:7700/shop.orders.v1.Orders", {
      policies: { methods: { "*": { retry: {} } } },
    });
    console.log(await createOrdersClient(channel).get({ id: "A-1" }));
    return server;
  },
  async () => {
    const channel = connect("zookeeper://zoo1:2181,zoo2:2181,zoo3:2181/shop.orders.v1.Orders");
    const registry = zookeeperRegistry({ servers: ["zoo1:2181", "zoo2:2181"] }); // from @rpcgen/runtime/registry/zookeeper
    return [channel, registry];
  },
  () => {
    connect("nacos://nacos1:8848,nacos2:8848/shop.orders.v1.Orders");
    connect("eureka://eureka1:8761/shop.orders.v1.Orders");
    connect("kubernetes:///shop/orders:rpc"); // NAMESPACE/SERVICE:PORTNAME
  },
  async () => {
    await serve({
      host: "0.0.0.0",
      port: 7000,
      services: [serveOrders(handler)],
      register: { registry: "etcd://127.0.0.1:2379", zone: "eu-west-1a" },
    });
  },
  async () => {
    await serve({ port: 0, services, register: { registry: "hub://127.0.0.1:7700" } });
    const channel = connect("hub://127.0.0.1:7700/shop.orders.v1.Orders");
    return [channel, serveHub];
  },
  async () => {
    const server = await serve({
      port: 7000,
      services: [serveOrders(handler)],
      health: { checks: { "shop.orders.v1.Orders": () => database.isUp() }, loopDelayMsMax: 500 },
    });
    server.health.set("shop.orders.v1.Orders", "NOT_SERVING");
  },
  () => {
    connect("etcd://127.0.0.1:2379/shop.Orders", {
      health: true,
      breaker: {},
      slowStart: { durationMs: 30_000 },
      observe: log,
    });
  },
  async () => {
    const channel = connect(["rpc://a:7000", "rpc://b:7000"], {
      policies: {
        methods: {
          "*": { timeoutMs: 2000, retry: { attempts: 3 } },
          "shop.orders.v1.Orders/*": { concurrency: { max: 200 } },
          "shop.orders.v1.Orders/Get": {
            hedge: { delayMs: 50 },
            fallback: (call, error) => lastKnown(call.request, error),
          },
        },
        channel: { retryBudget: { ratio: 0.1 }, breaker: {} },
      },
      policyFile: "file:policies.json",
    });
    await orders.get({ id }, { policy: { retry: false, cache: false } });

    const server = await serve({
      port: 7000,
      services: [serveOrders(handler)],
      policies: { methods: { "*": { concurrency: { adaptive: true } } }, total: { rateLimit: { perSecond: 5000 } } },
    });
    return [channel, server];
  },
  async () => {
    await serve({ port: 7000, services, register, signals: true }); // or: drainOnSignals(server, { graceMs: 5000, unreadyMs: 2000 })
  },
];

test("channels of all the balancers that the page shows open, and close without having connected", async () => {
  const channels: ClientChannel[] = [];
  const keep = (channel: ClientChannel): void => void channels.push(channel);
  onTestFinished(async () => void (await Promise.all(channels.map((channel) => channel.close()))));
  keep(connect(["rpc://a:7000", "rpc://b:7000"])); // p2c, where nothing is said
  keep(connect(["rpc://a:7000", "rpc://b:7000"], { balance: roundRobin() }));
  keep(connect("etcd://127.0.0.1:2379/shop.Orders", { balance: maglev({ key: byMetadata("user-id") }) }));
  keep(connect("etcd://127.0.0.1:2379/shop.Orders", { balance: zonePreference(p2c(), { zone: "eu-west-1a" }) }));
  expect(channels).toHaveLength(4);
});

/** Code without what a formatter may change, and without what only keeps a channel for later. */
const bare = (code: string): string =>
  code
    .replace(/keep\((connect\(.*\))\);/g, "$1;")
    .replace(/,(\s*[}\])])/g, "$1")
    .replace(/\s+/g, "");

test("the page has no code that is not here", () => {
  const page = readFileSync(new URL("../../docs/FLEET.md", import.meta.url), "utf8");
  const here = bare(readFileSync(new URL(import.meta.url), "utf8"));
  const blocks = [...page.matchAll(/^```ts\n([^]*?)\n```$/gm)].map(([, code = ""]) => code);
  expect(blocks.length).toBeGreaterThan(9);
  for (const block of blocks) {
    // The one about the network in memory is run by a test of its own, runtime/test/testing-example.test.ts.
    if (block.includes("simulate(")) continue;
    const imports = block.split("\n").filter((line) => line.startsWith("import "));
    for (const [, names = "", from = ""] of imports.map((line) => /\{ (.*) \} from "(.*)"/.exec(line) ?? [])) {
      const own = new RegExp(`import\\{([^}]*)\\}from"${from}"`).exec(here)?.[1]?.split(",") ?? [];
      for (const name of names.split(", ")) expect(own).toContain(name);
    }
    for (const part of block
      .split("\n")
      .filter((line) => !line.startsWith("import "))
      .join("\n")
      .split("\n\n")) {
      expect(here).toContain(bare(part));
    }
  }
});
