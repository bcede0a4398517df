/** Keeps a process on one processor: where two that talk run side by side or on one core by chance, CPU per call differs by half. */

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Whether processes can be pinned here, which takes Linux's `taskset` and two processors. */
export const canPin = availableParallelism() > 1 && spawnSync("taskset", ["-c", "0,1", "true"]).status === 0;

/** Options of `fork` for a process on a processor; as usual where none is given or that cannot be done. */
export function pinned(execArgv, core) {
  if (core === undefined || !canPin) return { execArgv };
  return { execPath: "taskset", execArgv: ["-c", String(core), process.execPath, ...execArgv] };
}
