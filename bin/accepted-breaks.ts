/** Breaks that the configuration says were decided on. */

import type { Finding } from "../compiler/src/check/compat/finding.js";
import type { AcceptedBreak } from "../compiler/src/project/config.js";
import { isBreakingCode, breakingCatalog } from "../compiler/src/report/catalog/breaking-catalog.js";
import { didYouMean } from "../compiler/src/report/did-you-mean.js";
import { UsageError } from "./exit-code.js";

export interface Acceptance {
  /** Those that nobody accepted. */
  readonly findings: readonly Finding[];
  readonly accepted: readonly { readonly finding: Finding; readonly reason: string }[];
  /** Acceptances of what does not happen (any more). */
  readonly unused: readonly AcceptedBreak[];
}

export function acceptFindings(findings: readonly Finding[], acceptances: readonly AcceptedBreak[]): Acceptance {
  for (const { rule } of acceptances) {
    if (isBreakingCode(rule)) continue;
    const similar = didYouMean(rule, Object.keys(breakingCatalog));
    const hint = similar === undefined ? "docs/TOOLS.md lists the rules" : `did you mean \`${similar}\`?`;
    throw new UsageError(`the configuration accepts breaks of the rule \`${rule}\`, which there is not`, hint);
  }
  const used = new Set<AcceptedBreak>();
  const left: Finding[] = [];
  const accepted: { finding: Finding; reason: string }[] = [];
  for (const finding of findings) {
    const matching = acceptances.find(({ rule, at }) => rule === finding.rule && isAt(finding.subject, at));
    if (matching === undefined) left.push(finding);
    else {
      used.add(matching);
      accepted.push({ finding, reason: matching.reason });
    }
  }
  return { findings: left, accepted, unused: acceptances.filter((acceptance) => !used.has(acceptance)) };
}

function isAt(subject: string, at: string): boolean {
  return at.endsWith(".*") ? subject.startsWith(at.slice(0, -1)) : subject === at;
}
