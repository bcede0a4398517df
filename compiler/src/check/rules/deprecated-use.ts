/** Warns where something new is built on something deprecated. */

import type { Declaration, Described } from "../../schema/schema.js";
import type { Span } from "../../source/source-file.js";
import { fieldOwners } from "../../schema/field-owner.js";
import type { Rule } from "../rule.js";

export const deprecatedUse: Rule = (schema, places, report) => {
  const warn = (name: string, users: readonly Described[], span: Span | undefined): void => {
    const used: Declaration | undefined = schema.declarations.get(name);
    // What is deprecated itself may go on using what is deprecated.
    if (used?.deprecated === undefined || users.some((user) => user.deprecated !== undefined)) return;
    report.add(
      "deprecated-use",
      span,
      { name: used.name },
      {
        label: used.deprecated === "" ? undefined : used.deprecated,
      },
    );
  };
  for (const owner of fieldOwners(schema)) {
    for (const field of owner.fields) {
      const isNamed = field.type.kind !== "scalar" && field.type.kind !== "builtin";
      const name = field.alias ?? (isNamed ? field.type.name : undefined);
      if (name !== undefined && name !== owner.fullName) warn(name, [owner, field], places.of(field, "type"));
    }
  }
  for (const service of schema.files.flatMap((file) => file.services)) {
    if (service.extends !== undefined) warn(service.extends, [service], places.of(service, "extends"));
    for (const method of service.methods) {
      warn(method.input, [service, method], places.of(method, "parameters"));
      warn(method.output, [service, method], places.of(method, "result"));
      for (const [index, name] of method.throws.entries()) {
        warn(name, [service, method], places.item(method, "throws", index));
      }
    }
  }
};
