/** Writes lists to a snapshot store, one at a time and always the newest. */

import type { Endpoint } from "./endpoint.js";
import type { SnapshotStore } from "./snapshot.js";

export class SnapshotWriter {
  private readonly store: Promise<SnapshotStore>;
  private readonly service: string;
  private readonly failed: (error: unknown) => void;
  private newest: readonly Endpoint[] | undefined;
  private writing: Promise<void> | undefined;

  constructor(store: Promise<SnapshotStore>, service: string, failed: (error: unknown) => void) {
    this.store = store;
    this.service = service;
    this.failed = failed;
  }

  write(endpoints: readonly Endpoint[]): void {
    this.newest = endpoints;
    this.writing ??= this.writeAll();
  }

  settled(): Promise<void> {
    return this.writing ?? Promise.resolve();
  }

  private async writeAll(): Promise<void> {
    await Promise.resolve();
    for (;;) {
      const list = this.newest;
      this.newest = undefined;
      if (list === undefined) break;
      try {
        const store = await this.store;
        await store.write(this.service, list);
      } catch (error) {
        this.failed(error);
      }
    }
    this.writing = undefined;
  }
}
