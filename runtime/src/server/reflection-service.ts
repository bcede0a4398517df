/** The handler that tells tools what a server offers. */

import type { OfferInit } from "../builtin/gen/rpcgen/reflection/v1/reflection.types.js";
import type { Shape } from "../builtin/gen/rpcgen/reflection/v1/reflection.types.js";
import { serveReflection } from "../builtin/gen/rpcgen/reflection/v1/reflection.server.js";
import type { Mount } from "../call/server-call.js";
import type { MethodShape, ServiceInfo } from "../method/method.js";

const shapes: Readonly<Record<MethodShape, Shape>> = {
  unary: "UNARY",
  serverStream: "SERVER_STREAM",
  clientStream: "CLIENT_STREAM",
  bidiStream: "BIDI_STREAM",
  oneway: "ONEWAY",
};

/** The reflection of these services, and of itself. */
export function reflectionMount(mounts: readonly Mount[]): Mount {
  const own: Mount = serveReflection({ list: () => offer([...mounts, own].map(({ service }) => service)) });
  return own;
}

function offer(services: readonly ServiceInfo[]): OfferInit {
  return {
    services: services.map(({ name, fingerprint, source, methods }) => ({
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
    })),
  };
}
