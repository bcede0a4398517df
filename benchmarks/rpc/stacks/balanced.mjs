/** The product through its balancer: a channel over servers in processes of their own, called one after the other. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Child } from "../../measure/child.mjs";
import { sumOfCpu } from "../../measure/cpu.mjs";
import { productOut, project } from "../../setup/paths.mjs";

const servers = 3;
const deadline = { timeoutMs: 10_000 };
const serverFile = new URL("../server.mjs", import.meta.url);
const load = (path) => import(pathToFileURL(path).href);

export const balancedStack = {
  name: `rpcgen, balancer with ${servers} servers`,
  isFeature: true,
  /** They share the processor of the process that asks for them, which itself only asks. */
  async serve(options) {
    const children = Array.from({ length: servers }, (_, i) => new Child(`server ${i + 1}`, serverFile, ["rpcgen"]));
    const addresses = await Promise.all(children.map((child) => child.ask({ kind: "serve", options })));
    return {
      address: addresses.join(","),
      cpu: async () => {
        const marks = await Promise.all(children.map((child) => child.ask({ kind: "mark" })));
        return sumOfCpu(marks.map(({ cpu }) => cpu));
      },
      close: () => Promise.all(children.map((child) => child.end())),
    };
  },
  async connect(addresses, { tree = project } = {}) {
    const { connect } = await load(join(tree, "runtime/dist/index.js"));
    const { roundRobin } = await load(join(tree, "runtime/dist/balance.js"));
    const { createBenchClient } = await load(join(productOut(tree), "bench.client.js"));
    const channel = connect(addresses.split(","), { balance: roundRobin(), connect: "eager" });
    const client = createBenchClient(channel);
    return {
      echo: (message) => client.echo(message, deadline),
      blob: async (bytes) => (await client.blob({ data: bytes }, deadline)).data,
      close: () => channel.close(),
    };
  },
};
