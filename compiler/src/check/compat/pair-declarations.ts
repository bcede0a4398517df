/** Finds out which declaration of the new schema is which of the old one, under another name or in another package. */

import type { Declaration, FieldSchema, Schema, TypeSchema } from "../../schema/schema.js";

export interface DeclarationPair {
  readonly old: Declaration;
  readonly new: Declaration;
}

export interface PairedDeclarations {
  readonly pairs: readonly DeclarationPair[];
  readonly removed: readonly Declaration[];
  readonly added: readonly Declaration[];
}

/** How much of two declarations has to be the same for them to be one thing under two names. */
const sameNameLikenessMin = 0.3;
const otherNameLikenessMin = 0.7;

/** Renames are looked for while there are few enough candidates; beyond that, everything is removed and added. */
const candidatePairsMax = 250_000;

/** Pairs what users declared; the standard library and messages that the compiler made are left out. */
export function pairDeclarations(old: Schema, now: Schema): PairedDeclarations {
  const pairs: DeclarationPair[] = [];
  const removed = new Map<string, Declaration>();
  const added = new Map(ownDeclarations(now).map((declared) => [declared.fullName, declared]));
  for (const before of ownDeclarations(old)) {
    const after = added.get(before.fullName);
    if (after === undefined) removed.set(before.fullName, before);
    else {
      pairs.push({ old: before, new: after });
      added.delete(before.fullName);
    }
  }
  for (const renamed of findRenames([...removed.values()], [...added.values()])) {
    pairs.push(renamed);
    removed.delete(renamed.old.fullName);
    added.delete(renamed.new.fullName);
  }
  return { pairs, removed: [...removed.values()], added: [...added.values()] };
}

function ownDeclarations(schema: Schema): readonly Declaration[] {
  return schema.files
    .filter(({ isStandard }) => !isStandard)
    .flatMap((file) => [
      ...file.messages.filter(({ isSynthetic }) => !isSynthetic),
      ...file.enums,
      ...file.unions,
      ...file.errors,
      ...file.aliases,
      ...file.services,
    ]);
}

interface Candidate extends DeclarationPair {
  readonly likeness: number;
}

/** The most alike first; a declaration that is as like to a second one is no rename of either. */
function findRenames(removed: readonly Declaration[], added: readonly Declaration[]): readonly DeclarationPair[] {
  if (removed.length * added.length > candidatePairsMax) return [];
  const lines = new Map([...removed, ...added].map((declared) => [declared, linesOf(declared)]));
  const groups = new Map<number, Candidate[]>();
  for (const old of removed) {
    for (const now of added) {
      const candidate = old.kind === now.kind ? candidateOf(old, now, lines) : undefined;
      if (candidate === undefined || candidate.likeness === 0) continue;
      const group = groups.get(candidate.likeness);
      if (group === undefined) groups.set(candidate.likeness, [candidate]);
      else group.push(candidate);
    }
  }
  const taken = new Set<Declaration>();
  const renames: DeclarationPair[] = [];
  for (const [, group] of [...groups].sort(([a], [b]) => b - a)) {
    const free = group.filter((candidate) => !taken.has(candidate.old) && !taken.has(candidate.new));
    const counts = new Map<Declaration, number>();
    for (const declared of free.flatMap((candidate) => [candidate.old, candidate.new])) {
      counts.set(declared, (counts.get(declared) ?? 0) + 1);
    }
    const sure = free.filter((candidate) => counts.get(candidate.old) === 1 && counts.get(candidate.new) === 1);
    for (const candidate of sure) taken.add(candidate.old).add(candidate.new);
    renames.push(...sure);
  }
  return renames;
}

/** A likeness of 0 is no candidate; one and the same name weighs more than any content. */
function candidateOf(
  old: Declaration,
  now: Declaration,
  lines: ReadonlyMap<Declaration, ReadonlySet<string>>,
): Candidate {
  const none: ReadonlySet<string> = new Set();
  const [before, after] = [lines.get(old) ?? none, lines.get(now) ?? none];
  const shared = [...before].filter((line) => after.has(line)).length;
  const size = Math.max(before.size, after.size);
  const share = size === 0 ? (old.name === now.name ? 1 : 0) : shared / size;
  if (old.name === now.name) return { old, new: now, likeness: share >= sameNameLikenessMin ? 1 + share : 0 };
  return { old, new: now, likeness: share >= otherNameLikenessMin ? share : 0 };
}

/** What a declaration consists of, one line a part, without names of declarations: those may have changed, too. */
function linesOf(declared: Declaration): ReadonlySet<string> {
  switch (declared.kind) {
    case "enum":
      return new Set(declared.values.map(({ number, name }) => `${number} ${name}`));
    case "alias":
      return new Set([`${declared.cardinality} ${typeLine(declared.type)}`]);
    case "service":
      return new Set(declared.methods.map(({ wireName, shape }) => `${wireName} ${shape}`));
    default:
      return new Set(declared.fields.map(fieldLine));
  }
}

function fieldLine(field: FieldSchema): string {
  return `${field.number} ${field.name} ${field.cardinality} ${typeLine(field.type)}`;
}

function typeLine(type: TypeSchema): string {
  return type.kind === "scalar" || type.kind === "builtin" ? type.name : type.kind;
}
