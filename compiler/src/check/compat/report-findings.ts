/** Findings of a comparison as diagnostics, so that they are shown, counted and exported like all others. */

import type { RelatedPlace } from "../../report/diagnostic.js";
import type { Report } from "../../report/report.js";
import type { Finding, Pairing } from "./finding.js";

/** Words for what does not understand each other. */
export const pairingPhrases: Readonly<Record<Pairing, string>> = {
  oldClientNewServer: "old clients of new servers",
  newClientOldServer: "new clients of old servers",
  storedData: "readers of stored data",
};

/** Adds findings to a report: what breaks as an error, what only asks for attention as a warning. */
export function reportFindings(findings: readonly Finding[], report: Report): void {
  for (const { rule, weight, levels, message, why, breaks, at, was } of findings) {
    const related: RelatedPlace[] = was?.span === undefined ? [] : [{ span: was.span, message: "before" }];
    const before =
      was === undefined || was.span !== undefined ? [] : [`before at ${was.file}:${was.line}:${was.column}`];
    const noticed = breaks.map((pairing) => pairingPhrases[pairing]).join(", ");
    report.include({
      code: rule,
      severity: weight === "breaking" ? "error" : "warning",
      message,
      span: at?.span,
      label: undefined,
      notes: [`${levels.join(", ")}: ${why}`, ...(noticed === "" ? [] : [`noticed by ${noticed}`]), ...before],
      related,
      fixes: [],
    });
  }
}
