/** One server process of a chaos run, from the outside: started, asked, signalled, waited for. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const fileOf = (entry) => fileURLToPath(new URL(`./${entry}`, import.meta.url));

export class ServerProcess {
  /** What it is started with; a restart uses the same, and the same port. */
  settings;
  address = "";
  events = [];
  lastWords = undefined;
  #child;
  #number = 0;
  #waiting = new Map();
  #nodeArguments;
  #wrap;
  #entry;

  /** `entry` is the file beside this one that the process runs. */
  constructor(settings, options = {}) {
    const { entry = "server-entry.mjs", nodeArguments = [], wrap = (command) => command, env = {} } = options;
    this.settings = settings;
    this.#entry = entry;
    this.#nodeArguments = nodeArguments;
    this.#wrap = wrap;
    this.env = env;
  }

  get pid() {
    return this.#child.pid;
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async start() {
    const plain = [process.execPath, ...this.#nodeArguments, fileOf(this.#entry), JSON.stringify(this.settings)];
    const [command, ...words] = this.#wrap(plain);
    const child = spawn(command, words, {
      stdio: ["ignore", "inherit", "pipe", "ipc"],
      env: { ...process.env, ...this.env },
    });
    this.#child = child;
    this.complaints = "";
    child.stderr.on("data", (text) => (this.complaints = (this.complaints + text).slice(-4000)));
    this.ended = once(child, "exit").then(([code, signal]) => signal ?? code);
    const listening = new Promise((resolve) => {
      child.on("message", (words) => {
        if (words.kind === "listening") resolve(words.address);
        else this.#heard(words);
      });
    });
    const died = this.ended.then((how) => {
      throw new Error(`the server ${this.settings.name} ended with ${how} before it listened: ${this.complaints}`);
    });
    died.catch(() => {});
    this.address = await Promise.race([listening, died]);
    this.settings = { ...this.settings, port: Number(this.address.split(":").at(-1)) };
    return this;
  }

  #heard(words) {
    if (words.kind === "answer") {
      const waiting = this.#waiting.get(words.number);
      this.#waiting.delete(words.number);
      if (words.error === undefined) waiting?.resolve(words.value);
      else waiting?.reject(new Error(words.error));
    } else if (words.kind === "closed") this.lastWords = words;
    else this.events.push(words.event);
  }

  /** Asks for its figures, or for something else. */
  ask(wish = { kind: "figures" }) {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      const { name } = this.settings;
      void this.ended.then((how) => reject(new Error(`the server ${name} ended with ${how}: ${this.complaints}`)));
      this.#child.send({ ...wish, number }, (error) => error && reject(error));
    });
  }

  signal(name) {
    if (this.isRunning) this.#child.kill(name);
  }

  /** Asks it to close and waits; answers what it exits with and how long that took. */
  async drain() {
    const asked = performance.now();
    this.signal("SIGTERM");
    const exit = await this.ended;
    return { exit, tookMs: performance.now() - asked };
  }

  async kill() {
    this.signal("SIGKILL");
    await this.ended;
  }
}
