/** The shop, used as its README would: declared errors, unions, presence, inline parameters, inheritance. */

import { RpcError } from "@rpcgen/runtime";
import type { CodecName } from "@rpcgen/runtime";
import { expect, test } from "vitest";
import { createOrdersClient } from "../gen/shop/orders.client.js";
import type { OrdersHandler } from "../gen/shop/orders.server.js";
import { serveOrders } from "../gen/shop/orders.server.js";
import type { Event, OrderInit } from "../gen/shop/orders.types.js";
import { OrderNotFound, OutOfStock } from "../gen/shop/orders.types.js";
import { PaymentDeclined } from "../gen/shop/payments.types.js";
import { codecs, collect, speaking, twoSides } from "./two-sides.js";

const logged: Event[] = [];

const order: OrderInit = {
  id: "A-1",
  status: "PAID",
  items: [{ sku: "apple", quantity: 3, price: { currency: "EUR", minorUnits: 9007199254740993n } }],
  labels: { gift: "yes" },
  placedAt: new Date("2026-02-03T04:05:06.789Z"),
  version: 7,
  delivery: { kind: "courier", value: { address: "Mill Lane 1", express: true } },
};

const handler: OrdersHandler = {
  check: () => "NOT_SERVING",
  get({ id }) {
    if (id !== "A-1") throw new OrderNotFound({ id });
    return order;
  },
  async place(request) {
    if (request.payment?.kind === "voucher") throw new PaymentDeclined({ reason: "used up", retryAfter: 1500 });
    throw new OutOfStock({ sku: request.items[0]?.sku ?? "" }, "the shelf is empty");
  },
  async *watch({ id }) {
    yield { id, status: "PENDING" };
    throw new OrderNotFound({ id });
  },
  async import(orders) {
    const all = await collect(orders);
    return { imported: all.length };
  },
  async *chat(notes) {
    for await (const note of notes) yield note;
  },
  log(event) {
    logged.push(event);
  },
  find: (id, includeItems) => ({ id, items: includeItems ? (order.items ?? []) : [] }),
  count: () => 42,
};

async function shop(codec: CodecName): Promise<ReturnType<typeof createOrdersClient>> {
  logged.length = 0;
  const services = [serveOrders(handler)];
  const { channel } = await twoSides(services, "memory", {}, speaking(codec, services));
  return createOrdersClient(channel);
}

test.each(codecs)("a received order is complete, whatever was left out on the way in, in %s", async (codec) => {
  const orders = await shop(codec);
  expect(await orders.get({ id: "A-1" })).toEqual({
    id: "A-1",
    status: "PAID",
    items: [{ sku: "apple", quantity: 3, price: { currency: "EUR", minorUnits: 9007199254740993n } }],
    labels: new Map([["gift", "yes"]]),
    note: undefined,
    placedAt: new Date("2026-02-03T04:05:06.789Z"),
    version: 7,
    payment: undefined,
    delivery: { kind: "courier", value: { address: "Mill Lane 1", express: true } },
  });
});

test.each(codecs)(
  "declared errors arrive as instances of their class, with their details and messages, in %s",
  async (codec) => {
    const orders = await shop(codec);
    const missing = await orders.get({ id: "B-2" }).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(OrderNotFound);
    expect(missing).toBeInstanceOf(RpcError);
    expect(missing).toMatchObject({
      code: "not-found",
      detail: { id: "B-2" },
      typeName: "shop.orders.v1.OrderNotFound",
    });

    const empty = await orders.place({ items: [{ sku: "pear", quantity: 1 }] }).catch((error: unknown) => error);
    expect(empty).toBeInstanceOf(OutOfStock);
    expect(empty).toMatchObject({
      code: "failed-precondition",
      message: "the shelf is empty",
      detail: { sku: "pear", available: 0 },
    });

    const declined = await orders
      .place({ payment: { kind: "voucher", value: { code: "X" } } })
      .catch((error: unknown) => error);
    expect(declined).toBeInstanceOf(PaymentDeclined);
    expect(declined).toMatchObject({ detail: { reason: "used up", retryAfter: 1500 } });
  },
);

test.each(codecs)(
  "a declared error in the middle of a stream comes after what was sent before it, in %s",
  async (codec) => {
    const orders = await shop(codec);
    const seen: string[] = [];
    const watching = (async () => {
      for await (const change of orders.watch({ id: "A-9" })) seen.push(change.status);
    })();
    await expect(watching).rejects.toBeInstanceOf(OrderNotFound);
    expect(seen).toEqual(["PENDING"]);
  },
);

test.each(codecs)(
  "streams, inline parameters, plain returns, inherited methods and oneway calls work, in %s",
  async (codec) => {
    const orders = await shop(codec);
    expect(await orders.import([{ id: "1" }, { id: "2" }])).toEqual({ imported: 2, rejected: [] });
    expect((await orders.find("A-7", true)).items).toHaveLength(1);
    expect((await orders.find("A-7", false)).items).toHaveLength(0);
    expect(await orders.count()).toBe(42);
    expect(await orders.check()).toBe("NOT_SERVING");
    await orders.log({ kind: "cancelled", value: { id: "A-1", reason: "late" } });
    await orders.count();
    expect(logged).toEqual([{ kind: "cancelled", value: { id: "A-1", reason: "late" } }]);
  },
);
