/** Within a package, fields of one name have one scalar type. */

import type { FieldSchema } from "../../schema/schema.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";

export const sameNameOtherType: LintRule = defineRule({
  code: "same-name-other-type",
  check: ({ schema, files, places }, add) => {
    const linted = new Set(files);
    const first = new Map<string, FieldSchema>();
    for (const file of schema.files) {
      const messages = file.messages.filter(({ isSynthetic }) => !isSynthetic);
      for (const field of [...messages, ...file.errors].flatMap(({ fields }) => fields)) {
        const key = `${file.package}\0${field.name}`;
        const type = scalarOf(field);
        if (type === undefined) continue;
        const other = first.get(key);
        if (other === undefined) first.set(key, field);
        const otherType = other === undefined ? undefined : scalarOf(other);
        if (other === undefined || otherType === undefined || otherType === type || !linted.has(file)) continue;
        const span = places.of(other);
        const related = span === undefined ? [] : [{ span, message: `\`${otherType}\` here` }];
        add(places.of(field), { name: field.name, type, other: otherType }, { related });
      }
    }
  },
});

/** What a member of an inline union holds depends on the union, and so is not compared. */
function scalarOf({ type, cardinality, union }: FieldSchema): string | undefined {
  return type.kind === "scalar" && cardinality === "single" && union === undefined ? type.name : undefined;
}
