/** Which messages have rules about their values, in themselves or in something that they hold. */

import type { Annotation, Described, Schema } from "./schema.js";

/** The annotations that say which values are right. */
const ruleNames: ReadonlySet<string> = new Set([
  "min",
  "max",
  "minLength",
  "maxLength",
  "pattern",
  "items",
  "unique",
  "required",
]);

/** The annotations of something that say which values are right. */
export function rulesOf(thing: Pick<Described, "annotations">): readonly Annotation[] {
  return thing.annotations.filter(({ name }) => ruleNames.has(name));
}

/** Full names of the messages and unions with rules, or with something in them that has rules. */
export function ruledMessages(schema: Schema): ReadonlySet<string> {
  const holders = new Map<string, string[]>();
  const ruled = new Set<string>();
  for (const declared of schema.files.flatMap((file) => [...file.messages, ...file.unions])) {
    const { fullName, fields } = declared;
    const members: readonly Pick<Described, "annotations">[] = declared.kind === "message" ? declared.members : [];
    if ([...fields, ...members].some((member) => rulesOf(member).length > 0)) ruled.add(fullName);
    for (const { type } of fields) {
      if (type.kind !== "message" && type.kind !== "union") continue;
      const known = holders.get(type.name);
      if (known === undefined) holders.set(type.name, [fullName]);
      else known.push(fullName);
    }
  }
  // A set visits what is added to it while it is walked: from the rules outwards to all that hold them.
  for (const fullName of ruled) for (const holder of holders.get(fullName) ?? []) ruled.add(holder);
  return ruled;
}
