/** Moves what stands too far down to the head of its file. */

import type { FixIt } from "../report/diagnostic.js";
import { removal } from "../report/removal.js";
import type { Span } from "../source/source-file.js";
import type { Scan } from "./scan.js";

/** Where the first thing of a file begins, its docs included: remarks about the file as a whole stay above. */
export function headOf(scan: Scan): number {
  const first = scan.tokens[0]?.startOffset ?? 0;
  return scan.docs.get(first)?.[0]?.span.start ?? first;
}

/** Moves a clause behind another one, or else to `head`. */
export function moveToHead(clause: Span, behind: Span | undefined, head: number): FixIt {
  const { source, start, end } = clause;
  const text = source.text.slice(start, end);
  const at = behind === undefined ? head : lineEnd(behind);
  const isEnded = source.text.charAt(end) === ";";
  return {
    message: behind === undefined ? "move it to the top" : "move it to the others",
    edits: [
      { span: { source, start: at, end: at }, text: behind === undefined ? `${text}\n\n` : `\n${text}` },
      removal({ source, start, end: isEnded ? end + 1 : end }),
    ],
  };
}

/** Behind the remark that ends the line of a clause, or else right behind the clause. */
function lineEnd({ source, end }: Span): number {
  return end + (/^;?[ \t]*(?:\/\/[^\r\n]*)?(?=[\r\n]|$)/.exec(source.text.slice(end, end + 500))?.[0].length ?? 0);
}
