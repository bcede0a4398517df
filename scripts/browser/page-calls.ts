/** Calls of every shape from a page, told as plain values; whoever made the client makes no difference. */

import type { RpcError } from "@rpcgen/runtime";
import type { OrdersClient } from "../../generated-fixtures/gen/shop/orders.client.js";
import { OutOfStock } from "../../generated-fixtures/gen/shop/orders.types.js";

/** How a call ended. */
export type Told = string | number | readonly (string | number)[];

/** By name, what the page does when it is told to; each settles with what there is to see. */
type PageCalls = Readonly<Record<string, (text?: string) => Promise<Told>>>;

declare global {
  /** What comes of a call by name, also where it fails; one client an address. */
  var call: (address: string, name: string, text?: string) => Promise<Told>;
}

/** Lets `calls.mjs` ask for calls by name, with the clients that `open` makes. */
export function takeCalls(
  open: (address: string) => OrdersClient,
  isRpcError: (error: unknown) => error is RpcError,
): void {
  const clients = new Map<string, OrdersClient>();
  globalThis.call = async (address, name, text) => {
    try {
      const client = clients.get(address) ?? open(address);
      clients.set(address, client);
      return (await createCalls(client)[name]?.(text)) ?? `there is no call ${name}`;
    } catch (error) {
      if (error instanceof OutOfStock) return `OutOfStock ${error.detail.sku} ${error.detail.available}`;
      return isRpcError(error) ? `${error.code}: ${error.message}` : `not an RpcError: ${String(error)}`;
    }
  };
}

function createCalls(orders: OrdersClient): PageCalls {
  return {
    get: async (id = "A-1") => (await orders.get({ id })).status,
    place: async (sku = "pear") => (await orders.place({ items: [{ sku, quantity: 3 }] })).id,
    watch: async (id = "A-1") => {
      const seen = [];
      for await (const { status } of orders.watch({ id })) seen.push(status);
      return seen;
    },
    import: async (count = "1000") =>
      (await orders.import(Array.from({ length: Number(count) }, (_, i) => ({ id: `A-${i}` })))).imported,
    chat: async (length = "10") => {
      async function* lines(): AsyncGenerator<{ author: string; text: string }> {
        for (const author of ["a", "b", "c"]) yield { author, text: "x".repeat(Number(length)) };
      }
      const heard = [];
      for await (const { author, text } of orders.chat(lines())) heard.push(`${author}${text.length}`);
      return heard;
    },
    log: async (id = "A-1") => {
      await orders.log({ kind: "cancelled", value: { id, reason: "" } });
      return "sent";
    },
    leave: async () => {
      for await (const { status } of orders.watch({ id: "endless" })) return status;
      return "nothing came";
    },
    abort: async () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      return (await orders.get({ id: "hangs" }, { signal: controller.signal })).status;
    },
    deadline: async () => (await orders.get({ id: "hangs" }, { timeoutMs: 100 })).status,
    slowReader: async () => {
      let count = 0;
      for await (const _ of orders.watch({ id: "large" })) {
        if (++count < 5) await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return count;
    },
  };
}
