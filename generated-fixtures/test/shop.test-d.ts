/** What must compile against the generated types, and what must not: checked by tsc, never run. */

import type { UnknownEnumValue } from "@rpcgen/runtime/codegen/v1";
import type { OrdersClient } from "../gen/shop/orders.client.js";
import type { OrdersHandler } from "../gen/shop/orders.server.js";
import { serveOrders } from "../gen/shop/orders.server.js";
import type { Order, OrderInit, OrderStatus } from "../gen/shop/orders.types.js";
import { OutOfStock } from "../gen/shop/orders.types.js";

declare const order: Order;
declare const orders: OrdersClient;
declare const handler: OrdersHandler;

// What is received can be passed in; what is passed in may leave implicit fields out.
export const passedOn: OrderInit = order;
export const short: OrderInit = { id: "A-1", labels: { gift: "yes" } };
// @ts-expect-error what is received is complete
export const incomplete: Order = { id: "A-1" };

// An exhaustive switch names the values and closes over what a newer peer may say.
export function describe(status: OrderStatus): string {
  switch (status) {
    case "PENDING":
    case "PAID":
    case "SHIPPED":
    case "DELIVERED":
    case "CANCELLED":
      return status.toLowerCase();
    default:
      return `unknown status ${status satisfies UnknownEnumValue}`;
  }
}
export function forgetful(status: OrderStatus): string {
  switch (status) {
    case "PENDING":
      return "waiting";
    default:
      // @ts-expect-error PAID and others were forgotten
      return status satisfies UnknownEnumValue;
  }
}
// @ts-expect-error numbers are not enum values
export const byNumber: OrderStatus = 1;
// @ts-expect-error a misspelt value
export const misspelt: OrderStatus = "SHIPED";

// Unions are told apart by kind, and a value belongs to its kind.
export function where(delivery: NonNullable<Order["delivery"]>): string {
  switch (delivery.kind) {
    case "pickup":
      return delivery.value.shop;
    case "courier":
      return delivery.value.address;
  }
}
export const mixed: OrderInit = {
  // @ts-expect-error a pickup has no address
  delivery: { kind: "pickup", value: { address: "x" } },
};

// Messages do not change under one's hands.
// @ts-expect-error readonly
order.id = "other";
// @ts-expect-error readonly list
order.items.push({ sku: "", quantity: 0 });

// Stubs know their shapes.
export const placed: Promise<Order> = orders.place({ items: [] }, { timeoutMs: 5 });
export const watched: AsyncIterable<Order> = orders.watch({ id: "A-1" });
export const counted: Promise<number> = orders.count();
// @ts-expect-error a stream is not a promise
export const wrong: Promise<Order> = orders.watch({ id: "A-1" });
// @ts-expect-error inline parameters are positional
void orders.find({ id: "A-1", includeItems: true });
// @ts-expect-error there is no such option
void orders.count({ timeout: 5 });

// A handler is whole and spelt right.
export const served = serveOrders(handler);
const { place: _place, ...withoutPlace } = handler;
// @ts-expect-error `place` is missing
serveOrders(withoutPlace);
// @ts-expect-error `plaice` is no method
serveOrders({ ...handler, plaice: () => ({}) } satisfies OrdersHandler);

// Details of declared errors are typed.
export const available: number = new OutOfStock({ sku: "apple" }).detail.available;
// @ts-expect-error a detail has no such field
export const noDetail = new OutOfStock({ skew: "apple" });
