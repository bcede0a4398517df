/** Finds the known word that a misspelt one was probably meant to be. */

const lettersMax = 64;

/** ` (did you mean "retry"?)`, or nothing where no word is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  if (given.length > lettersMax) return "";
  let nearest = "";
  let least = Math.ceil(given.length * 0.4) + 1;
  for (const word of known) {
    const steps = distance(given.toLowerCase(), word.toLowerCase());
    if (steps < least) [nearest, least] = [word, steps];
  }
  return nearest === "" ? "" : ` (did you mean ${JSON.stringify(nearest)}?)`;
}

/** Letters to insert, drop or exchange. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const exchanged = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
