/** Tells calls that their signal was aborted, with one listener for each signal however many calls share it. */

// A signal takes a listener in time that grows with those it has, and Node warns of a leak from the eleventh on;
// but one signal for all the calls of a request, or of a process, is what signals are for.
const watchers = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `run` once when the signal is aborted; not at all where that has happened already. */
export function watchAbort(signal: AbortSignal, run: () => void): void {
  let runs = watchers.get(signal);
  if (runs === undefined) {
    runs = new Set();
    watchers.set(signal, runs);
  }
  if (runs.size === 0) signal.addEventListener("abort", tellAll);
  runs.add(run);
}

/** Takes back `watchAbort` with the same `run`. */
export function unwatchAbort(signal: AbortSignal, run: () => void): void {
  const runs = watchers.get(signal);
  if (runs?.delete(run) === true && runs.size === 0) signal.removeEventListener("abort", tellAll);
}

function tellAll(this: AbortSignal): void {
  for (const run of [...(watchers.get(this) ?? [])]) run();
}
