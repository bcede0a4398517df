/** Tells once a second how a run goes. */

import type { Clock } from "@rpcgen/runtime";
import type { Console } from "../console.js";
import type { LoadRun } from "./load-run.js";
import { perSecond } from "./load-figures.js";
import { progressLine } from "./load-text.js";

const everyMs = 1000;

/** Until what is returned is called. */
export function followProgress(run: LoadRun, console: Console, clock: Clock): () => void {
  let last = { at: clock.now(), calls: 0 };
  const tell = (): void => {
    const now = clock.now();
    const isWarmUp = run.measuredFrom === undefined;
    const { succeeded, failed, messages, latency } = isWarmUp ? run.warmUp : run.tally;
    const calls = succeeded + failed;
    const rate = perSecond(Math.max(0, calls - last.calls), now - last.at);
    last = { at: now, calls };
    console.redraw(
      progressLine({
        elapsedMs: run.elapsedMs,
        isWarmUp,
        isEnding: run.isEnding,
        inFlight: run.inFlight,
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
