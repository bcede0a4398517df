/** JSON as the codec of a channel, for the services whose JSON it is given. */

import { HealthJson } from "../builtin/gen/grpc/health/v1/health.methods.js";
import { LoadReportsJson } from "../builtin/gen/rpcgen/load/v1/load.methods.js";
import type { MessageCodec } from "../call/message-codec.js";
import type { Decode } from "../codec/codec.js";
import type { JsonWireOptions } from "../codec/json/json-wire.js";
import { RpcError } from "../error/rpc-error.js";
import { jsonMethods, type JsonMethod } from "../method/json-method.js";
import type { Method, ServiceInfo } from "../method/method.js";
import type { ServiceJson } from "../method/service-json.js";

export interface JsonCodecOptions extends JsonWireOptions {
  /** What generated `methods` files export beside each service, for instance `OrdersJson`. */
  readonly services: readonly ServiceJson[];
}

/** What a channel over many servers asks of each of them. */
const watched: readonly ServiceJson[] = [HealthJson, LoadReportsJson];

/**
 * For `connect({ codec })`: messages travel as Protobuf's canonical JSON. Calls of a service that was not given fail with
 * `invalid-argument`. Named service by service, so that a bundle without it carries no JSON.
 */
export function jsonCodec(options: JsonCodecOptions): MessageCodec {
  const services = new Map<ServiceInfo, readonly JsonMethod[]>(
    [...watched, ...options.services].map((json) => [json.service, jsonMethods(json, options)]),
  );
  // A method that was bundled by itself belongs to a service of its own, and is known by its name.
  const byPath = new Map<string, JsonMethod>(
    [...services].flatMap(([service, methods]) =>
      methods.map((json) => [`/${service.name}/${json.info.wireName}`, json] as const),
    ),
  );
  return {
    name: "json",
    twin<In, Out>(method: Method<In, Out>): Method<In, Out> {
      const json = services.get(method.service)?.[method.index] ?? byPath.get(method.path);
      if (json === undefined) {
        const text = `the JSON of ${method.service.name} was not given to jsonCodec: it wants it among its services`;
        throw new RpcError("invalid-argument", text, { method: method.path });
      }
      const { info, encodeRequest, decodeAnswer } = json;
      // Both come from one method of the schema.
      return { ...method, info, encode: encodeRequest, decode: decodeAnswer as Decode<Out> };
    },
  };
}
