/** Where everything is used: the way back of every link. */

import type { FieldSchema, MethodSchema, Schema, ServiceSchema } from "../../../schema/schema.js";
import { fieldOwners } from "../../../schema/field-owner.js";

/** One place that uses a declaration. */
export interface Use {
  /** Full name of the declaration that it is in. */
  readonly owner: string;
  /** The field or method; "" where the declaration as a whole is meant. */
  readonly member: string;
  readonly role: "field" | "request" | "answer" | "parameter" | "thrown" | "extended" | "alias";
}

/** Uses by the full name of what is used, in the order of the files. */
export function collectUses(schema: Schema): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  const add = (used: string, use: Use): void => {
    const known = uses.get(used);
    if (known === undefined) uses.set(used, [use]);
    else if (known.at(-1)?.owner !== use.owner || known.at(-1)?.member !== use.member) known.push(use);
  };
  const addField = (field: FieldSchema, use: Use): void => {
    if (field.alias !== undefined) add(field.alias, use);
    if (field.type.kind !== "scalar" && field.type.kind !== "builtin") add(field.type.name, use);
  };
  for (const owner of fieldOwners(schema)) {
    if (owner.kind === "message" && owner.isSynthetic) continue;
    for (const field of owner.fields) addField(field, { owner: owner.fullName, member: field.name, role: "field" });
  }
  for (const { aliases, services } of schema.files) {
    for (const { fullName, type } of aliases) {
      if (type.kind !== "scalar" && type.kind !== "builtin")
        add(type.name, { owner: fullName, member: "", role: "alias" });
    }
    for (const service of services) {
      if (service.extends !== undefined)
        add(service.extends, { owner: service.fullName, member: "", role: "extended" });
      for (const method of ownMethods(schema, service)) addMethod(schema, service, method, add, addField);
    }
  }
  return uses;
}

/** The methods that a service declares itself. */
export function ownMethods(schema: Schema, service: ServiceSchema): readonly MethodSchema[] {
  const base = service.extends === undefined ? undefined : schema.declarations.get(service.extends);
  return service.methods.slice(base?.kind === "service" ? base.methods.length : 0);
}

/** What a service adds comes first; what it takes over is known from elsewhere. */
export function readingOrder(schema: Schema, service: ServiceSchema): readonly MethodSchema[] {
  const own = ownMethods(schema, service);
  return [...own, ...service.methods.slice(0, service.methods.length - own.length)];
}

function addMethod(
  schema: Schema,
  service: ServiceSchema,
  method: MethodSchema,
  add: (used: string, use: Use) => void,
  addField: (field: FieldSchema, use: Use) => void,
): void {
  const place = { owner: service.fullName, member: method.name };
  const sides = [
    [method.input, "request"],
    [method.output, "answer"],
  ] as const;
  for (const [name, role] of sides) {
    const declared = schema.declarations.get(name);
    if (declared?.kind === "message" && declared.isSynthetic) {
      const inner = role === "request" ? "parameter" : "answer";
      for (const field of declared.fields) addField(field, { ...place, role: inner });
    } else add(name, { ...place, role });
  }
  for (const error of method.throws) add(error, { ...place, role: "thrown" });
}
