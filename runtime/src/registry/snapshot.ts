/** Where the last good list of a service is kept for the next start. */

import type { Endpoint } from "./endpoint.js";

/** Keeps lists by service. */
export interface SnapshotStore {
  /** What was written last; undefined where there is nothing. Rejects where it cannot be read. */
  read(service: string): Promise<readonly unknown[] | undefined>;
  /** Settles when the list is safe; a reader sees the old one or the new one, never a part. */
  write(service: string, endpoints: readonly Endpoint[]): Promise<void>;
}
