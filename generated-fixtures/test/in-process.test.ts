/** A client straight onto a handler does all that calls do: codecs, rules, deadlines, errors, metadata, streams, closing. */

import { jsonCodec, RpcError } from "@rpcgen/runtime";
import { inProcess, inProcessChannel, mock, VirtualClock } from "@rpcgen/runtime/testing";
import { expect, test } from "vitest";
import { createOrdersClient } from "../gen/shop/orders.client.js";
import { OrdersJson } from "../gen/shop/orders.methods.js";
import { type OrdersHandler, serveOrders } from "../gen/shop/orders.server.js";
import { OutOfStock } from "../gen/shop/orders.types.js";
import { createAccountsClient } from "../gen/signup/accounts.client.js";
import { serveAccounts } from "../gen/signup/accounts.server.js";
import { collect } from "./two-sides.js";

/** A handler that fails where a test says nothing. */
function handler(own: Partial<OrdersHandler>): OrdersHandler {
  const nothing = (): never => {
    throw new RpcError("unimplemented", "not in this test");
  };
  const bare = Object.fromEntries(
    "check get place watch import chat log find count".split(" ").map((name) => [name, nothing]),
  );
  return { ...(bare as unknown as OrdersHandler), ...own };
}

test("values are encoded and decoded: what comes is a copy, complete, with its own types", async () => {
  const sent = { items: [{ sku: "apple", quantity: 2 }], note: undefined };
  let received: unknown;
  const orders = inProcess(
    createOrdersClient,
    serveOrders(
      handler({
        place(request) {
          received = request;
          return { id: "A-1", placedAt: new Date(5), labels: { a: "b" } };
        },
      }),
    ),
  );
  const order = await orders.place(sent);
  expect(received).toEqual({ items: [{ sku: "apple", quantity: 2, price: undefined }] });
  expect(order.labels).toEqual(new Map([["a", "b"]]));
  expect([order.id, order.placedAt, order.status, order.items]).toEqual(["A-1", new Date(5), "PENDING", []]);
});

test("a value that its type does not take is refused as on a network", async () => {
  const orders = inProcess(createOrdersClient, serveOrders(handler({ place: () => ({ version: 2.5 }) })), {
    serve: { onError: () => {} },
  });
  await expect(orders.place({})).rejects.toMatchObject({ code: "internal" });
  await expect(orders.get({ id: 5 as never })).rejects.toThrow("wants");
});

test("declared errors, metadata both ways, and inline parameters", async () => {
  const orders = inProcess(
    createOrdersClient,
    serveOrders(
      handler({
        place(_request, call) {
          call.responseMetadata.append("seen", call.metadata.get("who") ?? "nobody");
          throw new OutOfStock({ sku: "apple", available: 2 });
        },
        find: (id, includeItems) => ({ id: `${id} ${String(includeItems)}` }),
      }),
    ),
  );
  const seen: unknown[] = [];
  const error: unknown = await orders
    .place({}, { metadata: { who: "me" }, onMetadata: (metadata) => seen.push(metadata.get("seen")) })
    .catch((thrown: unknown) => thrown);
  expect(error instanceof OutOfStock ? error.detail : error).toEqual({ sku: "apple", available: 2 });
  expect(seen).toEqual(["me"]);
  expect((await orders.find("x", true)).id).toBe("x true");
});

test("a deadline fires on a virtual clock on both sides, and no real time passes", async () => {
  const clock = new VirtualClock();
  const aborted: number[] = [];
  const orders = inProcess(
    createOrdersClient,
    serveOrders(
      handler({
        get: (_request, call) =>
          new Promise(() => call.signal.addEventListener("abort", () => aborted.push(clock.now()))),
      }),
    ),
    { clock },
  );
  const before = clock.now();
  const call = orders.get({ id: "1" }, { timeoutMs: 60_000 });
  await expect(clock.run(call)).rejects.toMatchObject({ code: "deadline-exceeded" });
  await clock.advance(10);
  expect(clock.now() - before).toBeGreaterThanOrEqual(60_000);
  expect(aborted).toHaveLength(1);
});

test("streams flow both ways, hold back a handler that is ahead, and end when nobody listens", async () => {
  let made = 0;
  let ended = false;
  const orders = inProcess(
    createOrdersClient,
    serveOrders(
      handler({
        *watch() {
          try {
            for (;;) yield { id: "x".repeat(1000), version: ++made };
          } finally {
            ended = true;
          }
        },
        async *chat(requests) {
          for await (const { text } of requests) yield { text: text.toUpperCase() };
        },
        async import(requests) {
          return { imported: (await collect(requests)).length };
        },
      }),
    ),
  );
  for await (const { version } of orders.watch({ id: "1" })) if (version === 3) break;
  await expect.poll(() => ended).toBe(true);
  expect(made).toBeLessThan(10_000);
  expect((await collect(orders.chat([{ text: "a" }, { text: "b" }]))).map(({ text }) => text)).toEqual(["A", "B"]);
  expect(await orders.import([{}, {}, {}])).toEqual({ imported: 3, rejected: [] });
});

test("cancelling reaches the handler", async () => {
  let aborted = false;
  const orders = inProcess(
    createOrdersClient,
    serveOrders(
      handler({
        get: (_request, call) => new Promise(() => call.signal.addEventListener("abort", () => (aborted = true))),
      }),
    ),
  );
  const leaving = new AbortController();
  const call = orders.get({ id: "1" }, { signal: leaving.signal });
  setTimeout(() => leaving.abort(), 1);
  await expect(call).rejects.toMatchObject({ code: "cancelled" });
  await expect.poll(() => aborted).toBe(true);
});

test("rules are checked in front of the handler; JSON, interceptors and other options are where they always are", async () => {
  const accounts = mock(serveAccounts);
  const client = inProcess(createAccountsClient, accounts.mount);
  await expect(client.register({ name: "x" })).rejects.toThrow("name must have at least 2 characters");
  expect(accounts.register.calls).toEqual([]);

  const seen: string[] = [];
  const orders = inProcess(createOrdersClient, [serveOrders(handler({ count: () => 7 })), accounts.mount], {
    connect: { codec: jsonCodec({ services: [OrdersJson] }) },
    serve: { interceptors: [{ one: (call, request, next) => (seen.push(call.method.name), next(request)) }] },
  });
  expect(await orders.count()).toBe(7);
  expect(seen).toEqual(["count"]);
});

test("options that make no sense fail the calls at once, in words", async () => {
  const orders = inProcess(createOrdersClient, [serveOrders(handler({})), serveOrders(handler({}))]);
  await expect(orders.count()).rejects.toThrow("mounted twice");
});

test("closing ends both sides; calls afterwards fail", async () => {
  const channel = inProcessChannel(serveOrders(handler({ count: () => 7 })));
  const orders = createOrdersClient(channel);
  expect(await orders.count()).toBe(7);
  const server = await channel.server;
  expect(server.counters.connectionsOpen).toBe(1);
  await channel.close();
  expect(server.counters.connectionsOpen).toBe(0);
  await expect(orders.count()).rejects.toBeInstanceOf(RpcError);
  await using scoped = inProcess(createOrdersClient, serveOrders(handler({ count: () => 8 })));
  expect(await scoped.count()).toBe(8);
});
