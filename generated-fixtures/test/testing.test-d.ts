/** What must compile with mocks and in-process clients, and what must not: checked by tsc, never run. */

import { inProcess, mock } from "@rpcgen/runtime/testing";
import { createOrdersClient, type OrdersClient } from "../gen/shop/orders.client.js";
import { serveOrders } from "../gen/shop/orders.server.js";
import { OutOfStock } from "../gen/shop/orders.types.js";
import { serveVault } from "../gen/vault/vault.server.js";

const orders = mock(serveOrders);
const vault = mock(serveVault);
export const client: OrdersClient & AsyncDisposable = inProcess(createOrdersClient, orders.mount);

// Answers may leave out what is empty; requests are expected by the fields that matter.
orders.place
  .when({ items: [{ sku: "apple" }], note: (note) => note === "now" })
  .returns({ id: "A-1" })
  .once();
orders.place
  .throws(new OutOfStock({ available: 2 }))
  .times(2)
  .after(20);
orders.find
  .when("A-1", (includeItems) => includeItems)
  .answers((id, includeItems, call) => ({
    id: `${id.trim()} ${String(includeItems)} ${call.peer.address}`,
  }));
orders.watch.returns([{ id: "A-1" }]);
orders.import.answers((requests) => ({ imported: requests.length }));
orders.chat.answers(async function* (requests) {
  for await (const { text } of requests) yield { text };
});
orders.count.returns(3);
orders.log.returns();
vault.renew.when("id", "old").returns("new");
export const sku: string | undefined = orders.place.calls[0]?.request.items[0]?.sku;
export const included: boolean | undefined = orders.find.calls[0]?.args[1];
export const imported: string | undefined = orders.import.calls[0]?.request[0]?.id;

// @ts-expect-error no such method
orders.plaec.returns({});
// @ts-expect-error an order has no such field
orders.place.returns({ idd: "A-1" });
// @ts-expect-error and what is asked has none either
orders.place.when({ nothing: 1 });
// @ts-expect-error a sku is a text
orders.place.when({ items: [{ sku: 5 }] });
// @ts-expect-error a stream of answers is a list
orders.watch.returns({ id: "A-1" });
// @ts-expect-error an id is a text, and a second parameter a flag
orders.find.when("A-1", "yes");
// @ts-expect-error a count is a number
orders.count.returns("3");
// @ts-expect-error nothing is answered here
orders.log.returns(5);
// @ts-expect-error what is thrown is an error
orders.place.throws("out of stock");
// @ts-expect-error a client of orders is nothing to serve
mock(createOrdersClient);
