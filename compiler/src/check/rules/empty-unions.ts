/** Unions have members. */

import type { Rule } from "../rule.js";

/** Without members there is no value that it could ever hold. */
const details = { label: "it needs a member, such as `1 card: Card`" };

export const emptyUnions: Rule = (schema, places, report) => {
  for (const file of schema.files) {
    for (const union of file.unions) {
      if (union.fields.length === 0 && !places.isIncomplete(union))
        report.add("union-empty", places.of(union), { name: union.name }, details);
    }
    for (const member of [...file.messages, ...file.errors].flatMap((owner) => owner.members)) {
      if (member.kind === "inlineUnion" && member.members.length === 0 && !places.isIncomplete(member)) {
        report.add("union-empty", places.of(member), { name: member.name }, details);
      }
    }
  }
};
