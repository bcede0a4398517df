/** Asks a server what it offers, as services that generic calls can be made with. */

import { createReflectionClient } from "../builtin/gen/rpcgen/reflection/v1/reflection.client.js";
import type { Method, Shape } from "../builtin/gen/rpcgen/reflection/v1/reflection.types.js";
import { genericError } from "../call/generic-json.js";
import type { CallOptions, Channel } from "../call/outgoing-call.js";
import { RpcError } from "../error/rpc-error.js";
import type { MethodInfo, MethodShape, ServiceInfo } from "../method/method.js";

const shapes: ReadonlyMap<Shape, MethodShape> = new Map<Shape, MethodShape>([
  ["UNARY", "unary"],
  ["SERVER_STREAM", "serverStream"],
  ["CLIENT_STREAM", "clientStream"],
  ["BIDI_STREAM", "bidiStream"],
  ["ONEWAY", "oneway"],
]);

/**
 * What the server behind a channel (of Protobuf) offers. Fails with `unimplemented` where it does not say, which it does under
 * `serve({ reflection: true })` only.
 */
export async function reflect(channel: Channel, options?: CallOptions): Promise<readonly ServiceInfo[]> {
  const { services } = await createReflectionClient(channel).list(options);
  return services.map(({ name, fingerprint, source, methods, errors }) => {
    const secrets = new Map(errors.map((error) => [error.name, error.secretFields]));
    return { name, fingerprint, source, methods: methods.map((method) => methodInfo(method, secrets)) };
  });
}

function methodInfo(
  { name, wireName, shape, isIdempotent, throws }: Method,
  secrets: ReadonlyMap<string, readonly string[]>,
): MethodInfo {
  const known = shapes.get(shape);
  if (known === undefined) {
    throw new RpcError("unimplemented", `the server's method ${wireName} has a shape that is not known here: ${shape}`);
  }
  const errors = throws.map((error) => genericError(error, secrets.get(error) ?? "all"));
  return { name, wireName, shape: known, throws: errors, timeoutMs: undefined, isIdempotent };
}
