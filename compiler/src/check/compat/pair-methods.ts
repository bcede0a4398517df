/** Finds out which method of a service is which of the older service, under another name or not. */

import type { MethodSchema } from "../../schema/schema.js";

export interface MethodPair {
  readonly old: MethodSchema;
  readonly new: MethodSchema;
}

export interface PairedMethods {
  readonly pairs: readonly MethodPair[];
  readonly removed: readonly MethodSchema[];
  readonly added: readonly MethodSchema[];
}

/** Says what a message of either build is, so that equal texts mean equal messages; `isOld` tells the build. */
export type DescribeMessage = (fullName: string, isOld: boolean) => string;

/** By name, then by name on the wire, then by everything else where that leads to one method only. */
export function pairMethods(
  old: readonly MethodSchema[],
  now: readonly MethodSchema[],
  describe: DescribeMessage,
): PairedMethods {
  const pairs: MethodPair[] = [];
  let removed = old;
  let added = now;
  const keys: readonly ((method: MethodSchema, isOld: boolean) => string)[] = [
    ({ name }) => name,
    ({ wireName }) => wireName,
    (method, isOld) => likeness(method, (name) => describe(name, isOld)),
  ];
  for (const keyOf of keys) {
    const before = grouped(removed, (method) => keyOf(method, true));
    const after = grouped(added, (method) => keyOf(method, false));
    const found = [...before].flatMap(([key, [first, ...others]]): MethodPair[] => {
      const [match, ...rivals] = after.get(key) ?? [];
      const isSure = first !== undefined && match !== undefined && others.length === 0 && rivals.length === 0;
      return isSure ? [{ old: first, new: match }] : [];
    });
    pairs.push(...found);
    const matched = new Set(found.flatMap((pair) => [pair.old, pair.new]));
    removed = removed.filter((method) => !matched.has(method));
    added = added.filter((method) => !matched.has(method));
  }
  return { pairs, removed, added };
}

function likeness(method: MethodSchema, describe: (fullName: string) => string): string {
  const { name, shape, input, output, outputForm, throws } = method;
  const [given, answered] = [describe(input), describe(output)];
  // Nothing but two empty messages says nothing.
  const only = given === "" && answered === "" ? name : "";
  return JSON.stringify([shape, given, outputForm, answered, throws.map(describe), only]);
}

function grouped(
  methods: readonly MethodSchema[],
  keyOf: (method: MethodSchema) => string,
): ReadonlyMap<string, readonly MethodSchema[]> {
  const groups = new Map<string, MethodSchema[]>();
  for (const method of methods) {
    const key = keyOf(method);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [method]);
    else group.push(method);
  }
  return groups;
}
