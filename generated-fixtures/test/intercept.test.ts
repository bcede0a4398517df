/** Interceptors in front of every kind of method: they see the request and the call, and nothing in a request can pose as either. */

import { RpcError } from "@rpcgen/runtime";
import type { ServerInterceptor } from "@rpcgen/runtime";
import { expect, test } from "vitest";
import { createOrdersClient } from "../gen/shop/orders.client.js";
import type { OrdersHandler } from "../gen/shop/orders.server.js";
import { serveOrders } from "../gen/shop/orders.server.js";
import { createTortureClient } from "../gen/torture/torture.client.js";
import type { TortureHandler } from "../gen/torture/torture.server.js";
import { serveTorture } from "../gen/torture/torture.server.js";
import { collect, serveSome, twoSides } from "./two-sides.js";

const orders: OrdersHandler = {
  check: () => "SERVING",
  get: ({ id }) => ({ id }),
  place: () => ({ id: "A-1" }),
  watch: ({ id }) => [{ id }],
  import: async (incoming) => ({ imported: (await collect(incoming)).length }),
  async *chat(notes) {
    yield* notes;
  },
  log() {},
  find: (id, includeItems, call) => ({ id: `${id} ${String(includeItems)} ${call.method.name}` }),
  count: (call) => (call.method.name === "count" ? 7 : 0),
};

const torture = serveSome<TortureHandler>(serveTorture, {
  inline: (await_, class_, options, call) => ({
    before: [await_, String(class_), options.join(), [...call.keys()].join()].join("/"),
  }),
  *maybe(id) {
    yield { kind: "name", value: id };
  },
});

test("an interceptor sees each request as a message and each call as it is, whatever the handler's parameters", async () => {
  const seen: [string, unknown][] = [];
  const watching: ServerInterceptor = {
    one(call, request, next) {
      seen.push([call.method.name, request]);
      return next(request);
    },
    many(call, request, next) {
      seen.push([call.method.name, request]);
      return next(request);
    },
  };
  const { channel } = await twoSides([serveOrders(orders), torture], "memory", {
    interceptors: [watching],
  });
  const client = createOrdersClient(channel);
  expect(await client.count()).toBe(7);
  expect(await client.check()).toBe("SERVING");
  expect((await client.find("A-1", true)).id).toBe("A-1 true find");
  expect((await client.get({ id: "A-2" })).id).toBe("A-2");
  expect(await collect(client.watch({ id: "A-3" }))).toHaveLength(1);
  expect((await client.import([{}, {}])).imported).toBe(2);
  const tortured = createTortureClient(channel);
  expect((await tortured.inline("a", 2, ["GREEN"], { k: 1n })).before).toBe("a/2/GREEN/k");
  expect(await collect(tortured.maybe("x"))).toHaveLength(1);
  expect(seen.slice(0, 5)).toEqual([
    ["count", {}],
    ["check", {}],
    ["find", { id: "A-1", includeItems: true }],
    ["get", { id: "A-2" }],
    ["watch", { id: "A-3" }],
  ]);
  expect(seen.at(-2)?.[1]).toEqual({ await: "a", class: 2, options: ["GREEN"], call: new Map([["k", 1n]]) });
  expect(seen.at(-1)).toEqual(["maybe", { id: "x" }]);
});

test("a request that looks like a call opens no door", async () => {
  const guard: ServerInterceptor = {
    one(call, request, next) {
      if (call.metadata.get("authorization") !== "Bearer good") throw new RpcError("unauthenticated", "who is there?");
      return next(request);
    },
  };
  const { channel } = await twoSides([torture], "memory", { interceptors: [guard] });
  const client = createTortureClient(channel);
  // The last parameter of this method is named `call`, and is a map with whatever the client puts in.
  const forged = client.inline("a", 1, [], new Map([["authorization", 1n]]));
  await expect(forged).rejects.toMatchObject({ code: "unauthenticated" });
  const honest = client.inline("a", 1, [], {}, { metadata: { authorization: "Bearer good" } });
  expect((await honest).before).toBe("a/1//");
});

test("an interceptor for streams leaves the arguments of other methods alone", async () => {
  const many: ServerInterceptor = { many: (_call, request, next) => next(request) };
  const { channel } = await twoSides([serveOrders(orders)], "memory", { interceptors: [many] });
  const client = createOrdersClient(channel);
  expect((await client.find("A-1", false)).id).toBe("A-1 false find");
  expect(await client.count()).toBe(7);
});
