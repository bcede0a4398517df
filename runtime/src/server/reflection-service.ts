/** The handler that tells tools what a server offers. */

import type { OfferInit } from "../builtin/gen/rpcgen/reflection/v1/reflection.types.js";
import type { Shape } from "../builtin/gen/rpcgen/reflection/v1/reflection.types.js";
import { serveReflection } from "../builtin/gen/rpcgen/reflection/v1/reflection.server.js";
import type { Mount } from "../call/server-call.js";
import type { MethodShape } from "../method/method.js";
import type { SecretFields } from "../secret/secret-fields.js";

const shapes: Readonly<Record<MethodShape, Shape>> = {
  unary: "UNARY",
  serverStream: "SERVER_STREAM",
  clientStream: "CLIENT_STREAM",
  bidiStream: "BIDI_STREAM",
  oneway: "ONEWAY",
};

/** The reflection of these services, and of itself. */
export function reflectionMount(mounts: readonly Mount[]): Mount {
  const own: Mount = serveReflection({ list: () => offer([...mounts, own]) });
  return own;
}

function offer(mounts: readonly Mount[]): OfferInit {
  return {
    services: mounts.map(({ service: { name, fingerprint, source, methods }, json }) => ({
      name,
      fingerprint,
      source,
      methods: methods.map((method) => ({
        name: method.name,
        wireName: method.wireName,
        shape: shapes[method.shape],
        isIdempotent: method.isIdempotent,
        throws: method.throws.map((error) => error.name),
      })),
      errors: json?.errors.map((error) => ({ name: error.name, secretFields: secretNames(error.secrets) })),
    })),
  };
}

/** Names in JSON of the fields, members of inline unions among them, that are secret or hold something that is. */
function secretNames({ fields, unions = {} }: SecretFields = { fields: {} }): readonly string[] {
  return [fields, ...Object.values(unions)].flatMap((group) =>
    Object.entries(group).map(([property, { json }]) => json ?? property),
  );
}
