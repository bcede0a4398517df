/** What the projects say that install a generated package: programs that call, and what each of them has to print. */

/** A server and a client in one process, both from the package, over TCP. */
const conversation = `
async function converse({ connect, serve }, { createOrdersClient, OutOfStock }, { serveOrders }) {
  const server = await serve({
    port: 0,
    services: [
      serveOrders({
        check: () => "SERVING",
        get: ({ id }) => ({ id, status: "PAID" }),
        place({ items }) {
          throw new OutOfStock({ sku: items[0].sku, available: 2 });
        },
        async *watch({ id }) {
          yield { id, status: "PENDING" };
          yield { id, status: "SHIPPED" };
        },
        async import(orders) {
          let imported = 0;
          for await (const _ of orders) imported++;
          return { imported };
        },
        chat: (notes) => notes,
        log() {},
        find: (id) => ({ id }),
        count: () => 7,
      }),
    ],
  });
  const channel = connect(server.address);
  const orders = createOrdersClient(channel);
  const said = [(await orders.get({ id: "A-1" })).status];
  for await (const { status } of orders.watch({ id: "A-1" })) said.push(status);
  said.push((await orders.import([{}, {}])).imported, await orders.count());
  await orders.place({ items: [{ sku: "apple", quantity: 3 }] }).catch((error) => {
    said.push(error instanceof OutOfStock ? error.detail.available : error);
  });
  await orders.place({ items: [{ sku: "", quantity: 3 }] }).catch((error) => said.push(error.code));
  await channel.close();
  await server.close();
  console.log(said.join(" "));
}
`;

export const expected = "PAID PENDING SHIPPED 2 7 2 invalid-argument";

export const esModule = `import * as runtime from "@rpcgen/runtime";
import * as sdk from "@acme/orders";
import * as server from "@acme/orders/orders.server";
${conversation}
await converse(runtime, sdk, server);
`;

export const commonJs = `const runtime = require("@rpcgen/runtime");
const sdk = require("@acme/orders");
const server = require("@acme/orders/orders.server");
${conversation}
converse(runtime, sdk, server);
`;

/** Uses types of every kind; each comment marks a mistake that has to be one. */
export const typed = `import { connect, RpcError } from "@rpcgen/runtime";
import { createOrdersClient, OutOfStock, type Order, type OrdersClient } from "@acme/orders";
import { serveOrders, type OrdersHandler } from "@acme/orders/orders.server";

const channel = connect("rpc://127.0.0.1:7000");
const orders: OrdersClient = createOrdersClient(channel);

export async function run(): Promise<Order | number> {
  try {
    const order = await orders.place({ items: [{ sku: "apple", quantity: 3 }] }, { timeoutMs: 500 });
    for await (const change of orders.watch({ id: order.id })) if (change.status === "SHIPPED") return change;
    return order;
  } catch (error) {
    if (error instanceof OutOfStock) return error.detail.available;
    if (RpcError.is(error)) return error.code.length;
    throw error;
  }
}

export const handler: Partial<OrdersHandler> = { count: () => 7 };
export const serveIt = serveOrders;
// @ts-expect-error: a quantity is a number
export const wrong = () => orders.place({ items: [{ sku: "apple", quantity: "3" }] });
`;

/** A browser's page would carry this and what it needs. */
export const oneMethod = `import { connect } from "@rpcgen/runtime";
import { createHealthClient } from "@acme/orders/health.client";

export const check = (address) => createHealthClient(connect(address)).check();
`;

/** The same for the small client: what a page with one method carries. */
export const smallClient = (method, file) => `import { connectUnary } from "@rpcgen/runtime/web";
import { ${method} } from "@acme/orders/${file}";

export const call = (address, ...values) => ${method}(connectUnary(address), ...values);
`;
