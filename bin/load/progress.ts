/** Tells once a second how a run goes. */

import type { Clock } from "@rpcgen/runtime";
import type { Console } from "../console.js";
import type { LoadRun } from "./load-run.js";
import { perSecond } from "./load-figures.js";
import { progressLine } from "./load-text.js";

const everyMs = 1000;

/** Until what is returned is called. */
export function followProgress(run: LoadRun, console: Pick<Console, "redraw">, clock: Clock): () => void {
  let last = { at: clock.now(), calls: 0, isWarmUp: true };
  const tell = (): void => {
    const now = clock.now();
    const isWarmUp = run.measuredFrom === undefined;
    const { succeeded, failed, messages, latency } = isWarmUp ? run.warmUp : run.tally;
    const calls = succeeded + failed;
    // The first look at calls that count begins where they do, and not with those of the warm-up.
    const since = last.isWarmUp && !isWarmUp ? { at: run.measuredFrom ?? now, calls: 0 } : last;
    const rate = perSecond(calls - since.calls, now - since.at);
    last = { at: now, calls, isWarmUp };
    console.redraw(
      progressLine({
        elapsedMs: run.elapsedMs,
        isWarmUp,
        isEnding: run.isEnding,
        inFlight: run.inFlight,
        succeeded,
        calls,
        perSecond: rate,
        failed,
        messages,
        p50: latency.percentile(0.5),
        p99: latency.percentile(0.99),
      }),
    );
    timer = clock.timer(everyMs, tell);
  };
  let timer = clock.timer(everyMs, tell);
  return () => {
    timer.cancel();
    console.redraw("");
  };
}
