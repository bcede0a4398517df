/** Calls: CPU per call first, then calls per second and latencies, two processes per stack, rounds in turn. */

import { setTimeout as wait } from "node:timers/promises";
import { median, summary } from "../measure/statistics.mjs";
import { generatePeers, generateProduct } from "../setup/generate.mjs";
import { project, versionOf } from "../setup/paths.mjs";
import { cpuMicros, withPair } from "./pair.mjs";
import { installedStacks } from "./stacks.mjs";

export const levels = [1, 64, 512];
const blobBytes = 1_048_576;
const blobsInFlight = 8;

export async function rpcSuite({ tree = project, rounds = 5, quick, only, say }) {
  generateProduct(tree);
  await generatePeers();
  const times = quick ? { warmMs: 300, runMs: 400, blobs: 24 } : { warmMs: 1000, runMs: 1500, blobs: 200 };
  const { stacks, skipped } = installedStacks(only);
  const figures = new Map(stacks.map((stack) => [stack, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const stack of [...figures.keys()]) {
      say(`rpc: round ${round} of ${rounds}, ${stack.name}`);
      try {
        figures
          .get(stack)
          .push(await withPair(stack, (server, client) => measure(server, client, times), { options: { tree } }));
      } catch (error) {
        skipped[stack.name] = error.message.split("\n")[0];
        say(`rpc: ${error.message}`);
        figures.delete(stack);
      }
    }
  }
  return { rounds, levels, skipped, stacks: [...figures].map(([stack, found]) => row(stack, found)) };
}

async function measure(server, client, { warmMs, runMs, blobs }) {
  const found = {};
  for (const inFlight of levels) {
    await client.ask({ kind: "start", inFlight });
    await wait(warmMs);
    const before = await mark(server, client);
    await wait(runMs);
    const after = await mark(server, client);
    await client.ask({ kind: "stop" });
    found[inFlight] = between(before, after);
  }
  found.blob = await large(server, client, warmMs, blobs);
  return found;
}

async function mark(server, client) {
  const [ofServer, ofClient] = await Promise.all([server.ask({ kind: "mark" }), client.ask({ kind: "mark" })]);
  return { ofServer, ofClient };
}

function between(before, after) {
  const calls = after.ofClient.calls - before.ofClient.calls;
  if (calls === 0) throw new Error("not a single call was answered");
  const { p50, p99, now } = after.ofClient;
  return {
    serverCpu: cpuMicros(before.ofServer, after.ofServer) / calls,
    clientCpu: cpuMicros(before.ofClient, after.ofClient) / calls,
    perSecond: (calls / (now - before.ofClient.now)) * 1000,
    p50,
    p99,
  };
}

/** 1 MiB there and back, where the stack carries bytes at all: like small calls, after as long a time that does not count. */
async function large(server, client, warmMs, calls) {
  const question = { kind: "blobs", bytes: blobBytes, inFlight: blobsInFlight, calls };
  try {
    const start = performance.now();
    do await client.ask({ ...question, calls: blobsInFlight * 2 });
    while (performance.now() - start < warmMs);
    const before = await server.ask({ kind: "mark" });
    const { ms } = await client.ask(question, 120_000);
    const after = await server.ask({ kind: "mark" });
    return { perSecond: (calls / ms) * 1000, serverCpu: cpuMicros(before, after) / calls };
  } catch (error) {
    if (error.message.includes("client.blob is not a function")) return undefined;
    throw error;
  }
}

function row(stack, rounds) {
  const [version] = (stack.packages ?? []).map(versionOf);
  const cells = levels.map((level) => [level, cell(rounds.map((round) => round[level]))]);
  const blobs = rounds.map((round) => round.blob).filter((blob) => blob !== undefined);
  const blob = blobs.length === 0 ? undefined : summary(blobs.map(({ perSecond }) => perSecond));
  return { name: stack.name, version, isFeature: stack.isFeature, levels: Object.fromEntries(cells), blob };
}

/** The least CPU of all rounds is what the work itself costs; more is the machine's. */
function cell(rounds) {
  const cheapest = rounds.reduce((best, round) => (total(round) < total(best) ? round : best));
  return {
    cpu: total(cheapest),
    serverCpu: cheapest.serverCpu,
    clientCpu: cheapest.clientCpu,
    cpuRounds: summary(rounds.map(total)),
    perSecond: summary(rounds.map(({ perSecond }) => perSecond)),
    p50: median(rounds.map(({ p50 }) => p50)),
    p99: median(rounds.map(({ p99 }) => p99)),
  };
}

const total = ({ serverCpu, clientCpu }) => serverCpu + clientCpu;
