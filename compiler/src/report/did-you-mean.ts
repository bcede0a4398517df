/** Finds the name that was probably meant, by a bounded edit distance. */

/** How many candidates are looked at, so that one mistake in a huge project costs little. */
const candidateCountMax = 20_000;

/** Names longer than this are not compared: nobody mistypes one letter of them and wonders. */
const nameLengthMax = 64;

/**
 * The candidate nearest to `name`: the same but for case, or at most a third of its letters (and at most three) changed,
 * added, left out or swapped with a neighbour. Undefined where nothing is near. Of equals, the first one wins.
 */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length === 0 || name.length > nameLengthMax) return undefined;
  const lower = name.toLowerCase();
  const distanceMax = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  let best: string | undefined;
  let bestDistance = distanceMax + 1;
  let count = 0;
  for (const candidate of candidates) {
    if (++count > candidateCountMax) break;
    if (candidate === name || Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const lowerCandidate = candidate.toLowerCase();
    // A difference of case alone is nearer than any other letter.
    const distance = lowerCandidate === lower ? 0.5 : editDistance(lower, lowerCandidate, Math.ceil(bestDistance) - 1);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
    if (bestDistance === 0.5) break;
  }
  return best;
}

/** Letters to change, add, drop or swap; `limit + 1` stands for everything above `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  const over = limit + 1;
  if (Math.abs(a.length - b.length) > limit) return over;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let rowBest = i;
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? over) + 1, (row[j - 1] ?? over) + 1, (last[j - 1] ?? over) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? over) + 1);
      }
      row.push(cost);
      rowBest = Math.min(rowBest, cost);
    }
    if (rowBest > limit) return over;
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length] ?? over, over);
}
