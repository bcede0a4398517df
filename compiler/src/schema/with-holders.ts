/** Finds messages by what is in them, however deep it lies. */

import type { ErrorSchema, MessageSchema, Schema, UnionSchema } from "./schema.js";

/** What has fields. */
export type Holder = MessageSchema | UnionSchema | ErrorSchema;

/** Full names of what `isMarked` holds for, and of all that hold something of that kind. */
export function withHolders(schema: Schema, isMarked: (declared: Holder) => boolean): ReadonlySet<string> {
  const holders = new Map<string, string[]>();
  const marked = new Set<string>();
  for (const declared of schema.files.flatMap((file) => [...file.messages, ...file.unions, ...file.errors])) {
    const { fullName, fields } = declared;
    if (isMarked(declared)) marked.add(fullName);
    for (const { type } of fields) {
      if (type.kind !== "message" && type.kind !== "union") continue;
      const known = holders.get(type.name);
      if (known === undefined) holders.set(type.name, [fullName]);
      else known.push(fullName);
    }
  }
  // A set visits what is added to it while it is walked: from the marks outwards to all that hold them.
  for (const fullName of marked) for (const holder of holders.get(fullName) ?? []) marked.add(holder);
  return marked;
}
