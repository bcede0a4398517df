/** Which fields are secret, and which messages hold such fields, in themselves or in something that they hold. */

import type { FieldSchema, Schema } from "./schema.js";
import { withHolders } from "./with-holders.js";

/** Whether what a field holds is not to be shown: it says so, or it may hold any message there is. */
export function isSecret(field: FieldSchema): boolean {
  const { type, annotations } = field;
  return annotations.some(({ name }) => name === "secret") || (type.kind === "message" && type.name === anyMessage);
}

/** May hold any message there is, and with it any secret. */
export const anyMessage = "google.protobuf.Any";

/** Full names of the messages, unions and errors with secrets in them. */
export function secretMessages(schema: Schema): ReadonlySet<string> {
  return withHolders(schema, ({ fields }) => fields.some(isSecret));
}
