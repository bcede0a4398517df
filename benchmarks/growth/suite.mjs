/** Growth: whether a connection, a method, a byte and a stream cost the same when there are many of them. */

import { generateMany } from "../dispatch/suite.mjs";
import { Child } from "../measure/child.mjs";

import { cpuMicros, withPair } from "../rpc/pair.mjs";
import { allStacks, productName } from "../rpc/stacks.mjs";
import { generateProduct } from "../setup/generate.mjs";
import { project } from "../setup/paths.mjs";

const file = new URL("client.mjs", import.meta.url);
const methodsFile = new URL("methods.mjs", import.meta.url);
const product = allStacks.find(({ name }) => name === productName);

const limits = {
  connectionsMax: 20_000,
  concurrentCallsMax: 20_000,
  waitingCallsMax: 20_000,
  messageBytesMax: 32 * 1024 * 1024,
  reassemblyBytesMax: 256 * 1024 * 1024,
  unsentBytesMax: 256 * 1024 * 1024,
};

export async function growthSuite({ tree = project, quick, say }) {
  generateProduct(tree);
  const most = quick ? 1000 : 10_000;
  const steps = [1, 10, 100, 1000, 10_000].filter((step) => step <= most);
  const pair = (use, execArgv) => withPair(product, use, { options: { tree, limits }, file, execArgv });
  return {
    connections: await pair((server, client) => connections(server, client, steps, say), ["--expose-gc"]),
    methods: await methods(
      tree,
      steps.filter((step) => step <= 1000),
      quick,
      say,
    ),
    messages: await pair((server, client) => messages(server, client, quick, say)),
    streams: await pair((server, client) => streams(server, client, steps, quick, say)),
  };
}

/** Bytes that each idle connection holds in the server, and how many are taken on a second. */
async function connections(server, client, steps, say) {
  const rows = [];
  let before = { count: 1, memory: await server.ask({ kind: "memory" }) };
  for (const count of steps.filter((step) => step > 1)) {
    say(`growth: ${count} connections`);
    const ms = await client.ask({ kind: "grow", total: count }, 120_000);
    const memory = await server.ask({ kind: "memory" });
    const added = count - before.count;
    rows.push({
      count,
      perSecond: (added / ms) * 1000,
      heapBytes: (used(memory) - used(before.memory)) / added,
      residentBytes: (memory.rss - before.memory.rss) / added,
    });
    before = { count, memory };
  }
  return rows;
}

const used = ({ heapUsed, external }) => heapUsed + external;

async function methods(tree, counts, quick, say) {
  const rows = [];
  for (const count of counts) {
    say(`growth: ${count} methods`);
    const child = new Child("methods", methodsFile, [tree, generateMany(tree, count), String(count)]);
    try {
      const size = quick ? { connections: 5, calls: 20_000 } : { connections: 30, calls: 300_000 };
      rows.push({ count, ...(await child.ask({ kind: "measure", inFlight: 64, ...size })) });
    } finally {
      await child.end();
    }
  }
  return rows;
}

/** Microseconds of both processes for an echo of so many bytes. */
async function messages(server, client, quick, say) {
  const rows = [];
  for (const bytes of [16, 256, 4096, 65_536, 1_048_576, 16_777_216]) {
    say(`growth: messages of ${bytes} bytes`);
    const budget = quick ? 64 * 1024 * 1024 : 512 * 1024 * 1024;
    const calls = Math.max(4, Math.min(quick ? 5000 : 50_000, Math.floor(budget / bytes)));
    const inFlight = bytes > 1_048_576 ? 2 : 8;
    await client.ask({ kind: "blobs", bytes, calls: Math.ceil(calls / 4), inFlight }, 120_000);
    const before = [await server.ask({ kind: "mark" }), await client.ask({ kind: "mark" })];
    const ms = await client.ask({ kind: "blobs", bytes, calls, inFlight }, 120_000);
    const after = [await server.ask({ kind: "mark" }), await client.ask({ kind: "mark" })];
    const cpu = (cpuMicros(before[0], after[0]) + cpuMicros(before[1], after[1])) / calls;
    rows.push({ bytes, cpu, perSecond: (calls / ms) * 1000, nanosPerByte: (cpu * 1000) / bytes });
  }
  return rows;
}

/** Microseconds a message where many streams share one connection; the messages are as many each time. */
async function streams(server, client, steps, quick, say) {
  const total = quick ? 20_000 : 200_000;
  const rows = [];
  for (const count of steps) {
    say(`growth: ${count} streams at once`);
    const question = { kind: "streams", streams: count, messages: total / count };
    await client.ask(question, 120_000);
    const ms = await client.ask(question, 120_000);
    rows.push({ count, micros: (ms * 1000) / total });
  }
  return rows;
}
