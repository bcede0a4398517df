/** Where the example keeps what has to outlive a process: a file of JSON lines in place of your database. */

import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";

export class Journal<Entry> {
  readonly #path: string;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, "");
  }

  append(entry: Entry): void {
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }

  /** What was written since the last call, by whichever process; everything at the first one. */
  news(): readonly Entry[] {
    const file = openSync(this.#path, "r");
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - this.#offset);
      const read = readSync(file, bytes, 0, bytes.length, this.#offset);
      // A line that is being written counts when it is whole.
      const whole = bytes.subarray(0, read).lastIndexOf("\n") + 1;
      this.#offset += whole;
      return bytes
        .toString("utf8", 0, whole)
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Entry);
    } finally {
      closeSync(file);
    }
  }
}
