/** Walks over everything in a schema that has numbered fields. */

import type { ErrorSchema, MessageSchema, Schema, UnionSchema } from "./schema.js";

/** A declaration with numbered fields. */
export type FieldOwner = MessageSchema | ErrorSchema | UnionSchema;

/** Messages, errors and standalone unions, synthesised messages included. */
export function* fieldOwners(schema: Schema): Generator<FieldOwner> {
  for (const file of schema.files) {
    yield* file.messages;
    yield* file.errors;
    yield* file.unions;
  }
}
