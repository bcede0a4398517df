/** Carries out what findings propose, on the text of one file. */

import type { SourceFile } from "../source/source-file.js";
import type { Diagnostic, Edit } from "./diagnostic.js";

/** How many fixes are carried out at once: each is compared with all others. */
const fixCountMax = 1_000;

export interface FixedText {
  readonly text: string;
  /** The findings whose first fix was carried out. */
  readonly fixed: readonly Diagnostic[];
}

/**
 * Carries out the first fix of each finding, as a whole or not at all. A fix that touches another file, or text that an
 * earlier one changes, is left for the next time.
 */
export function applyFixes(source: SourceFile, findings: readonly Diagnostic[]): FixedText {
  const chosen: Edit[] = [];
  const fixed: Diagnostic[] = [];
  for (const finding of findings) {
    if (fixed.length === fixCountMax) break;
    const edits = finding.fixes[0]?.edits ?? [];
    const isHere = edits.length > 0 && edits.every(({ span }) => span.source.path === source.path);
    if (!isHere || edits.some((edit) => chosen.some((other) => touch(edit, other)))) continue;
    chosen.push(...edits);
    fixed.push(finding);
  }
  chosen.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let text = "";
  let at = 0;
  for (const { span, text: replacement } of chosen) {
    text += source.text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return { text: text + source.text.slice(at), fixed };
}

/** Whether two edits cannot both be carried out: they share a character, or insert at one place. */
function touch(a: Edit, b: Edit): boolean {
  if (a.span.start === b.span.start) return true;
  return a.span.start < b.span.end && b.span.start < a.span.end;
}
