/** One server of the fleet: TLS, entered in a registry, drained by SIGTERM. */

import { serve } from "@rpcgen/runtime";
import { serveOrders } from "../gen/shop/orders.server.js";

const [name = "a", registry = "hub://127.0.0.1:7700", certificate = "", key = ""] = process.argv.slice(2);

const nothing = (): never => {
  throw new Error("this server only answers get and count");
};

const server = await serve({
  port: 0,
  tls: { certificate: { file: certificate }, key: { file: key } },
  register: { registry, metadata: { name } },
  signals: true,
  services: [
    serveOrders({
      check: () => "SERVING",
      // A little work and a little waiting, so that there is always something in flight.
      async get({ id }) {
        await new Promise((resolve) => setTimeout(resolve, 2 + Math.random() * 6));
        return { id, status: "PAID", note: name };
      },
      place: nothing,
      watch: nothing,
      import: nothing,
      chat: nothing,
      log: nothing,
      find: nothing,
      count: () => 1,
    }),
  ],
});
console.log(`serving at ${server.address}`);
