/**
 * Restarts a cluster over and over while clients call it, and says how many calls failed:
 * `node scripts/load-restarts.mjs [--seconds 30] [--workers 2] [--channels 8]`. Exits with 1 where one did. Build first.
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { connect } from "@rpcgen/runtime";
import { encodeNothing, method } from "@rpcgen/runtime/codegen/v1";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    workers: { type: "string", default: "2" },
    channels: { type: "string", default: "8" },
  },
});

const entry = fileURLToPath(new URL("../runtime/test/kit/cluster-entry.mjs", import.meta.url));
const facts = { shape: "unary", throws: [], timeoutMs: 10_000, isIdempotent: false };
const service = {
  name: "test.v1.Pids",
  fingerprint: "fedcba9876543210",
  source: "test/pids.rpc",
  methods: [
    { name: "ask", wireName: "Ask", ...facts },
    { name: "wait", wireName: "Wait", ...facts },
  ],
};
const decodePid = (reader) => (reader.tag(), reader.uint32());
const methods = [method(service, 0, encodeNothing, decodePid), method(service, 1, encodeNothing, decodePid)];

const until = performance.now() + Number(values.seconds) * 1000;
const count = { calls: 0, failed: 0, restarts: 0 };
const pids = new Set();
const failures = new Map();

const program = spawn(process.execPath, [entry, "serve", "0", values.workers], {
  stdio: ["ignore", "pipe", "inherit"],
});
const ended = new Promise((resolve) => program.once("exit", (code, signal) => resolve(signal ?? code)));
process.once("exit", () => program.kill("SIGKILL"));

let address;
let load;
for await (const line of createInterface({ input: program.stdout })) {
  const said = JSON.parse(line);
  address ??= said.address;
  if (said.kind === "ready") load = startLoad();
  if (said.kind === "restarted") count.restarts++;
  if (said.kind !== "ready" && said.kind !== "restarted") continue;
  if (performance.now() < until) program.kill("SIGHUP");
  else {
    await load;
    program.kill("SIGTERM");
  }
}

function startLoad() {
  const channels = Array.from({ length: Number(values.channels) }, () => connect(address));
  const callers = channels.flatMap((channel) =>
    Array.from({ length: 8 }, (_, index) => caller(channel, methods[index % 2])),
  );
  return Promise.all(callers).then(() => Promise.all(channels.map((channel) => channel.close())));
}

async function caller(channel, asked) {
  while (performance.now() < until) {
    count.calls++;
    try {
      pids.add(await channel.unary(asked, {}));
    } catch (error) {
      count.failed++;
      failures.set(String(error), (failures.get(String(error)) ?? 0) + 1);
    }
  }
}

const exit = await ended;
for (const [text, times] of failures) console.error(`${times} × ${text}`);
console.log(
  `${count.calls} calls, ${count.failed} failed, ${count.restarts} restarts, ${pids.size} processes, exit ${exit}`,
);
process.exitCode = count.failed === 0 && count.restarts > 0 && exit === 0 ? 0 : 1;
