/** Serves orders, and is a client of the stock. */

import { connect, serve, type Server } from "@rpcgen/runtime";
import { serveOrders } from "@acme/idl/orders.server.js";
import { createStockClient } from "@acme/idl/stock.client.js";
import { ordersOf } from "./orders.js";
import { port, stockAddress } from "./settings.js";

export async function start(): Promise<Pick<Server, "close">> {
  const channel = connect(stockAddress);
  const orders = ordersOf(createStockClient(channel));
  const server = await serve({
    port,
    // Pages of the same host; on the same port as everybody else.
    webSocket: { path: "/rpc" },
    services: [serveOrders(orders)],
    reflection: true,
    signals: true,
  });
  console.log(`listening on ${server.address}`);
  return {
    close: async (options) => {
      // Running calls may still ask the stock, so its channel goes last.
      await server.close(options);
      await channel.close();
    },
  };
}
