/** The shop's server, as a user would write it: handlers over plain data, typed by the generated code. */

import { serve } from "@rpcgen/runtime";
import type { ServerCall } from "@rpcgen/runtime";
import type { LineItem, Note, Order } from "./gen/shop/orders.types.js";
import { OrderNotFound, OutOfStock } from "./gen/shop/orders.types.js";
import { serveOrders } from "./gen/shop/orders.server.js";
import { PaymentDeclined } from "./gen/shop/payments.types.js";

const stock = new Map([
  ["apple", 120],
  ["pear", 2],
]);
const orders = new Map<string, Order>();
let lastNumber = 1000;

/** Resolves after `ms`, or rejects at once when the call is cancelled or runs out of time. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

function find(id: string): Order {
  const order = orders.get(id);
  if (order === undefined) throw new OrderNotFound({ id });
  return order;
}

function take(items: readonly LineItem[]): void {
  for (const { sku, quantity } of items) {
    const available = stock.get(sku) ?? 0;
    if (available < quantity) throw new OutOfStock({ sku, available });
  }
  for (const { sku, quantity } of items) stock.set(sku, (stock.get(sku) ?? 0) - quantity);
}

async function* life(order: Order, call: ServerCall): AsyncGenerator<Order> {
  try {
    for (const status of ["PENDING", "PAID", "SHIPPED", "DELIVERED"] as const) {
      yield { ...order, status };
      await pause(60, call.signal);
    }
  } finally {
    if (call.signal.aborted) console.log("watch: the client went away, so the handler stopped");
  }
}

const server = await serve({
  port: 0,
  services: [
    serveOrders({
      check: () => "SERVING",
      async get({ id }, call) {
        if (id !== "slow") return find(id);
        try {
          await pause(10_000, call.signal);
        } catch {
          console.log("get: the deadline passed, so the handler stopped");
        }
        return find(id);
      },
      place({ items, payment, note }) {
        if (payment?.kind === "card" && payment.value.lastDigits === "0000") {
          throw new PaymentDeclined({ reason: "the card has expired" });
        }
        take(items);
        const id = `A-${String(++lastNumber)}`;
        const order: Order = {
          id,
          status: "PENDING",
          items,
          labels: new Map([["channel", "demo"]]),
          note,
          placedAt: new Date(),
          version: 1,
          payment,
        };
        orders.set(id, order);
        return order;
      },
      watch: ({ id }, call) => life(find(id), call),
      async import(incoming) {
        const rejected: string[] = [];
        let imported = 0;
        for await (const order of incoming) {
          if (order.items.length === 0) rejected.push(order.id);
          else imported++;
        }
        return { imported, rejected };
      },
      async *chat(notes) {
        for await (const { author, text } of notes) {
          const answer: Note = { author: "warehouse", text: `${author}, about “${text}”: will do`, at: new Date() };
          yield answer;
        }
      },
      log(event) {
        if (event.kind === "cancelled") console.log(`log: ${event.value.id} was cancelled (${event.value.reason})`);
      },
      find(id, includeItems) {
        const order = find(id);
        return includeItems ? order : { ...order, items: [] };
      },
      count: () => orders.size,
    }),
  ],
});

console.log(`listening on ${server.address}`);
process.once("SIGTERM", () => void server.close().then(() => console.log("drained and closed")));
