/** Lets signals close a server in good order: the first one drains, the second one cuts. */

import { laterIfAlive } from "../clock.js";
import type { CloseOptions } from "./close-options.js";

/** Whatever closes like a server. */
export interface Drainable {
  close(options?: CloseOptions): Promise<void>;
}

export interface DrainOptions extends CloseOptions {
  /** SIGTERM and SIGINT where left out. */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
  /**
   * How long after the server has closed the process may go on, for instance to close a database; 5 s where left out. Then
   * it is ended. A process that nothing holds ends by itself at once.
   */
  readonly exitMs?: number | undefined;
}

let isSupervised = false;

/** For supervisors of worker processes: signals reach the whole group, and what they mean is decided elsewhere. */
export function leaveSignalsToSupervisor(): void {
  isSupervised = true;
}

/**
 * Closes the server at the first signal, and lets the process end by itself, with exit code 0. The second one cuts the calls that
 * run (`graceMs: 0`) and ends the process as the signal would have; the third one finds nobody who waits for it. Returns what
 * takes the signals back. In a worker of `runWorkers` it does nothing, because there the first process decides.
 */
export function drainOnSignals(server: Drainable, options: DrainOptions = {}): () => void {
  const { signals = ["SIGTERM", "SIGINT"], exitMs = 5000, ...closing } = options;
  let isLeaving = false;
  const forget = (): void => {
    for (const signal of signals) process.off(signal, heard);
  };
  const heard = (signal: NodeJS.Signals): void => {
    if (isLeaving) {
      forget();
      void server.close({ graceMs: 0 }).finally(() => process.kill(process.pid, signal));
      return;
    }
    isLeaving = true;
    void server.close(closing).finally(() => laterIfAlive(exitMs, () => process.exit()));
  };
  if (!isSupervised) for (const signal of signals) process.on(signal, heard);
  return forget;
}
