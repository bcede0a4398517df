/** The client's process: keeps a number of calls in flight and tells how it went. */

import { answer } from "../measure/child.mjs";
import { quantile } from "../measure/statistics.mjs";
import { payloads } from "../payloads.mjs";
import { allStacks } from "./stacks.mjs";

const stack = allStacks.find(({ name }) => name === process.argv[2]);
const sampled = new Float64Array(200_000);
const { small } = payloads;

let client;
let load;

// Looking at the clock costs too: where calls are fast, one in sixteen is timed.
const fastPerSecond = 50_000;

/** Calls that go on until told to stop. */
class Load {
  calls = 0;
  samples = 0;
  sampleEvery = 1;
  started = performance.now();
  failure = undefined;
  isStopping = false;
  #whenDone = [];

  constructor(inFlight) {
    const run = client.echoThen === undefined ? () => this.#ask() : () => this.#askThen();
    this.#whenDone = Array.from({ length: inFlight }, run);
  }

  async stop() {
    this.isStopping = true;
    await Promise.all(this.#whenDone);
    if (this.failure !== undefined) throw this.failure;
  }

  async #ask() {
    try {
      for (let turn = 0; !this.isStopping; turn++) {
        const start = turn % this.sampleEvery === 0 ? performance.now() : 0;
        this.#count((await client.echo(small)).id, start);
      }
    } catch (error) {
      this.failure ??= error;
    }
  }

  #askThen() {
    return new Promise((resolve) => {
      let turn = 0;
      const next = () => {
        if (this.isStopping) return resolve();
        const start = turn++ % this.sampleEvery === 0 ? performance.now() : 0;
        client.echoThen(small, ({ id }) => {
          this.#count(id, start);
          next();
        });
      };
      next();
    });
  }

  #count(id, start) {
    if (id !== small.id) throw new Error(`a call was answered with ${id}`);
    this.calls++;
    if (start !== 0 && this.samples < sampled.length) sampled[this.samples++] = performance.now() - start;
  }
}

answer({
  async connect({ address, options }) {
    client = await stack.connect(address, options);
    return client.echo !== undefined || client.echoThen !== undefined;
  },
  start: ({ inFlight }) => {
    load = new Load(inFlight);
  },
  /** Counters since the last mark. */
  mark: () => {
    if (load.failure !== undefined) throw load.failure;
    const times = sampled.slice(0, load.samples).sort();
    const marked = { cpu: process.cpuUsage(), now: performance.now(), calls: load.calls };
    load.samples = 0;
    if ((load.calls / (marked.now - load.started)) * 1000 > fastPerSecond) load.sampleEvery = 16;
    return { ...marked, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
  },
  stop: () => load.stop(),
  /** A fixed number of large echoes. */
  async blobs({ bytes, inFlight, calls }) {
    const blob = Buffer.alloc(bytes, 7);
    let left = calls;
    const start = performance.now();
    const run = async () => {
      while (left-- > 0) {
        const answer = await client.blob(blob);
        if (answer.length !== bytes) throw new Error(`${answer.length} bytes came back instead of ${bytes}`);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, run));
    return { ms: performance.now() - start, cpu: process.cpuUsage() };
  },
  close: () => client.close(),
});
