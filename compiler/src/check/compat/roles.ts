/** Finds out which way each declaration travels, and so who is at a loss when one build cannot read the other. */

import type { Schema } from "../../schema/schema.js";
import type { Pairing } from "./finding.js";
import type { Fate } from "./wire-slot.js";

/** Who sends a declaration: clients in requests, servers in answers and errors, or both. */
export type Role = "request" | "answer";

/** The roles of every declaration that some method reaches, at any depth. */
export function rolesOf(schema: Schema): ReadonlyMap<string, ReadonlySet<Role>> {
  const roles = new Map<string, Set<Role>>();
  const uses = new Map<string, readonly string[]>();
  for (const declared of schema.declarations.values()) {
    if (!("fields" in declared)) continue;
    const named = declared.fields.map(({ type }) => type).filter(({ kind }) => kind !== "scalar" && kind !== "builtin");
    uses.set(
      declared.fullName,
      named.map(({ name }) => name),
    );
  }
  const reach = (start: string, role: Role): void => {
    const queue = [start];
    for (const name of queue) {
      const known = roles.get(name) ?? new Set();
      if (known.has(role)) continue;
      roles.set(name, known.add(role));
      queue.push(...(uses.get(name) ?? []));
    }
  };
  for (const service of schema.files.flatMap((file) => file.services)) {
    for (const method of service.methods) {
      reach(method.input, "request");
      for (const name of [method.output, ...method.throws]) reach(name, "answer");
    }
  }
  return roles;
}

/** How each build fares as a reader of what the other one writes. */
export interface Reading {
  readonly newReadsOld: Fate;
  readonly oldReadsNew: Fate;
}

/** Who is at a loss; bytes that no method carries are only stored. */
export function pairingsOf(reading: Reading, roles: ReadonlySet<Role>): readonly Pairing[] {
  const isNewLost = reading.newReadsOld !== "kept";
  const isOldLost = reading.oldReadsNew !== "kept";
  const pairings: Pairing[] = [];
  if ((isNewLost && roles.has("request")) || (isOldLost && roles.has("answer"))) pairings.push("oldClientNewServer");
  if ((isOldLost && roles.has("request")) || (isNewLost && roles.has("answer"))) pairings.push("newClientOldServer");
  if (isNewLost || (isOldLost && roles.size === 0)) pairings.push("storedData");
  return pairings;
}

const verbs: Readonly<Record<Fate, string>> = {
  kept: "gets the value",
  some: "gets another value, or none, where one does not fit",
  lost: "does not see the value, since its wire type is another",
  misread: "takes the value for something else",
  refused: "refuses values that the other one may write",
};

/** A sentence for each build that does not get what the other one wrote; `what` is "bytes" or "JSON". */
export function readingSentence({ newReadsOld, oldReadsNew }: Reading, what: string): string {
  if (newReadsOld !== "kept" && newReadsOld === oldReadsNew) {
    return `Reading ${what} of the other, each build ${verbs[newReadsOld]}.`;
  }
  const sentences = [
    ...(newReadsOld === "kept" ? [] : [`Reading ${what} of the old build, the new one ${verbs[newReadsOld]}.`]),
    ...(oldReadsNew === "kept" ? [] : [`Reading ${what} of the new build, the old one ${verbs[oldReadsNew]}.`]),
  ];
  return sentences.join(" ");
}
