/** A program under test in a process of its own, and what it says: a line of JSON for everything that happens. */

import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export interface Said {
  readonly kind: string;
  readonly address?: string;
  readonly pid?: number;
  readonly message?: string;
}

export class Program {
  readonly process: ChildProcess;
  readonly said: Said[] = [];
  errors = "";
  /** Its exit code, or the signal that ended it. */
  readonly exit: Promise<number | string | null>;
  private check: () => void = () => {};

  constructor(entry: string, ...args: readonly string[]) {
    this.process = spawn(process.execPath, [entry, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.exit = new Promise((resolve) => {
      this.process.once("close", (code, signal) => {
        resolve(signal ?? code);
        this.check();
      });
    });
    this.process.stderr?.on("data", (chunk: Buffer) => (this.errors += chunk.toString()));
    if (this.process.stdout !== null) {
      createInterface({ input: this.process.stdout }).on("line", (line) => {
        this.said.push(JSON.parse(line) as Said);
        this.check();
      });
    }
    onTestFinished(() => void this.process.kill("SIGKILL"));
  }

  /** Settles when the program has said this so many times; fails where it ends before. */
  async hears(kind: string, times = 1): Promise<Said> {
    for (;;) {
      const found = this.all(kind)[times - 1];
      if (found !== undefined) return found;
      if (this.process.exitCode !== null) throw new Error(`ended without saying ${kind}: ${this.errors}`);
      await new Promise<void>((resolve) => (this.check = resolve));
    }
  }

  all(kind: string): Said[] {
    return this.said.filter((words) => words.kind === kind);
  }
}
