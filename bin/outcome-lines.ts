/** What became of the outputs, one line for each source. */

import { printable } from "../compiler/src/report/printable.js";
import type { Counts } from "../compiler/src/project/manifest.js";
import type { OutputOutcome } from "../compiler/src/project/write.js";

/** How many lines are shown before the rest is only counted. */
const lineCountMax = 20;

/** `rpc/greeter.rpc  ->  gen/greeter.{types,codec}.ts`; `isDryRun` tells what would happen instead of what has. */
export function outcomeLines(
  outcomes: readonly OutputOutcome[],
  out: string,
  displayPaths: ReadonlyMap<string, string>,
  isDryRun: boolean,
): readonly string[] {
  const groups = new Map<string, { source: string; isRemoved: boolean; paths: string[] }>();
  for (const { path, source, action } of outcomes) {
    const isRemoved = action === "removed";
    const key = `${isRemoved} ${source}`;
    const group = groups.get(key) ?? { source, isRemoved, paths: [] };
    groups.set(key, group);
    group.paths.push(path);
  }
  const lines = [...groups.values()].map(({ source, isRemoved, paths }) => {
    const outputs = printable(`${out}/${shortened(paths)}`);
    if (isRemoved) return `  ${isDryRun ? "would remove" : "removed"}  ${outputs}`;
    const from = printable(displayPaths.get(source) ?? source);
    return `  ${from}  ->  ${outputs}`;
  });
  const surplus = lines.length - lineCountMax;
  return surplus <= 1 ? lines : [...lines.slice(0, lineCountMax), `  and ${surplus} sources more`];
}

/** `greeter.{types,codec}.ts` where several paths differ only in their middle. */
function shortened(paths: readonly string[]): string {
  const [first = ""] = paths;
  const parts = paths.map((path) => /^(.*?)\.([^./]+)\.(ts|js|d\.ts|d\.ts\.map)$/.exec(path));
  const stem = parts[0]?.[1];
  if (paths.length === 1 || stem === undefined || parts.some((part) => part?.[1] !== stem)) {
    return paths.length === 1 ? first : `{${paths.join(",")}}`;
  }
  const [roles, endings] = [2, 3].map((group) => [...new Set(parts.map((part) => part?.[group]))]);
  const ending = endings?.length === 1 ? endings[0] : `{${endings?.join(",")}}`;
  return `${stem}.{${roles?.join(",")}}.${ending}`;
}

/** `1 service, 2 methods, 3 messages`. */
export function countLine({ services, methods, messages }: Counts): string {
  return [counted(services, "service"), counted(methods, "method"), counted(messages, "message")].join(", ");
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
