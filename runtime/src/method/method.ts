/** What a service declares, as data: its methods, their shapes and their codecs. */

import type { Decode, Encode, ErrorCodec, ErrorDecoder } from "../codec/codec.js";
import type { Secrets } from "../secret/secret-fields.js";
import { allScalars, type Scalars } from "../bytes/scalars.js";
import type { MethodPolicy } from "./method-policy.js";

export type MethodShape = "unary" | "serverStream" | "clientStream" | "bidiStream" | "oneway";

/** A method without its codecs: what both sides know of it. */
export interface MethodInfo {
  /** Name of the handler's and client's function, for instance `place`. */
  readonly name: string;
  /** Name on the wire, for instance `Place`. */
  readonly wireName: string;
  readonly shape: MethodShape;
  /** Names of the request's fields where handlers take them one by one; left out where they take the request as it is. */
  readonly parameters?: readonly string[] | undefined;
  /** What servers write is missing where only a client is meant. */
  readonly throws: readonly (ErrorCodec | (ErrorDecoder & { readonly encode?: undefined }))[];
  /** Default deadline from `@timeout`, undefined where the IDL says nothing. */
  readonly timeoutMs: number | undefined;
  readonly isIdempotent: boolean;
  /** What annotations say of its calls; left out where they say nothing. */
  readonly policy?: MethodPolicy | undefined;
  /** Where requests and answers have secrets; left out where neither has. For `redactRequest` and `redactAnswer`. */
  readonly secrets?: MethodSecrets | undefined;
}

/** Of a method's messages; undefined where there are none. */
export interface MethodSecrets {
  readonly request?: Secrets | undefined;
  readonly answer?: Secrets | undefined;
}

/** A service: its methods stand at their dispatch indexes. */
export interface ServiceInfo {
  /** Full name, for instance `shop.orders.v1.Orders`. */
  readonly name: string;
  /** 16 hex digits over everything that can change its bytes or its dispatch indexes. */
  readonly fingerprint: string;
  /** Logical path of the file that declares it, for explanations. */
  readonly source: string;
  readonly methods: readonly MethodInfo[];
}

/** A method as a client calls it. */
export interface Method<In, Out> {
  readonly service: ServiceInfo;
  /** Dispatch index in `service.methods`. */
  readonly index: number;
  readonly info: MethodInfo;
  /** `/shop.orders.v1.Orders/Place`. */
  readonly path: string;
  readonly encode: Encode<In>;
  readonly decode: Decode<Out>;
  /** What the small client of browsers has to learn for its messages; left out where that is nothing. */
  readonly scalars?: readonly Scalars[] | undefined;
}

/** Ties the method at `index` of a service to the codecs that a client needs, and to all kinds of numbers. */
export function method<In, Out>(
  service: ServiceInfo,
  index: number,
  encode: Encode<In>,
  decode: Decode<Out>,
): Method<In, Out> {
  if (service.methods[index] === undefined) throw new RangeError(`${service.name} has no method with index ${index}`);
  return methodWith(service, index, encode, decode, allScalars);
}

/** The same with the kinds of numbers that its messages and errors hold, so that a bundle carries no others. For generated code: the index is right. */
export function methodWith<In, Out>(
  service: ServiceInfo,
  index: number,
  encode: Encode<In>,
  decode: Decode<Out>,
  scalars?: readonly Scalars[],
): Method<In, Out> {
  const info = service.methods[index] as MethodInfo;
  return { service, index, info, path: `/${service.name}/${info.wireName}`, encode, decode, scalars };
}
