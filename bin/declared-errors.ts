/** What calls without generated code know of a method's declared errors: their names, and what in them is not to be shown. */

import type * as Reflection from "@rpcgen/runtime/reflection";
import { isSecret, secretMessages } from "../compiler/src/schema/secret-messages.js";
import type { MethodSchema, Schema } from "../compiler/src/schema/schema.js";

/** The errors that a method throws, as `throws` of a service that generic calls are made with. */
export function declaredErrors(
  { schema, method }: { readonly schema: Schema; readonly method: MethodSchema },
  { genericError }: typeof Reflection,
): readonly ReturnType<typeof genericError>[] {
  const withSecrets = secretMessages(schema);
  return method.throws.map((name) => {
    const declared = schema.declarations.get(name);
    if (declared?.kind !== "error") return genericError(name, "all");
    const secret = declared.fields.filter((field) => {
      const { type } = field;
      return isSecret(field) || ((type.kind === "message" || type.kind === "union") && withSecrets.has(type.name));
    });
    return genericError(
      name,
      secret.map(({ jsonName }) => jsonName),
    );
  });
}
