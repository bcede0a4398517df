/** Serves the page while developing, and leads its calls to the orders, as a proxy in front of both would. */

import { defineConfig } from "vite";

const ordersPort = process.env.ORDERS_PORT ?? "7001";

export default defineConfig({
  clearScreen: false,
  build: { outDir: "dist/site" },
  server: {
    host: "127.0.0.1",
    port: Number(process.env.WEB_PORT ?? 7000),
    strictPort: true,
    proxy: { "/rpc": { target: `ws://127.0.0.1:${ordersPort}`, ws: true } },
    // The runtime that a `file:` dependency leads to stands outside of this monorepo; one from a registry does not need this.
    fs: { allow: ["..", "../../../runtime"] },
  },
});
