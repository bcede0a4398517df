/** A `--watch` in a process of its own, whose lines a test waits for. */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { launcher } from "./run-command.js";

/** A line that does not come within this time never comes. */
const patienceMs = 15_000;

export class Watching {
  /** Everything that was said, both streams. */
  output = "";
  readonly #child: ChildProcess;
  /** How much of the output was waited for already. */
  #seen = 0;
  #wake: () => void = () => undefined;
  readonly #ended: Promise<NodeJS.Signals | number | null>;
  #hasEnded = false;

  constructor(args: readonly string[], cwd: string, preload?: string) {
    const imports = preload === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(preload)}`];
    const { PATH, HOME, TMPDIR } = process.env;
    this.#child = spawn(process.execPath, [...imports, launcher, ...args], { cwd, env: { PATH, HOME, TMPDIR } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.output += chunk.toString();
        this.#wake();
      });
    }
    this.#ended = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        this.#hasEnded = true;
        this.#wake();
        resolve(signal ?? code);
      });
    });
  }

  /** Waits for something to be said that was not waited for before, and gives what matched. */
  async until(pattern: RegExp): Promise<string> {
    const deadline = AbortSignal.timeout(patienceMs);
    for (;;) {
      const found = pattern.exec(this.output.slice(this.#seen));
      if (found !== null) {
        this.#seen += found.index + found[0].length;
        return found[0];
      }
      if (deadline.aborted || this.#hasEnded) throw new Error(`${String(pattern)} was not said:\n${this.output}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        deadline.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** Ends it as Ctrl-C does, and tells how it ended. */
  interrupt(): Promise<NodeJS.Signals | number | null> {
    this.#child.kill("SIGINT");
    return this.#ended;
  }

  async stop(): Promise<void> {
    if (!this.#hasEnded) this.#child.kill("SIGKILL");
    await this.#ended;
  }
}
