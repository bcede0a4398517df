/** Puts findings together: the sentence comes from the catalogue, and levels stand in their order. */

import { breakingCatalog } from "../../report/catalog/breaking-catalog.js";
import type { BreakingCode } from "../../report/catalog/breaking-catalog.js";
import type { Change } from "../../report/catalog/breaking-declaration-catalog.js";
import { levels } from "./finding.js";
import type { Finding, Level, Pairing, Place, Touched } from "./finding.js";

/** What a rule has found. */
export interface Found extends Partial<Change> {
  /** For people, for instance `Order.total`. */
  readonly name: string;
  readonly subject: string;
  readonly levels: readonly Level[];
  readonly why: string;
  readonly newPlace: Place | undefined;
  readonly oldPlace: Place | undefined;
  readonly breaks?: readonly Pairing[];
  readonly touched?: readonly Touched[];
}

export function makeFinding(rule: BreakingCode, found: Found): Finding {
  const entry = breakingCatalog[rule];
  return {
    rule,
    weight: entry.severity === "error" ? "breaking" : "additive",
    levels: levels.filter((level) => found.levels.includes(level)),
    subject: found.subject,
    message: entry.message({ name: found.name, was: found.was ?? "", is: found.is ?? "" }),
    why: found.why,
    breaks: found.breaks ?? [],
    at: found.newPlace,
    was: found.oldPlace,
    touched: found.levels.includes("source") ? (found.touched ?? []) : [],
  };
}

const pairingOrder: readonly Pairing[] = ["oldClientNewServer", "newClientOldServer", "storedData"];

/** Several lists of pairings as one, each named once. */
export function joinPairings(...lists: readonly (readonly Pairing[])[]): readonly Pairing[] {
  const all = new Set(lists.flat());
  return pairingOrder.filter((pairing) => all.has(pairing));
}
