/** Medians and spreads: what is said of a handful of rounds. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value below which a part (0 to 1) of the sorted values lies. */
export const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

/** Distance between the extremes as a part of the median. */
export const spread = (values) => (Math.max(...values) - Math.min(...values)) / median(values);

/** Median, extremes and spread of the rounds of one figure. */
export function summary(values) {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values), spread: spread(values) };
}
