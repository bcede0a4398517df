/** A host without a disk whose files can be changed while it is in use. */

import type { Host } from "../../src/project/host.js";
import { createNodeHost } from "../../src/project/host-node.js";
import { createMemoryHost } from "./memory-host.js";
import type { OddFile } from "./memory-host.js";

/** Counts what it is asked, so that tests can say what was not asked again. */
export class ChangingHost implements Host {
  readonly workingDirectory: string = "/project";
  readonly standardLibrary: string;
  readonly files: Map<string, string | OddFile> = new Map();
  reads: string[] = [];
  readonly #behind: Host = createNodeHost();
  #current: Host | undefined;

  constructor(files: Readonly<Record<string, string | OddFile>> = {}) {
    this.standardLibrary = this.#behind.standardLibrary;
    for (const [path, content] of Object.entries(files)) this.files.set(path, content);
  }

  /** Writes or, with undefined, removes a file. Returns its absolute path. */
  put(path: string, content: string | OddFile | undefined): string {
    if (content === undefined) this.files.delete(path);
    else this.files.set(path, content);
    this.#current = undefined;
    return this.absolute(path);
  }

  absolute(path: string): string {
    return this.#now().absolute(path);
  }

  find(path: string): ReturnType<Host["find"]> {
    return this.#now().find(path);
  }

  read(path: string, bytesMax: number): ReturnType<Host["read"]> {
    this.reads.push(path);
    return this.#now().read(path, bytesMax);
  }

  list(path: string): readonly string[] {
    return this.#now().list(path);
  }

  #now(): Host {
    this.#current ??= createMemoryHost({
      files: this.files,
      workingDirectory: this.workingDirectory,
      behind: this.#behind,
    });
    return this.#current;
  }
}
