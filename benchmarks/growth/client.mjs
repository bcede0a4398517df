/** The client's process of the growth suite: many connections, many streams, large messages. */

import { answer } from "../measure/child.mjs";
import { payloads } from "../payloads.mjs";
import { allStacks, productName } from "../rpc/stacks.mjs";

const product = allStacks.find(({ name }) => name === productName);
// More would only queue in front of the server's accept.
const dialledAtOnce = 100;

let target;
const clients = [];

async function dial() {
  const client = await product.connect(target.address, target.options);
  await client.echo(payloads.small);
  clients.push(client);
}

/** Runs `run` this many times, a bounded number at once. */
async function times(count, atOnce, run) {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, worker));
}

async function timed(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

answer({
  async connect({ address, options }) {
    target = { address, options };
    await dial();
  },
  mark: () => ({ cpu: process.cpuUsage() }),
  /** Opens connections until there are `total`, each having made one call. */
  grow: ({ total }) => timed(() => times(total - clients.length, dialledAtOnce, dial)),
  streams: ({ streams, messages }) =>
    timed(() =>
      times(streams, streams, async () => {
        let seen = 0;
        await clients[0].list(messages, () => seen++);
        if (seen !== messages) throw new Error(`${seen} of ${messages} messages came`);
      }),
    ),
  blobs: ({ bytes, calls, inFlight }) => {
    const blob = Buffer.alloc(bytes, 7);
    return timed(() =>
      times(calls, inFlight, async () => {
        if ((await clients[0].blob(blob)).length !== bytes) throw new Error("a blob came back shorter");
      }),
    );
  },
  memory: () => {
    globalThis.gc?.();
    return process.memoryUsage();
  },
});
