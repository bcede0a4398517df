/** What a service's messages are in JSON, as data, for connections that speak it. */

import type { JsonCodec, JsonReader, JsonWriter } from "../codec/json/json-codec.js";
import type { JsonInput, JsonValue } from "../codec/json/json-value.js";
import type { RpcErrorFacts } from "../error/rpc-error.js";
import type { SecretFields } from "../secret/secret-fields.js";
import type { ServiceInfo } from "./method.js";

/** The JSON of a method's messages. What is passed in was typed where the codec was generated. */
export interface MethodJson {
  readonly request: JsonCodec<unknown, never>;
  /** Undefined where nothing is answered. */
  readonly answer: JsonCodec<unknown, never> | undefined;
  /** The answer is the field `value` of its message; false where left out. */
  readonly isValue?: boolean | undefined;
}

/** A declared error in JSON: its fields, and how to raise it again on the other side. */
export interface ErrorJson {
  readonly name: string;
  readonly toJson: (error: { readonly detail: unknown }, writer: JsonWriter) => JsonValue;
  readonly fromJson: (json: JsonInput, reader: JsonReader, message: string, facts: RpcErrorFacts) => Error;
  /** Where the secrets of its fields stand; left out where it has none. */
  readonly secrets?: SecretFields | undefined;
}

/** A service in JSON; its methods stand at their dispatch indexes. */
export interface ServiceJson {
  readonly service: ServiceInfo;
  readonly methods: readonly MethodJson[];
  /** Every error that its methods declare. */
  readonly errors: readonly ErrorJson[];
}
