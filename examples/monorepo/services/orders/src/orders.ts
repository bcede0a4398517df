/** Takes orders once the stock has set their articles aside, and packs and ships them by the clock. */

import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { OrdersHandler } from "@acme/idl/orders.server.js";
import { OrderNotFound, type Order } from "@acme/idl/orders.types.js";
import type { StockClient } from "@acme/idl/stock.client.js";
import { Journal } from "@acme/journal";
import { dataFolder } from "./settings.js";

interface PlacedOrder {
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly placedMs: number;
}

const packedAfterMs = 1500;
const shippedAfterMs = 3000;

const journal = new Journal<PlacedOrder>(`${dataFolder}/orders.jsonl`);
const placed = new Map<string, PlacedOrder>();

function find(id: string): Order {
  for (const order of journal.news()) placed.set(order.id, order);
  const order = placed.get(id);
  if (order === undefined) throw new OrderNotFound({ id });
  const { sku, quantity, placedMs } = order;
  const ageMs = Date.now() - placedMs;
  const status = ageMs < packedAfterMs ? "PLACED" : ageMs < shippedAfterMs ? "PACKED" : "SHIPPED";
  return { id, sku, quantity, status, placedAt: new Date(placedMs) };
}

export function ordersOf(stock: StockClient): OrdersHandler {
  return {
    async place(sku, quantity, call) {
      const id = `A-${randomUUID().slice(0, 8)}`;
      // The caller's deadline and cancellation go on to the stock, and so do the errors that it declares.
      await stock.reserve(id, sku, quantity, { timeoutMs: call.remainingMs, signal: call.signal });
      journal.append({ id, sku, quantity, placedMs: Date.now() });
      return find(id);
    },

    get: find,

    async *watch(id, call) {
      let told: Order | undefined;
      while (!call.signal.aborted && told?.status !== "SHIPPED") {
        const order = find(id);
        if (order.status !== told?.status) yield (told = order);
        await setTimeout(100);
      }
    },
  };
}
