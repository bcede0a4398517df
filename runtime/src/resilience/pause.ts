/** Waits, unless whoever waits is called off. */

import { unwatchAbort, watchAbort } from "../call/abort-watch.js";
import type { Clock } from "../clock.js";

/** Settles after `ms`, or as soon as the signal is aborted; never rejects. */
export function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      if (signal !== undefined) unwatchAbort(signal, end);
      resolve();
    };
    const timer = clock.timer(ms, end);
    if (signal !== undefined) watchAbort(signal, end);
  });
}

/** A promise's outcome; undefined where the deadline (in the clock's milliseconds) or an abort comes first. */
export function outcomeBefore<T>(
  outcome: Promise<T>,
  clock: Clock,
  deadlineAt: number,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      timer.cancel();
      if (signal !== undefined) unwatchAbort(signal, giveUp);
    };
    const giveUp = (): void => {
      end();
      resolve(undefined);
    };
    const timer = clock.timer(Math.max(0, deadlineAt - clock.now()), giveUp);
    if (signal !== undefined) watchAbort(signal, giveUp);
    outcome.then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
    if (signal?.aborted === true) giveUp();
  });
}
