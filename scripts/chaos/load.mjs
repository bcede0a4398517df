/** The load of chaos runs: calls of every shape at a steady rate, each with an id of its own that its answer has to have. */

import { monitorEventLoopDelay } from "node:perf_hooks";
import { RpcError } from "@rpcgen/runtime";
import { randomFrom } from "@rpcgen/runtime/testing";
import { textFor, work } from "./work-service.mjs";

const usualMix = { look: 0.6, add: 0.2, count: 0.15, upload: 0.05 };
// What a call may be late because this process, and not the runtime, was busy.
const slackMs = 50;

class WrongAnswer extends Error {}

function expectEqual(what, got, wanted) {
  if (got !== wanted) throw new WrongAnswer(`${what}: ${String(got).slice(0, 80)}, not ${String(wanted).slice(0, 80)}`);
}

export class Load {
  records = [];
  /** Calls that have not ended. */
  open = 0;
  /** Calls that the load has made again, because nobody had looked at them. */
  repeated = 0;
  clients;
  #options;
  #random;
  #run;
  #number = 0;
  #timer;
  #calls = new Set();
  #lag = monitorEventLoopDelay({ resolution: 5 });

  constructor(clients, options) {
    this.clients = clients;
    this.#options = { perSecond: 150, timeoutMs: 2000, size: 200, mix: usualMix, openMax: 2000, ...options };
    this.#random = randomFrom(this.#options.seed);
    this.#run = this.#options.seed.toString(36);
  }

  start() {
    this.#lag.enable();
    this.#lag.reset();
    let paidUntil = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      // After a pause nothing is made up for: that would be a burst, and no steady rate.
      if (now - paidUntil > 200) paidUntil = now - 200;
      const spacing = 1000 / this.#options.perSecond;
      for (; paidUntil + spacing <= now; paidUntil += spacing) {
        for (const [index, client] of this.clients.entries()) {
          if (this.open < this.#options.openMax) this.#call(index, client);
        }
      }
    }, 5);
    return this;
  }

  async stop() {
    clearInterval(this.#timer);
    await Promise.all(this.#calls);
    this.lagMaxMs = this.#lag.max / 1e6;
    this.#lag.disable();
    return this.summary();
  }

  /** Runs for so long, then stops and sums up. */
  async runFor(ms) {
    this.start();
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.stop();
  }

  #shape() {
    let draw = this.#random();
    for (const [shape, share] of Object.entries(this.#options.mix)) if ((draw -= share) < 0) return shape;
    return "look";
  }

  #call(index, client) {
    const shape = this.#shape();
    const id = `${this.#run}-${index}-${++this.#number}`;

    const record = { id, client: index, shape, startedAt: performance.now(), tookMs: 0, outcome: "ok" };
    this.open++;
    const call = this.#asked(client, shape, id, record).then(
      () => {},
      (error) => this.#failed(record, error),
    );
    const ended = call.then(() => {
      record.tookMs = performance.now() - record.startedAt;
      this.open--;
      this.records.push(record);
      this.#calls.delete(ended);
    });
    this.#calls.add(ended);
  }

  #failed(record, error) {
    if (error instanceof WrongAnswer) record.outcome = "wrong";
    else if (RpcError.is(error)) record.outcome = error.code;
    else record.outcome = "thrown";
    record.neverProcessed = error.neverProcessed;
    record.message = error.message;
    record.peer = error.peer;
  }

  /** Asks again, if the load is to, where an error says that nobody has looked at the call: streams are not repeated by channels. */
  async #asked(channel, shape, id, record) {
    try {
      await this.#ask(channel, shape, id, record);
    } catch (error) {
      if (this.#options.repeats !== true || error.neverProcessed !== true) throw error;
      this.repeated++;
      await this.#ask(channel, shape, id, record);
    }
  }

  async #ask(channel, shape, id, record) {
    const { timeoutMs, size, streamed = 10 } = this.#options;
    const text = textFor(id, Math.floor(this.#random() * size * 2));
    const options = { timeoutMs };
    const request = { id, count: 0, text, server: "" };
    const check = (answer, count) => {
      expectEqual("id", answer.id, id);
      expectEqual("text", answer.text, shape === "upload" ? "" : text);
      expectEqual("count", answer.count, count);
      record.server = answer.server;
    };
    if (shape === "look" || shape === "add") return check(await channel.unary(work[shape], request, options), 0);
    if (shape === "upload") {
      const parts = Array.from({ length: streamed }, () => request);
      return check(await channel.clientStream(work.upload, parts, options), streamed);
    }
    let seen = 0;
    for await (const answer of channel.serverStream(work.count, { ...request, count: streamed }, options)) {
      check(answer, seen++);
    }
    expectEqual("answers", seen, streamed);
  }

  /** What became of the calls. */
  summary() {
    const { records } = this;
    const { timeoutMs } = this.#options;
    const outcomes = {};
    for (const { outcome } of records) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const times = records.filter(({ outcome }) => outcome === "ok").map(({ tookMs }) => tookMs);
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
    const longest = records.reduce((most, { tookMs }) => Math.max(most, tookMs), 0);
    return {
      calls: records.length,
      ok: outcomes.ok ?? 0,
      failed: records.length - (outcomes.ok ?? 0),
      wrong: outcomes.wrong ?? 0,
      outcomes,
      p50: at(0.5),
      p99: at(0.99),
      lateMs: Math.max(0, longest - timeoutMs),
      // Late beyond what this process's own busy moments explain.
      isOnTime: longest - timeoutMs <= slackMs + (this.lagMaxMs ?? 0),
    };
  }
}
