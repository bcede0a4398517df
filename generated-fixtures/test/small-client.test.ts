/** Methods by themselves, over the small client and a real WebSocket. */

import { connectUnary, type WebSocketClass } from "@rpcgen/runtime/web";
import { connect, serve, validateRequests } from "@rpcgen/runtime";
import { expect, it, onTestFinished } from "vitest";
import { createOrdersClient, ordersCount, ordersGet, ordersPlace, ordersWatch } from "../gen/shop/orders.client.js";
import { serveOrders, type OrdersHandler } from "../gen/shop/orders.server.js";
import { OrdersRules } from "../gen/shop/orders.rules.js";
import { OutOfStock } from "../gen/shop/orders.types.js";

const unused = (): never => {
  throw new Error("not used here");
};

const handler: OrdersHandler = {
  check: unused,
  get: (request) => ({ id: request.id, status: "PAID" }),
  place(request) {
    if (request.items.length === 0) throw new OutOfStock({ sku: "apple", available: 2 });
    return { id: "A-1", placedAt: new Date(5) };
  },
  watch: unused,
  import: unused,
  chat: unused,
  log: unused,
  find: unused,
  count: () => 7,
};

it("calls methods by themselves, whose errors are their own", async () => {
  const server = await serve({ port: 0, webSocket: {}, services: [serveOrders(handler)] });
  // By a name that the compiler does not follow: the package has no types of its own.
  const name: string = "ws";
  const ws = (await import(name)) as { readonly WebSocket: WebSocketClass };
  const channel = connectUnary(`${server.address.replace("rpc:", "ws:")}/rpc`, { webSocket: ws.WebSocket });
  onTestFinished(async () => {
    await channel.close();
    await server.close();
  });
  const [order, count] = await Promise.all([ordersGet(channel, { id: "A-1" }), ordersCount(channel)]);
  expect([order.id, order.status, count]).toEqual(["A-1", "PAID", 7]);
  const error: unknown = await ordersPlace(channel, {}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OutOfStock);
  expect(error).toMatchObject({ detail: { sku: "apple", available: 2 }, method: "/shop.orders.v1.Orders/Place" });
  // @ts-expect-error a channel without streams takes no method that streams
  expect(() => ordersWatch(channel, { id: "A-1" })).toThrow(TypeError);
});

it("methods by themselves work over any channel, beside whole clients and with their rules", async () => {
  const server = await serve({ port: 0, services: [serveOrders(handler)] });
  const channel = connect(server.address, { interceptors: [validateRequests(OrdersRules)] });
  onTestFinished(async () => {
    await channel.close();
    await server.close();
  });
  expect(await createOrdersClient(channel).count()).toBe(7);
  expect(await ordersCount(channel)).toBe(7);
  expect((await ordersGet(channel, { id: "A-2" })).id).toBe("A-2");
});
