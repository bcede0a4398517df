/** Names that `@name` gives: usable where they go. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import type { FieldSchema, MethodSchema } from "../../schema/schema.js";
import { fieldOwners } from "../../schema/field-owner.js";
import type { Rule } from "../rule.js";

/** A name in JSON: something, at most 255 characters, and nothing that cannot be seen. */
const jsonName = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,255}$/u;
/** A method is a part of a path, and of a `.proto`. */
const methodName = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

export const givenNames: Rule = (schema, places, report) => {
  for (const owner of fieldOwners(schema)) {
    for (const field of owner.fields) {
      if (!jsonName.test(field.jsonName)) {
        refuse(field, "takes between one and 255 visible characters", places, report);
      }
    }
  }
  for (const service of schema.files.flatMap((file) => file.services)) {
    for (const method of service.methods) {
      if (!methodName.test(method.wireName)) refuse(method, "takes letters, digits and _ for a method", places, report);
    }
  }
};

function refuse(thing: FieldSchema | MethodSchema, reason: string, places: Places, report: Report): void {
  const index = thing.annotations.findIndex((annotation) => annotation.name === "name");
  report.add("annotation-argument", places.item(thing, "argument", index), { name: "name", reason });
}
