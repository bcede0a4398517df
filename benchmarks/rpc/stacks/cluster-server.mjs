/** The product on several processes, as a program of its own: told what to serve, asked for its CPU. */

import cluster from "node:cluster";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sumOfCpu } from "../../measure/cpu.mjs";

const [tree, generated, workers] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(path).href);

const { serve } = await load(join(tree, "runtime/dist/index.js"));
const { runWorkers } = await load(join(tree, "runtime/dist/cluster.js"));
const { serveBench } = await load(join(generated, "bench.server.js"));

const handler = { echo: (message) => message, blob: (message) => message, list: () => [] };

const running = await runWorkers(startWorker, { workers: Number(workers), observe: () => {} });
if (running !== undefined) answerParent(running);

async function startWorker() {
  const server = await serve({ port: 0, services: [serveBench(handler)] });
  process.on("message", ({ kind }) => {
    if (kind === "cpu") process.send({ kind, cpu: process.cpuUsage() });
    if (kind === "address") process.send({ kind, address: server.address });
  });
  return server;
}

/** The first process speaks for all: it adds up what its workers have used. */
function answerParent(running) {
  process.on("message", async ({ kind }) => {
    const all = Object.values(cluster.workers);
    if (kind === "close") return running.close({ graceMs: 0 }).then(() => process.disconnect());
    const answers = await Promise.all(all.map((worker) => ask(worker, kind)));
    if (kind === "address") process.send({ kind, address: answers[0].address });
    else process.send({ kind, cpu: sumOfCpu([process.cpuUsage(), ...answers.map(({ cpu }) => cpu)]) });
  });
  process.send({ kind: "ready" });
}

function ask(worker, kind) {
  return new Promise((resolve) => {
    const hear = (message) => {
      if (message.kind !== kind) return;
      worker.off("message", hear);
      resolve(message);
    };
    worker.on("message", hear);
    worker.send({ kind });
  });
}
