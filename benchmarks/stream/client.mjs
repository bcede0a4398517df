/** The client's process of a stream: reads a number of messages, at full speed or as slowly as it is told. */

import { setTimeout as wait } from "node:timers/promises";
import { answer } from "../measure/child.mjs";
import { payloads } from "../payloads.mjs";
import { allStacks } from "../rpc/stacks.mjs";

const stack = allStacks.find(({ name }) => name === process.argv[2]);
const { id } = payloads.small;
let client;
let iterator;

async function list(count) {
  let right = 0;
  await client.list(count, (message) => {
    if (message.id === id) right++;
  });
  if (right !== count) throw new Error(`${right} of ${count} messages came`);
}

answer({
  async connect({ address, options }) {
    client = await stack.connect(address, options);
  },
  mark: () => ({ cpu: process.cpuUsage() }),
  /** Whole streams, one after the other, until so much time has passed. */
  async lists({ count, ms: wanted }) {
    const start = performance.now();
    let streams = 0;
    let ms = 0;
    for (; ms < wanted; ms = performance.now() - start) {
      await list(count);
      streams++;
    }
    return { ms, streams };
  },
  /** Begins a stream that nobody could ever read to its end. */
  openSlow: () => {
    iterator = client.iterate(4_000_000_000)[Symbol.asyncIterator]();
  },
  /** Reads one message a millisecond or slower. */
  async readSlowly({ ms }) {
    const stopAt = performance.now() + ms;
    let read = 0;
    while (performance.now() < stopAt) {
      await iterator.next();
      read++;
      await wait(1);
    }
    return read;
  },
  memory: () => {
    globalThis.gc?.();
    return process.memoryUsage();
  },
});
