/** Processes that cannot even be started. */

import cluster from "node:cluster";
import { expect, it } from "vitest";
import { forkWorker } from "./node-cluster.js";

it("a process that cannot be started ends, and says why", async () => {
  cluster.setupPrimary({ cwd: "/nowhere/at/all" });
  const how = await new Promise((resolve) => {
    const worker = forkWorker({ said: () => {}, ended: resolve });
    expect(worker.pid).toBe(0);
    worker.kill();
    worker.leave(0);
  });
  expect(how).toContain("ENOENT");
});
