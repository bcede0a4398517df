/** The rows of a histogram that people read: steps of 1, 2 and 5, from the fastest call to the slowest. */

import type { LatencyHistogram } from "./latency-histogram.js";

/** Calls that took at least `fromMs` and less than `toMs`. */
export interface HistogramRow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** No more rows than somebody wants to see: above, each step is a power of ten. */
const rowsMax = 20;

export function histogramRows(histogram: LatencyHistogram): readonly HistogramRow[] {
  if (histogram.count === 0) return [];
  const fine = edges(histogram, [1, 2, 5]);
  const chosen = fine.length - 1 > rowsMax ? edges(histogram, [1]) : fine;
  return chosen.slice(1).map((toMs, index) => {
    const fromMs = chosen[index] ?? 0;
    return { fromMs, toMs, count: histogram.between(fromMs, toMs) };
  });
}

/** From the last step that is not above the least value to the first that is above the greatest. */
function edges({ min, max }: LatencyHistogram, steps: readonly number[]): readonly number[] {
  const found: number[] = [];
  let below = 0;
  for (let exponent = -4; ; exponent++) {
    for (const step of steps) {
      // Written out, so that 0.2 is 0.2.
      const edge = Number(`${step}e${exponent}`);
      if (edge <= min) below = edge;
      else found.push(edge);
      if (edge > max) return [below, ...found];
    }
  }
}
