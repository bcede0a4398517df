/** Runs the service in workers, and replaces them when what they were built from has changed. */

import { runWorkers } from "@rpcgen/runtime/cluster";
import { isDevelopment } from "./settings.js";

await runWorkers(async () => (await import("./server.js")).start(), {
  workers: Number(process.env.WORKERS ?? 1),
  watch: isDevelopment
    ? [new URL(".", import.meta.url), new URL(".", import.meta.resolve("@acme/idl/orders.server.js"))]
    : [],
  // A page that watches for hours shall not hold up the next version for ten seconds.
  ...(isDevelopment ? { graceMs: 1000 } : {}),
});
