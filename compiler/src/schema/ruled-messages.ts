/** Which messages have rules about their values, in themselves or in something that they hold. */

import type { Annotation, Described, Schema } from "./schema.js";
import { withHolders } from "./with-holders.js";

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
  return withHolders(schema, ({ kind, fields, ...declared }) => {
    // Rules are about what is asked; errors are answers.
    if (kind === "error") return false;
    const members: readonly Pick<Described, "annotations">[] = "members" in declared ? declared.members : [];
    return [...fields, ...members].some((member) => rulesOf(member).length > 0);
  });
}
