/** The rules in their order: what a change of the schema does to those who were built from the older one. */

import { Comparison } from "./comparison.js";
import type { Build, CompatRule } from "./comparison.js";
import { constraints } from "./constraints.js";
import { changedPackages, movedDeclarations, removedDeclarations, renamedDeclarations } from "./declarations.js";
import { enums } from "./enums.js";
import { errorCodes } from "./error-codes.js";
import { fields } from "./fields.js";
import type { Finding } from "./finding.js";
import { levels } from "./finding.js";
import { inlineUnions } from "./inline-unions.js";
import { methods } from "./methods.js";
import { reservations } from "./reservations.js";

const rules: readonly CompatRule[] = [
  changedPackages,
  movedDeclarations,
  removedDeclarations,
  renamedDeclarations,
  fields,
  inlineUnions,
  constraints,
  reservations,
  enums,
  errorCodes,
  methods,
];

/**
 * What changed from the old build to the new one and is noticed by somebody: the gravest first, breaks before additions,
 * and in the order of the places otherwise. Both schemas have to be sound.
 */
export function compareSchemas(old: Build, now: Build): readonly Finding[] {
  const comparison = new Comparison(old, now);
  return rules.flatMap((rule) => [...rule(comparison)]).sort(compareFindings);
}

function compareFindings(a: Finding, b: Finding): number {
  return rank(a) - rank(b) || comparePlaces(a, b);
}

function rank({ weight, levels: own }: Finding): number {
  const gravest = own[0];
  return (weight === "breaking" ? 0 : levels.length) + (gravest === undefined ? 0 : levels.indexOf(gravest));
}

function comparePlaces(a: Finding, b: Finding): number {
  const [x, y] = [a.was ?? a.at, b.was ?? b.at];
  if (x === undefined || y === undefined) return Number(x !== undefined) - Number(y !== undefined);
  if (x.file !== y.file) return x.file < y.file ? -1 : 1;
  return x.line - y.line || x.column - y.column;
}
