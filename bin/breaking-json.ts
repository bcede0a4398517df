/** A finding of `breaking` for programs. */

import type { Finding, Place } from "../compiler/src/check/compat/finding.js";
import type { Impact } from "../compiler/src/impact/find-uses.js";

/** `impact` is undefined where it was not asked for; `uses` is null then. */
export function breakToJson(finding: Finding, isCounted: boolean, impact: Impact | undefined): Record<string, unknown> {
  const { rule, weight, levels, subject, message, why, breaks, at, was } = finding;
  const uses = impact?.uses.get(finding);
  return {
    rule,
    weight,
    counts: isCounted,
    levels,
    subject,
    message,
    why,
    breaks,
    at: placeToJson(at),
    was: placeToJson(was),
    uses: impact === undefined ? null : (uses?.shown ?? []),
    moreUses: uses?.more ?? 0,
  };
}

function placeToJson(place: Place | undefined): { file: string; line: number; column: number } | null {
  return place === undefined ? null : { file: place.file, line: place.line, column: place.column };
}
