/** What a chaos case plays on: starts servers, proxies and load, ends them all, and writes down what was seen. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFaultProxy } from "@rpcgen/runtime/testing";
import { openClient } from "./clients.mjs";
import { Load } from "./load.mjs";
import { ServerProcess } from "./server-process.mjs";

/** Thrown by a case whose tools are missing. */
export class NotRun extends Error {}

export class Stage {
  figures = [];
  checks = [];
  #ends = [];
  #folder = mkdtempSync(join(tmpdir(), "rpcgen-chaos-"));
  #loads = 0;

  constructor({ seconds, seed, isLong }) {
    this.seconds = seconds;
    this.seed = seed;
    this.isLong = isLong;
  }

  /** The case cannot run here. */
  lacks(what) {
    throw new NotRun(what);
  }

  figure(text) {
    this.figures.push(text);
  }

  /** One of the case's criteria. */
  check(what, isSo, seen = "") {
    this.checks.push({ what, isSo, seen: String(seen) });
  }

  onEnd(end) {
    this.#ends.unshift(end);
  }

  wait(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  async server(settings = {}, options = {}) {
    const name = settings.name ?? "a";
    const log = join(this.#folder, `${name}.ids`);
    const server = new ServerProcess({ graceMs: 10_000, ...settings, name, log }, options);
    this.onEnd(() => server.kill());
    return server.start();
  }

  servers(count = 3, settings = {}, options = {}) {
    return Promise.all(
      Array.from({ length: count }, (_, i) => this.server({ ...settings, name: "abcdefgh"[i] }, options)),
    );
  }

  /** A hub in a process of its own. */
  hub(settings = {}, options = {}) {
    return this.process("hub-entry.mjs", { name: "hub", ...settings }, options);
  }

  /** Another program of a run, in a process of its own; `entry` is its file beside this one. */
  async process(entry, settings, options = {}) {
    const started = new ServerProcess(settings, { ...options, entry });
    this.onEnd(() => started.kill());
    return started.start();
  }

  /** How many milliseconds it takes until something is so; Infinity where it takes longer than `limitMs`. */
  async until(isSo, limitMs) {
    const startedAt = performance.now();
    for (;;) {
      if (await isSo()) return performance.now() - startedAt;
      if (performance.now() - startedAt > limitMs) return Infinity;
      await this.wait(20);
    }
  }

  async proxy(server, options = {}) {
    const proxy = await startFaultProxy({ target: server.address, seed: this.seed, ...options });
    this.onEnd(() => proxy.close());
    return proxy;
  }

  client(addresses, options) {
    const client = openClient(addresses, options);
    this.onEnd(() => client.close());
    return client;
  }

  /** Load from two clients on all of the addresses; not started. */
  load(addresses, { clients = 2, connecting, ...options } = {}) {
    const opened = Array.from({ length: clients }, () => this.client(addresses, connecting));
    return this.loadFrom(opened, options);
  }

  loadFrom(clients, options = {}) {
    return new Load(clients, { seed: this.seed * 1000 + ++this.#loads, ...options });
  }

  /** Calls that must not happen twice, and did. */
  doubled() {
    const seen = new Set();
    const twice = [];
    for (const file of readdirSync(this.#folder).filter((name) => name.endsWith(".ids"))) {
      for (const id of readFileSync(join(this.#folder, file), "utf8").split("\n")) {
        if (id !== "" && seen.has(id)) twice.push(id);
        seen.add(id);
      }
    }
    return twice;
  }

  get folder() {
    return this.#folder;
  }

  /** The criteria that hold for every load: nothing hangs, nothing is wrong, nothing happens twice. */
  checkSound(summary) {
    this.check("no wrong answer", summary.wrong === 0, summary.wrong);
    this.check("every call ends by its deadline", summary.isOnTime, `${summary.lateMs.toFixed(0)} ms late`);
    const twice = this.doubled();
    this.check("nothing happens twice", twice.length === 0, twice.length);
    this.figure(this.told(summary));
  }

  told({ calls, failed, outcomes, p50, p99 }) {
    const codes = Object.entries(outcomes).filter(([code]) => code !== "ok");
    const why = codes.length === 0 ? "" : ` (${codes.map(([code, times]) => `${times} ${code}`).join(", ")})`;
    return `${calls} calls, ${failed} failed${why}, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  }

  async end() {
    for (const end of this.#ends.splice(0)) {
      try {
        await end();
      } catch (error) {
        this.check("everything ends in good order", false, error);
      }
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
