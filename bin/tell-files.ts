/** Tells what became of the files that a command writes beside TypeScript for the project itself. */

import { join } from "node:path/posix";
import type { OutputOutcome } from "../compiler/src/project/write.js";
import type { Console } from "./console.js";
import { counted } from "./outcome-lines.js";

const shownCountMax = 20;

/**
 * `command` as it is typed; `isCheck` where nothing was written and a difference is a complaint. `first` is what to open in `out`;
 * its first file where left out.
 */
export function tellFiles(
  console: Console,
  command: string,
  isCheck: boolean,
  outcomes: readonly OutputOutcome[],
  out: string,
  first: string = outcomes[0]?.path ?? "",
): void {
  const changed = outcomes.filter(({ action }) => action !== "unchanged");
  if (isCheck && changed.length > 0) {
    console.complain(`${out} is not what \`${command}\` would write:`);
    for (const { path, action } of changed.slice(0, shownCountMax)) {
      console.complain(`  ${action === "removed" ? "would remove" : "would write"}  ${join(out, path)}`);
    }
    if (changed.length > shownCountMax) console.complain(`  and ${changed.length - shownCountMax} files more`);
    return;
  }
  if (changed.length === 0) return console.say(`  ${console.paint("dim", "up to date")}`);
  const removed = outcomes.filter(({ action }) => action === "removed").length;
  const written = changed.length - removed;
  const what = [
    ...(written > 0 ? [`${counted(written, "file")} written`] : []),
    ...(removed > 0 ? [`${counted(removed, "file")} removed`] : []),
  ].join(", ");
  console.say(`  ${join(out, first)}`);
  console.say(`  ${console.paint("dim", `${what} in ${Math.round(performance.now())} ms`)}`);
}
