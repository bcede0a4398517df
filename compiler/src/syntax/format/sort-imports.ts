/** Sorts imports that stand together without remarks: their order means nothing, so it can as well be easy to search. */

import type { Entry, Outline } from "./outline.js";
import type { Piece } from "./pieces.js";

/** The pieces with each group of imports in order; a blank line or a remark ends a group, and a group with remarks stays as it is. */
export function sortImports(pieces: readonly Piece[], { entries }: Outline): readonly Piece[] {
  const sorted = [...pieces];
  let group: Entry[] = [];
  const close = (): void => {
    sortGroup(group, pieces, sorted);
    group = [];
  };
  for (const entry of entries) {
    const first = pieces[entry.whole.from];
    if (entry.kind !== "import" || first?.hasBlankBefore === true) close();
    if (entry.kind === "import") group.push(entry);
  }
  close();
  return sorted;
}

function sortGroup(group: readonly Entry[], pieces: readonly Piece[], sorted: Piece[]): void {
  const [first] = group;
  const end = group.at(-1)?.whole.to;
  if (first === undefined || end === undefined || group.length < 2) return;
  const hasRemarks = pieces
    .slice(first.whole.from, end + 1)
    .some(({ remarks }, index, { length }) => remarks.some(({ isOwnLine }) => index < length - 1 || !isOwnLine));
  if (hasRemarks) return;
  // An import is the keyword and the path; all keywords are alike, and only the paths change places.
  const paths = group.map(({ whole }) => pieces[whole.from + 1]).filter((piece) => piece !== undefined);
  const order = [...paths].sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  for (const [index, { whole }] of group.entries()) {
    const path = order[index];
    if (path !== undefined) sorted[whole.from + 1] = path;
  }
}
