/** Calls of every shape from a page, told as plain values; whoever made the client makes no difference. */

import type { RpcError } from "@rpcgen/runtime";
import type { OrdersClient } from "../../generated-fixtures/gen/shop/orders.client.js";
import { OutOfStock } from "../../generated-fixtures/gen/shop/orders.types.js";

/** How a call ended. */
export type Told = string | number | readonly (string | number)[];

/** By name, what the page does when it is told to; each settles with what there is to see, also of a failure. */
export type PageCalls = Readonly<Record<string, (text?: string) => Promise<Told>>>;

/** The calls with a client that has been made. */
export function createCalls(orders: OrdersClient, isRpcError: (error: unknown) => error is RpcError): PageCalls {
  const failure = (error: unknown): string => {
    if (error instanceof OutOfStock) return `OutOfStock ${error.detail.sku} ${error.detail.available}`;
    return isRpcError(error) ? `${error.code}: ${error.message}` : `not an RpcError: ${String(error)}`;
  };
  const calls: PageCalls = {
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
  const guarded = Object.entries(calls).map(([name, call]) => [
    name,
    (text?: string) => call(text).catch((error: unknown) => failure(error)),
  ]);
  return Object.fromEntries(guarded) as PageCalls;
}
