/** Server streams: small messages a second, CPU per message, and whether a slow reader lets memory grow. */

import { median, summary } from "../measure/statistics.mjs";
import { cpuMicros, withPair } from "../rpc/pair.mjs";
import { installedStacks, limitName } from "../rpc/stacks.mjs";
import { generatePeers, generateProduct } from "../setup/generate.mjs";
import { project, versionOf } from "../setup/paths.mjs";

const file = new URL("client.mjs", import.meta.url);

export async function streamSuite({ tree = project, rounds = 5, quick, only, say }) {
  generateProduct(tree);
  await generatePeers();
  const { stacks, skipped } = installedStacks(only, ({ isFeature, isStreaming }) => isStreaming && !isFeature);
  const count = quick ? 20_000 : 100_000;
  const times = quick ? { warmMs: 300, runMs: 400 } : { warmMs: 1500, runMs: 2000 };
  const options = { tree };
  const figures = new Map(stacks.map((stack) => [stack, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [stack, found] of figures) {
      say(`stream: round ${round} of ${rounds}, ${stack.name}`);
      found.push(await withPair(stack, (server, client) => measure(server, client, count, times), { options, file }));
    }
  }
  const slow = [];
  for (const stack of figures.keys()) {
    if (stack.name === limitName) continue;
    say(`stream: a slow reader, ${stack.name}`);
    const watch = (server, client) => slowReader(server, client, quick ? 1500 : 6000);
    slow.push({ name: stack.name, ...(await withPair(stack, watch, { options, file, execArgv: ["--expose-gc"] })) });
  }
  return { rounds, count, skipped, stacks: [...figures].map(([stack, found]) => row(stack, found)), slow };
}

/** Streams one after the other, the first ones unseen: engines need some hundred thousand messages to warm to them. */
async function measure(server, client, count, { warmMs, runMs }) {
  await client.ask({ kind: "lists", count, ms: warmMs });
  const [serverBefore, clientBefore] = [await server.ask({ kind: "mark" }), await client.ask({ kind: "mark" })];
  const { ms, streams } = await client.ask({ kind: "lists", count, ms: runMs });
  const [serverAfter, clientAfter] = [await server.ask({ kind: "mark" }), await client.ask({ kind: "mark" })];
  const cpu = cpuMicros(serverBefore, serverAfter) + cpuMicros(clientBefore, clientAfter);
  const messages = streams * count;
  return { perSecond: (messages / ms) * 1000, cpu: cpu / messages };
}

/** Bytes that either process holds more at the end of slow reading than soon after its beginning. */
async function slowReader(server, client, ms) {
  await client.ask({ kind: "openSlow" });
  await client.ask({ kind: "readSlowly", ms: ms / 3 });
  const before = await held(server, client);
  const read = await client.ask({ kind: "readSlowly", ms });
  const after = await held(server, client);
  return { read, ms, serverGrowth: after.server - before.server, clientGrowth: after.client - before.client };
}

async function held(server, client) {
  const bytes = async (child) => {
    const { heapUsed, external } = await child.ask({ kind: "memory" });
    return heapUsed + external;
  };
  return { server: await bytes(server), client: await bytes(client) };
}

function row(stack, rounds) {
  const [version] = (stack.packages ?? []).map(versionOf);
  const cpus = rounds.map(({ cpu }) => cpu);
  return {
    name: stack.name,
    version,
    cpu: Math.min(...cpus),
    cpuMedian: median(cpus),
    perSecond: summary(rounds.map(({ perSecond }) => perSecond)),
  };
}
