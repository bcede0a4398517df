/** A host that asks the disk once and keeps the answers until it is told that they may be wrong; open documents hide the disk. */

import type { Entry, FileContent, Host } from "../project/host.js";
import { directoryOf, joinPath, pathInside } from "../project/logical-path.js";
import { realPathToBe } from "../project/plan.js";

/** Paths are absolute, with `/`. */
export class RememberingHost implements Host {
  readonly workingDirectory: string;
  readonly standardLibrary: string;
  readonly #host: Host;
  readonly #entries: Map<string, Entry | undefined> = new Map();
  readonly #contents: Map<string, FileContent> = new Map();
  readonly #lists: Map<string, readonly string[]> = new Map();
  /** Bytes of open documents by real path. */
  readonly #documents: Map<string, Uint8Array> = new Map();

  constructor(host: Host) {
    this.#host = host;
    this.workingDirectory = host.workingDirectory;
    this.standardLibrary = host.standardLibrary;
  }

  absolute(path: string): string {
    return this.#host.absolute(path);
  }

  find(path: string): Entry | undefined {
    if (this.#entries.has(path)) return this.#entries.get(path);
    const entry = this.#findNow(path);
    this.#entries.set(path, entry);
    return entry;
  }

  read(path: string, bytesMax: number): FileContent {
    const known = this.#contents.get(path);
    if (known !== undefined) return known;
    const document = this.#documents.get(path);
    const content = document === undefined ? this.#host.read(path, bytesMax) : shown(document, bytesMax);
    this.#contents.set(path, content);
    return content;
  }

  list(path: string): readonly string[] {
    const known = this.#lists.get(path);
    if (known !== undefined) return known;
    const names = new Set(this.#host.list(path));
    const real = this.#documents.size === 0 ? path : realPathToBe(this.#host, path);
    for (const document of this.#documents.keys()) {
      const inside = pathInside(real, document);
      if (inside === undefined) continue;
      const slash = inside.indexOf("/");
      names.add(slash === -1 ? inside : inside.slice(0, slash + 1));
    }
    const sorted = [...names].sort();
    this.#lists.set(path, sorted);
    return sorted;
  }

  /** Shows `text` in place of what the disk has at `path`, whether anything is there or not. Returns the real path. */
  show(path: string, text: string): string {
    const realPath = realPathToBe(this.#host, path);
    const isNew = !this.#documents.has(realPath);
    this.#documents.set(realPath, new TextEncoder().encode(text));
    if (isNew) this.forget(path);
    else this.#contents.delete(realPath);
    return realPath;
  }

  /** Shows the disk again at the real path of a document. */
  hide(realPath: string): void {
    if (this.#documents.delete(realPath)) this.forget(realPath);
  }

  /** Something was made, changed or taken away at `path`: whatever is known of it, below it and of its directory goes. */
  forget(path: string): void {
    const parent = directoryOf(path);
    const real = joinPath(realPathToBe(this.#host, parent), path.slice(path.lastIndexOf("/") + 1));
    const isBelow = (other: string): boolean =>
      other === path ||
      other === real ||
      pathInside(path, other) !== undefined ||
      pathInside(real, other) !== undefined;
    for (const [key, entry] of this.#entries) {
      if (isBelow(key) || (entry !== undefined && isBelow(entry.realPath))) this.#entries.delete(key);
    }
    for (const key of this.#contents.keys()) if (isBelow(key)) this.#contents.delete(key);
    for (const key of this.#lists.keys()) {
      if (isBelow(key) || key === parent || key === directoryOf(real)) this.#lists.delete(key);
    }
  }

  /** What was read at a path, if it was read since it was last forgotten. The disk is not asked. */
  remembered(path: string): Uint8Array | undefined {
    const content = this.#contents.get(this.#entries.get(path)?.realPath ?? path);
    return content?.kind === "bytes" ? content.bytes : undefined;
  }

  /** Anything may have changed. */
  forgetAll(): void {
    this.#entries.clear();
    this.#contents.clear();
    this.#lists.clear();
  }

  #findNow(path: string): Entry | undefined {
    const entry = this.#host.find(path);
    if (this.#documents.size === 0) return entry;
    const realPath = entry?.realPath ?? realPathToBe(this.#host, path);
    if (this.#documents.has(realPath)) return { kind: "file", realPath };
    if (entry !== undefined) return entry;
    // The directory of a document that is not on the disk yet.
    for (const document of this.#documents.keys()) {
      if (pathInside(realPath, document) !== undefined) return { kind: "directory", realPath };
    }
    return undefined;
  }
}

function shown(bytes: Uint8Array, bytesMax: number): FileContent {
  return bytes.length > bytesMax ? { kind: "tooLarge", sizeBytes: bytes.length } : { kind: "bytes", bytes };
}
