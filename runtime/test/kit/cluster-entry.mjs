/** A program that serves on several processes, for tests that start real ones. Answers with the number of its process. */

import { serve } from "@rpcgen/runtime";
import { runWorkers } from "@rpcgen/runtime/cluster";
import { mount } from "@rpcgen/runtime/codegen/v1";

const [mode = "serve", place = "0", workers = "2", folder] = process.argv.slice(2);

const throws = [];
const facts = { throws, timeoutMs: undefined, isIdempotent: false };
const service = {
  name: "test.v1.Pids",
  fingerprint: "fedcba9876543210",
  source: "test/pids.rpc",
  methods: [
    { name: "ask", wireName: "Ask", shape: "unary", ...facts },
    { name: "wait", wireName: "Wait", shape: "unary", ...facts },
  ],
};

const encodePid = (writer, pid, position) => writer.uint32(position, 8, pid);
const soon = () => new Promise((resolve) => setTimeout(() => resolve(process.pid), 5));

function dispatch(_handler, index, call) {
  switch (index) {
    case 0:
      return call.reply(encodePid(call.writer, process.pid, call.begin()));
    case 1:
      return call.later(soon(), encodePid);
    default:
      return call.unimplemented(index);
  }
}

const say = (words) => console.log(JSON.stringify(words));

async function start() {
  if (mode === "refuse") throw new Error("no database");
  const at = /^\d+$/.test(place) ? { port: Number(place) } : { path: place };
  const file = (name) => ({ file: `${folder}/${name}` });
  const tls =
    folder === undefined || mode === "watch" ? undefined : { certificate: file("cert.pem"), key: file("key.pem") };
  const server = await serve({ ...at, tls, services: [mount(service, {}, dispatch)] });
  say({ kind: "address", address: server.address });
  if (mode === "crash") setTimeout(() => process.exit(3), 20);
  return server;
}

const watch = mode === "watch" ? [folder] : [];
const running = await runWorkers(start, { workers: Number(workers), crashesMax: 2, watch, observe: say });
if (running !== undefined) say({ kind: "ready" });
