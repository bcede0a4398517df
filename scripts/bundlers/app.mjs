/** The application that is bundled: an interface of three files, a server, a client, and what they have to say. */

export const files = {
  "rpc/orders.rpc": `/// Orders, as far as a test needs them.
package shop.orders.v1

import "google/protobuf/any.rpc"
import "money.rpc"

enum Status { PENDING = 0, SHIPPED = 1 }

message NewOrder { 1 sku: string, 2 quantity: uint32, 3 price: shop.money.v1.Money, 4 extra: google.protobuf.Any }
message Order    { 1 id: string, 2 status: Status, 3 price: shop.money.v1.Money, 4 extra: google.protobuf.Any }

/// There are fewer left than were asked for.
@code(FAILED_PRECONDITION)
error OutOfStock { 1 available: uint32 }

service Orders {
  /// Places one.
  place(NewOrder): Order throws OutOfStock, shop.money.v1.TooDear
  watch(id: string): stream Order
}
`,
  "rpc/money.rpc": `package shop.money.v1

type Currency = string

message Money { 1 currency: Currency, 2 minorUnits: int64 }

@code(FAILED_PRECONDITION)
error TooDear { 1 limit: Money }
`,
  "rpc/other.rpc": `package shop.other.v1

message Other { 1 name: string }
`,
  "src/server.ts": `import { serve } from "@rpcgen/runtime";
import { OutOfStock, serveOrders } from "../rpc/orders.rpc";
import { TooDear } from "../rpc/money.rpc";

const server = await serve({
  port: 0,
  services: [
    serveOrders({
      place({ sku, quantity, price, extra }) {
        if (quantity > 2) throw new OutOfStock({ available: 2 });
        if (price !== undefined && price.minorUnits > 100n) throw new TooDear({ limit: { currency: "EUR", minorUnits: 100n } });
        return { id: sku, price, extra };
      },
      async *watch(id) {
        yield { id, status: "PENDING" };
        yield { id, status: "SHIPPED" };
      },
    }),
  ],
});
console.log(server.address);
process.once("SIGTERM", () => void server.close());
`,
  "src/client.ts": `import { connect } from "@rpcgen/runtime";
import { createOrdersClient, OutOfStock, type NewOrderInit } from "../rpc/orders.rpc";
import { TooDear } from "../rpc/money.rpc";

const channel = connect(process.argv[2] ?? "");
const orders = createOrdersClient(channel);
const said: unknown[] = [];
const attempt = (order: NewOrderInit): Promise<unknown> =>
  orders.place(order).then(
    ({ id, price, extra }) => [id, price?.minorUnits, extra?.typeUrl].join("/"),
    (error: unknown) => {
      if (error instanceof OutOfStock) return \`out of stock: \${error.detail.available}\`;
      if (error instanceof TooDear) return \`too dear: \${error.detail.limit?.minorUnits}\`;
      return error;
    },
  );
said.push(await attempt({ sku: "apple", quantity: 1, price: { currency: "EUR", minorUnits: 99n }, extra: { typeUrl: "t" } }));
said.push(await attempt({ sku: "apple", quantity: 3 }));
said.push(await attempt({ sku: "apple", quantity: 1, price: { currency: "EUR", minorUnits: 101n } }));
for await (const { status } of orders.watch("A-1")) said.push(status);
await channel.close();
console.log(said.join(", "));
`,
  // What a browser would load: the channel comes from elsewhere, so all that is here is generated code.
  "src/only-client.js": `import { createOrdersClient } from "../rpc/orders.rpc";

export const open = (channel) => createOrdersClient(channel);
`,
  // Says what it was built from, so that a rebuild can be told from the one before.
  "src/probe.js": `import { OrdersService, OrderCodec } from "../rpc/orders.rpc";
import { MoneyCodec } from "../rpc/money.rpc";

console.log(JSON.stringify([OrdersService.methods.map(({ name }) => name), Object.keys(OrderCodec).length, Object.keys(MoneyCodec).length]));
`,
};

export const said = "apple/99/t, out of stock: 2, too dear: 100, PENDING, SHIPPED";

/** What only a server needs, in words that survive bundling without minifying. */
export const serverWords = ["dispatchOrders", "serveOrders", "handle$Orders", ".unimplemented("];

/** Two mistakes in one file, and what has to be told of each. */
export const twoMistakes = `package shop.orders.v1

message Order { 1 id: strin, 2 money: Monye }
`;
