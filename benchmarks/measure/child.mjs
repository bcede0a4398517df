/** Processes that are started, asked and ended by their own handle, and never left behind. */

import { fork } from "node:child_process";
import { pinned } from "./core.mjs";

const running = new Set();
const endAll = () => running.forEach((child) => child.kill("SIGKILL"));
process.once("exit", endAll);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

/** A worker process that answers one question at a time; `timeoutMs` bounds each. */
export class Child {
  #process;
  #name;
  #waiting;
  #output = "";

  /** `core`: the processor that it may run on, where the system can be told so. */
  constructor(name, file, args = [], execArgv = [], core = undefined) {
    this.#name = name;
    this.#process = fork(file, args, {
      ...pinned(execArgv, core),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "advanced",
    });
    running.add(this.#process);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on("data", (text) => (this.#output = (this.#output + text).slice(-4000)));
    }
    this.#process.on("message", (message) => this.#settle(message));
    this.#process.on("exit", (code, signal) => {
      running.delete(this.#process);
      this.#settle({ failure: `ended with ${signal ?? code}` });
    });
  }

  /** Sends a question and waits for its answer. */
  ask(question, timeoutMs = 60_000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle({ failure: `no answer within ${timeoutMs} ms` }), timeoutMs);
      this.#waiting = { resolve, reject, timer };
      if (this.#process.connected) this.#process.send(question);
      else this.#settle({ failure: "is gone" });
    });
  }

  /** Ends the process and waits until it is gone. */
  async end() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await gone;
  }

  #settle({ failure, answer }) {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    clearTimeout(waiting.timer);
    if (failure === undefined) waiting.resolve(answer);
    else waiting.reject(new Error(`${this.#name}: ${failure}\n${this.#output}`));
  }
}

/** The other end: answers questions with what `handlers[question.kind]` returns. */
export function answer(handlers) {
  // Whoever has started this process is gone, perhaps without a word.
  process.once("disconnect", () => process.exit());
  process.on("message", async (question) => {
    try {
      process.send({ answer: await handlers[question.kind](question) });
    } catch (error) {
      process.send({ failure: error.stack ?? String(error) });
    }
  });
}
