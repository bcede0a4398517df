/** Declarations that are gone, renamed, moved or of another kind, and packages that are called otherwise. */

import type { Declaration } from "../../schema/schema.js";
import type { Comparison, CompatRule } from "./comparison.js";
import type { Finding, Level } from "./finding.js";
import { makeFinding } from "./make-finding.js";
import type { DeclarationPair } from "./pair-declarations.js";

/** In sentences, with and without an article. */
const nouns: Readonly<Record<Declaration["kind"], readonly [string, string]>> = {
  message: ["message", "a message"],
  enum: ["enum", "an enum"],
  union: ["union", "a union"],
  error: ["error", "an error"],
  alias: ["type", "an alias"],
  service: ["service", "a service"],
};

export const removedDeclarations: CompatRule = function* (comparison) {
  for (const removed of comparison.declarations.removed) {
    // An alias is nowhere in what is generated; the fields that were written with it are compared.
    if (removed.kind === "alias") continue;
    const isService = removed.kind === "service";
    yield makeFinding(isService ? "service-removed" : "declaration-removed", {
      name: removed.name,
      was: nouns[removed.kind][0],
      subject: removed.fullName,
      levels: isService ? ["wire", "source"] : ["source"],
      why: isService
        ? "Calls of old clients are answered with `unimplemented`, and nothing is generated for it any more."
        : "Nothing is generated for it any more, so that imports of it do not compile.",
      breaks: isService ? ["oldClientNewServer"] : [],
      newPlace: undefined,
      oldPlace: comparison.oldPlace(removed, removed.fullName),
      touched: [{ kind: "declaration", fullName: removed.fullName }],
    });
  }
};

export const renamedDeclarations: CompatRule = function* (comparison) {
  for (const pair of comparison.declarations.pairs) {
    if (pair.old.name !== pair.new.name && pair.old.kind !== "alias") yield renamed(comparison, pair);
    if (pair.old.kind !== pair.new.kind) yield kindChanged(comparison, pair);
  }
};

function renamed(comparison: Comparison, { old, new: now }: DeclarationPair): Finding {
  const found = {
    name: old.name,
    is: now.name,
    subject: old.fullName,
    newPlace: comparison.newPlace(now, now.fullName),
    oldPlace: comparison.oldPlace(old, old.fullName),
    touched: [{ kind: "declaration", fullName: old.fullName } as const],
  };
  if (old.kind === "service") {
    const why = "Old clients do not find it by its old name, nor new clients by its new name on old servers.";
    return makeFinding("service-renamed", { ...found, levels: ["wire", "source"], why, breaks: bothWays });
  }
  if (old.kind === "error") {
    const why = "Clients know it by the other name only, and get a plain error without its class and its detail.";
    return makeFinding("error-renamed", { ...found, levels: ["wire", "source"], why, breaks: bothWays });
  }
  const isInAny = old.kind !== "enum" && usesAny(comparison);
  return makeFinding("declaration-renamed", {
    ...found,
    levels: isInAny ? ["wire", "json", "source"] : ["source"],
    why: isInAny
      ? "Everything that is generated for it has another name, and so does what stands in a `google.protobuf.Any`."
      : "Everything that is generated for it has another name; bytes and JSON are the same.",
    breaks: isInAny ? [...bothWays, "storedData"] : [],
  });
}

const bothWays = ["oldClientNewServer", "newClientOldServer"] as const;

function kindChanged(comparison: Comparison, { old, new: now }: DeclarationPair): Finding {
  return makeFinding("declaration-kind-changed", {
    name: old.name,
    was: nouns[old.kind][1],
    is: nouns[now.kind][1],
    subject: old.fullName,
    levels: ["source"],
    why: "What is generated for it is something else, so that code which uses it does not compile or does something else.",
    newPlace: comparison.newPlace(now, now.fullName),
    oldPlace: comparison.oldPlace(old, old.fullName),
    touched: [{ kind: "declaration", fullName: old.fullName }],
  });
}

/** One finding for everything that went from one file to another, since that is one thing that somebody did. */
export const movedDeclarations: CompatRule = function* (comparison) {
  const moves = new Map<string, { from: string; to: string; pairs: DeclarationPair[] }>();
  for (const pair of comparison.declarations.pairs) {
    const from = comparison.oldFile(pair.old.fullName)?.path;
    const to = comparison.newFile(pair.new.fullName)?.path;
    if (from === undefined || to === undefined || from === to || pair.old.kind === "alias") continue;
    const move = moves.get(`${from}\0${to}`) ?? { from, to, pairs: [] };
    moves.set(`${from}\0${to}`, move);
    move.pairs.push(pair);
  }
  for (const { from, to, pairs } of moves.values()) {
    const [first] = pairs;
    if (first === undefined) continue;
    const others = pairs.length === 1 ? "" : ` and ${pairs.length - 1} more`;
    yield makeFinding("declaration-moved", {
      name: `\`${first.old.name}\`${others}`,
      was: from,
      is: to,
      subject: from,
      levels: ["source"],
      why: "What is generated for them is imported from another path now; bytes and JSON are the same.",
      newPlace: comparison.newPlace(first.new, first.new.fullName),
      oldPlace: comparison.oldPlace(first.old, first.old.fullName),
      touched: pairs.map(({ old }) => ({ kind: "declaration", fullName: old.fullName })),
    });
  }
};

/** One finding for a whole package; where it has nothing that travels by name, nobody notices. */
export const changedPackages: CompatRule = function* (comparison) {
  const changes = new Map<string, { was: string; is: string; pairs: DeclarationPair[] }>();
  for (const pair of comparison.declarations.pairs) {
    const was = comparison.oldFile(pair.old.fullName)?.package ?? "";
    const is = comparison.newFile(pair.new.fullName)?.package ?? "";
    if (was === is) continue;
    const change = changes.get(`${was}\0${is}`) ?? { was, is, pairs: [] };
    changes.set(`${was}\0${is}`, change);
    change.pairs.push(pair);
  }
  const isAnyUsed = usesAny(comparison);
  for (const { was, is, pairs } of changes.values()) {
    const named = pairs.filter(({ old }) => old.kind === "service" || old.kind === "error");
    const packed = isAnyUsed ? pairs.filter(({ old }) => old.kind === "message" || old.kind === "union") : [];
    const first = named[0] ?? packed[0];
    if (first === undefined) continue;
    const levels: readonly Level[] = packed.length > 0 ? ["wire", "json"] : ["wire"];
    yield makeFinding("package-changed", {
      name: was,
      was,
      is,
      subject: was,
      levels,
      why: packageSentence(
        named.map(({ old }) => old.name),
        packed.length > 0,
      ),
      breaks: packed.length > 0 ? [...bothWays, "storedData"] : bothWays,
      newPlace: comparison.newPlace(first.new, first.new.fullName),
      oldPlace: comparison.oldPlace(first.old, first.old.fullName),
    });
  }
};

function packageSentence(names: readonly string[], isPacked: boolean): string {
  const shown = names.slice(0, 5).map((name) => `\`${name}\``);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  const services =
    names.length === 0
      ? ""
      : `${shown.join(", ")}${more} travel under their full names, which neither side knows of the other.`;
  const any = isPacked ? "What stands in a `google.protobuf.Any` is named by its package, too." : "";
  return [services, any].filter((sentence) => sentence !== "").join(" ");
}

function usesAny({ old, new: now }: Comparison): boolean {
  return [old, now].some(({ schema }) =>
    schema.files.some(
      ({ path, isStandard, imports }) => !isStandard && path !== "" && imports.includes("google/protobuf/any.rpc"),
    ),
  );
}
