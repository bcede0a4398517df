/** Reads a file and tells when it changes, however it is replaced; a door to the disk. */

import { watch, type FSWatcher } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { RpcError } from "../error/rpc-error.js";

const fileBytesMax = 64 * 1024 * 1024;

/** The text of the file; an RpcError says why it cannot be read. */
export async function readEndpointFile(path: string): Promise<string> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      if (size > fileBytesMax) throw new RpcError("resource-exhausted", `${path} is too long for a list of servers`);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (RpcError.is(error)) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "not permitted" : "it failed";
    throw new RpcError("unavailable", `cannot read ${path}: ${why} (${code})`, { cause: error });
  }
}

/**
 * Watches the folders in which the file may be exchanged: the one that its path names, where a rename or another symbolic link
 * replaces it, and the one in which it really lies, where it is written in place.
 */
export class EndpointFileWatcher {
  private readonly path: string;
  private readonly changed: () => void;
  private readonly watchers = new Map<string, FSWatcher>();
  private isClosed = false;

  constructor(path: string, changed: () => void) {
    this.path = path;
    this.changed = changed;
  }

  /** Makes sure that the folders are watched as the links lead now. Never rejects: who cannot watch still looks from time to time. */
  async follow(): Promise<void> {
    const folders = new Set([dirname(this.path)]);
    const real = await realpath(this.path).catch(() => undefined);
    if (real !== undefined) folders.add(dirname(real));
    if (this.isClosed) return;
    for (const [folder, watcher] of this.watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
    for (const folder of folders) if (!this.watchers.has(folder)) this.watchFolder(folder);
  }

  close(): void {
    this.isClosed = true;
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: true }, () => this.changed());
      // A folder that is removed takes its watcher with it.
      watcher.on("error", () => {
        watcher.close();
        if (this.watchers.get(folder) === watcher) this.watchers.delete(folder);
      });
      this.watchers.set(folder, watcher);
    } catch {
      // There is no such folder yet, or there are too many watchers: the next look tries again.
    }
  }
}
