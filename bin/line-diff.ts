/** Two texts as a unified difference, line by line. */

import { printable } from "../compiler/src/report/printable.js";

/** Lines around a change. */
const contextLines = 3;

/** Changes beyond this many are shown as one: finding the smallest way would take long, and nobody reads it. */
const changeCountMax = 2_000;

type Line = { readonly mark: " " | "-" | "+"; readonly text: string };

/** `--- path`, `+++ path` and hunks; no line is coloured or holds control characters. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const lines = changes(before.split("\n"), after.split("\n"));
  const shown = lines.map((_line, index) => isNearChange(lines, index));
  const out = [`--- ${printable(path)}`, `+++ ${printable(path)}`];
  let oldLine = 1;
  let newLine = 1;
  for (let index = 0; index < lines.length; index++) {
    if (shown[index] === true && shown[index - 1] !== true) {
      let end = index;
      while (shown[end] === true) end += 1;
      const hunk = lines.slice(index, end);
      const oldCount = hunk.filter(({ mark }) => mark !== "+").length;
      const newCount = hunk.filter(({ mark }) => mark !== "-").length;
      out.push(`@@ -${oldLine},${oldCount} +${newLine},${newCount} @@`);
    }
    const line = lines[index];
    if (line === undefined) break;
    if (shown[index] === true) out.push(line.mark + printable(line.text));
    if (line.mark !== "+") oldLine += 1;
    if (line.mark !== "-") newLine += 1;
  }
  return out.join("\n");
}

function isNearChange(lines: readonly Line[], index: number): boolean {
  for (let at = Math.max(0, index - contextLines); at <= index + contextLines; at++) {
    const line = lines[at];
    if (line !== undefined && line.mark !== " ") return true;
  }
  return false;
}

/** Lines that both have, that are gone, and that are new, in order. */
function changes(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end))
    end += 1;
  const same = (texts: readonly string[]): Line[] => texts.map((text) => ({ mark: " ", text }));
  const middle = shortestWay(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [...same(before.slice(0, start)), ...middle, ...same(before.slice(before.length - end))];
}

/** Myers' greedy walk: for each number of changes, how far one gets on each diagonal. */
function shortestWay(before: readonly string[], after: readonly string[]): readonly Line[] {
  const history: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  const most = Math.min(before.length + after.length, changeCountMax);
  for (let count = 0; count <= most; count++) {
    history.push(reach);
    reach = new Map(reach);
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      let x = comesFromAbove(reach, diagonal, count)
        ? (reach.get(diagonal + 1) ?? 0)
        : (reach.get(diagonal - 1) ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      reach.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(before, after, history);
    }
  }
  const removed = before.map((text): Line => ({ mark: "-", text }));
  return [...removed, ...after.map((text): Line => ({ mark: "+", text }))];
}

function comesFromAbove(reach: ReadonlyMap<number, number>, diagonal: number, count: number): boolean {
  if (diagonal === -count) return true;
  return diagonal !== count && (reach.get(diagonal - 1) ?? 0) < (reach.get(diagonal + 1) ?? 0);
}

function walkBack(
  before: readonly string[],
  after: readonly string[],
  history: readonly ReadonlyMap<number, number>[],
): readonly Line[] {
  const lines: Line[] = [];
  let x = before.length;
  let y = after.length;
  for (let count = history.length - 1; count >= 0; count--) {
    const reach = history[count] ?? new Map<number, number>();
    const diagonal = x - y;
    const isAdded = comesFromAbove(reach, diagonal, count);
    const last = isAdded ? diagonal + 1 : diagonal - 1;
    const lastX = reach.get(last) ?? 0;
    const lastY = lastX - last;
    while (x > lastX && y > lastY && x > 0 && y > 0) {
      lines.push({ mark: " ", text: before[x - 1] ?? "" });
      x -= 1;
      y -= 1;
    }
    if (count === 0) break;
    lines.push(isAdded ? { mark: "+", text: after[y - 1] ?? "" } : { mark: "-", text: before[x - 1] ?? "" });
    x = lastX;
    y = lastY;
  }
  return lines.reverse();
}
