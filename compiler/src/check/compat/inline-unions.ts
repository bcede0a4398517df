/** Inline unions: their names are properties in TypeScript and stand nowhere else. */

import type { InlineUnionSchema } from "../../schema/schema.js";
import type { FieldOwner } from "../../schema/field-owner.js";
import { shortName } from "./comparison.js";
import type { CompatRule } from "./comparison.js";
import { packageOf } from "./field-pair.js";
import { makeFinding } from "./make-finding.js";

export const inlineUnions: CompatRule = function* (comparison) {
  for (const owner of comparison.owners) {
    const [before, after] = [unionsOf(owner.old), unionsOf(owner.new)];
    const kept = new Set(after.map(({ name }) => name));
    for (const union of before.filter(({ name }) => !kept.has(name))) {
      const numbers = new Set(union.members.map(({ number }) => number));
      const heirs = after.filter(({ members }) => members.some(({ number }) => numbers.has(number)));
      const [heir] = heirs;
      if (heir === undefined || heirs.length > 1 || before.some(({ name }) => name === heir.name)) continue;
      yield makeFinding("inline-union-renamed", {
        name: `${shortName(owner.fullName, packageOf(comparison, owner))}.${union.name}`,
        is: heir.name,
        subject: `${owner.fullName}.${union.name}`,
        levels: ["source"],
        why: "In TypeScript it is a property and a type, which have another name now; bytes and JSON are the same.",
        newPlace: comparison.newPlace(heir, owner.new.fullName),
        oldPlace: comparison.oldPlace(union, owner.old.fullName),
        touched: [{ kind: "member", owner: owner.old.fullName, name: union.name }],
      });
    }
  }
};

export function unionsOf(owner: FieldOwner): readonly InlineUnionSchema[] {
  if (!("members" in owner)) return [];
  return owner.members.filter((member) => member.kind === "inlineUnion");
}
