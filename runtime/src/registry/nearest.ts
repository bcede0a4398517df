/** Finds the word that was probably meant. */

/** The candidate that differs from `word` in at most a third of its letters; undefined where none is that near. */
export function nearest<Word extends string>(word: string, candidates: readonly Word[]): Word | undefined {
  if (word === "" || word.length > 32) return undefined;
  const lower = word.toLowerCase();
  let best: Word | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    // A beginning is how people shorten names: `k8s` is not one of them, `kube` and `zoo` are.
    const distance = lower.length >= 3 && candidate.startsWith(lower) ? 0 : editDistance(lower, candidate);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    last = row;
  }
  return last[b.length] ?? 0;
}
