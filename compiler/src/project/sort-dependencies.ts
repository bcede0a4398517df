/** Puts things behind what they depend on, and hands out the circles that stand in the way. */

import type { RelatedPlace } from "../report/diagnostic.js";
import type { Span } from "../source/source-file.js";

/** A step of the search: a thing and the dependency that is looked at next. */
interface Step<T> {
  readonly item: T;
  readonly dependencies: readonly T[];
  next: number;
}

/**
 * Depended-on before depending, otherwise in the given order. `onCycle` gets each circle once, from its first to its
 * last member, with the position of the closing dependency among those of the last. Keeps its own stack, since chains
 * may be long.
 */
export function sortDependencies<T>(
  items: Iterable<T>,
  dependenciesOf: (item: T) => readonly T[],
  onCycle: (cycle: readonly T[], closingIndex: number) => void,
): T[] {
  const sorted: T[] = [];
  const done = new Set<T>();
  const open = new Map<T, number>();
  for (const start of items) {
    if (done.has(start)) continue;
    const stack: Step<T>[] = [];
    const enter = (item: T): void => {
      open.set(item, stack.length);
      stack.push({ item, dependencies: dependenciesOf(item), next: 0 });
    };
    enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const index = top.next++;
      if (index >= top.dependencies.length) {
        stack.pop();
        open.delete(top.item);
        done.add(top.item);
        sorted.push(top.item);
        continue;
      }
      // The index was compared with the length above.
      const dependency = top.dependencies[index] as T;
      const at = open.get(dependency);
      if (at !== undefined)
        onCycle(
          stack.slice(at).map((step) => step.item),
          index,
        );
      else if (!done.has(dependency)) enter(dependency);
    }
  }
  return sorted;
}

/** How many steps of a circle are shown beside the one that closes it. */
const shownStepsMax = 6;

/** The steps of a circle but for the last, which closes it: one place each, in words such as `A` extends `B` here. */
export function cyclePlaces(
  names: readonly string[],
  verb: string,
  spanOf: (index: number) => Span | undefined,
): readonly RelatedPlace[] {
  return names.slice(0, -1).flatMap((name, index) => {
    const span = index < shownStepsMax ? spanOf(index) : undefined;
    return span === undefined ? [] : [{ span, message: `\`${name}\` ${verb} \`${names[index + 1] ?? ""}\` here` }];
  });
}

/** How many members of a circle are named before its middle is left out. */
const cycleNamesMax = 12;

/** The names around a circle with the first one again at the end; the middle of a long one is left out. */
export function cycleNames(names: readonly string[]): readonly string[] {
  const closed = [...names, ...names.slice(0, 1)];
  if (closed.length <= cycleNamesMax) return closed;
  const kept = cycleNamesMax / 2;
  return [...closed.slice(0, kept), `(${closed.length - cycleNamesMax} more)`, ...closed.slice(-kept)];
}
