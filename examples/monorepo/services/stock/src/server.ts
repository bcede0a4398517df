/** Serves the stock. */

import { serve, type Server } from "@rpcgen/runtime";
import { serveStock } from "@acme/idl/stock.server.js";
import { port } from "./settings.js";
import { stock } from "./stock.js";

export async function start(): Promise<Server> {
  const server = await serve({ port, services: [serveStock(stock)], reflection: true, signals: true });
  console.log(`listening on ${server.address}`);
  return server;
}
