/** A program that serves until a signal ends it, for tests that send real ones. Its one argument is options in JSON. */

import { drainOnSignals, serve } from "@rpcgen/runtime";
import { mount } from "@rpcgen/runtime/codegen/v1";

const { graceMs, unreadyMs, hold = false, ...options } = JSON.parse(process.argv[2] ?? "{}");

const facts = { throws: [], timeoutMs: undefined, isIdempotent: false };
const service = {
  name: "test.v1.Pids",
  fingerprint: "fedcba9876543210",
  source: "test/pids.rpc",
  methods: [
    { name: "ask", wireName: "Ask", shape: "unary", ...facts },
    { name: "wait", wireName: "Wait", shape: "unary", ...facts },
    { name: "tick", wireName: "Tick", shape: "serverStream", ...facts },
    { name: "block", wireName: "Block", shape: "unary", ...facts },
  ],
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const encodePid = (writer, pid, position) => writer.uint32(position, 8, pid);

async function* ticks() {
  for (;;) {
    yield process.pid;
    await pause(20);
  }
}

function dispatch(_handler, index, call) {
  switch (index) {
    case 0:
      return call.reply(encodePid(call.writer, process.pid, call.begin()));
    case 1:
      return call.later(
        pause(30).then(() => process.pid),
        encodePid,
      );
    case 2:
      return call.stream(ticks(), encodePid);
    case 3: {
      const until = performance.now() + 2000;
      while (performance.now() < until);
      return call.reply(encodePid(call.writer, process.pid, call.begin()));
    }
    default:
      return call.unimplemented(index);
  }
}

const say = (words) => console.log(JSON.stringify(words));
const server = await serve({ port: 0, ...options, services: [mount(service, {}, dispatch)] });
drainOnSignals(server, { graceMs, unreadyMs, exitMs: 300 });
process.on("exit", () => say({ kind: "exit" }));
// Something that holds the process although the server has closed.
if (hold) setInterval(() => {}, 1000);
say({ kind: "address", address: server.address });
