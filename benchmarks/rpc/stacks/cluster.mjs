/** The product on two workers: a client with as many connections as there are workers, calling over each in turn. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { productOut, project } from "../../setup/paths.mjs";

const workers = 2;
const deadline = { timeoutMs: 10_000 };
const program = new URL("cluster-server.mjs", import.meta.url);
const load = (path) => import(pathToFileURL(path).href);

export const clusterStack = {
  isSpread: true,
  name: `rpcgen, cluster of ${workers} workers`,
  isFeature: true,
  async serve({ tree = project } = {}) {
    const child = fork(program, [tree, productOut(tree), String(workers)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    process.once("exit", () => child.kill("SIGKILL"));
    await heard(child);
    const ask = (kind) => {
      child.send({ kind });
      return heard(child);
    };
    const { address } = await ask("address");
    const close = async () => {
      child.send({ kind: "close" });
      await once(child, "exit");
    };
    // This process only asks: what it uses itself is no part of serving.
    return { address, close, cpu: async () => (await ask("cpu")).cpu };
  },
  async connect(address, { tree = project } = {}) {
    const { connect } = await load(join(tree, "runtime/dist/index.js"));
    const { createBenchClient } = await load(join(productOut(tree), "bench.client.js"));
    const channels = Array.from({ length: workers }, () => connect(address));
    const clients = channels.map((channel) => createBenchClient(channel));
    let turn = 0;
    return {
      echo: (message) => clients[turn++ % workers].echo(message, deadline),
      blob: async (bytes) => (await clients[turn++ % workers].blob({ data: bytes }, deadline)).data,
      close: () => Promise.all(channels.map((channel) => channel.close())),
    };
  },
};

async function heard(child) {
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`the cluster ended with ${code}`))),
  ]);
  return message;
}
