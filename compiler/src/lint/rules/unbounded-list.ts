/** What a caller sends has bounds. */

import type { FieldSchema, Schema } from "../../schema/schema.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { hasAnnotation, ownFields } from "../written.js";

export const unboundedList: LintRule = defineRule({
  code: "unbounded-list",
  isDefault: false,
  check: (subject, add) => {
    const sent = fieldsSent(subject.schema);
    for (const { field } of ownFields(subject)) {
      if (field.cardinality === "single" || hasAnnotation(field, "items") || !sent.has(field)) continue;
      add(subject.places.of(field), { name: field.name }, { label: "for instance `@items(0, 100)`" });
    }
  },
});

/** Every field that can be reached from what a method takes. */
function fieldsSent({ files, declarations }: Schema): ReadonlySet<FieldSchema> {
  const fields = new Set<FieldSchema>();
  const queue = files.flatMap(({ services }) => services.flatMap(({ methods }) => methods.map(({ input }) => input)));
  const seen = new Set(queue);
  for (const name of queue) {
    const declaration = declarations.get(name);
    if (declaration?.kind !== "message" && declaration?.kind !== "union") continue;
    for (const field of declaration.fields) {
      fields.add(field);
      if (field.type.kind !== "message" && field.type.kind !== "union") continue;
      if (seen.has(field.type.name)) continue;
      seen.add(field.type.name);
      queue.push(field.type.name);
    }
  }
  return fields;
}
