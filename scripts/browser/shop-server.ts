/** The server that pages call, and what it has seen. */

import type { Mount } from "@rpcgen/runtime";
import { serveOrders } from "../../generated-fixtures/gen/shop/orders.server.js";
import { OutOfStock } from "../../generated-fixtures/gen/shop/orders.types.js";

/** What handlers have noticed. */
export interface Seen {
  aborted: number;
  logged: number;
  /** How far the large stream has been made. */
  made: number;
}

/** The service; handlers with the id `hangs` answer never, and `endless` streams until nobody listens. */
export function shop(seen: Seen): Mount {
  const untilAborted = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        seen.aborted++;
        resolve();
      });
    });
  return serveOrders({
    check: () => "SERVING",
    async get({ id }, call) {
      if (id === "hangs") await untilAborted(call.signal);
      if (id === "slow") await new Promise((resolve) => setTimeout(resolve, 500));
      return { id, status: "PAID" };
    },
    place({ items }) {
      throw new OutOfStock({ sku: items[0]?.sku ?? "", available: 2 });
    },
    async *watch({ id }, call) {
      if (id === "large") {
        for (seen.made = 0; seen.made < 300; seen.made++) yield { note: "x".repeat(50_000) };
        return;
      }
      yield { id, status: "PENDING" };
      if (id === "endless") await untilAborted(call.signal);
      yield { id, status: "SHIPPED" };
    },
    async import(orders) {
      let imported = 0;
      for await (const _ of orders) imported++;
      return { imported };
    },
    chat: (notes) => notes,
    log() {
      seen.logged++;
    },
    find: (id) => ({ id }),
    count: () => 7,
  });
}
