/** Encoders and decoders for a method's messages in JSON, in the shape of those that Protobuf has. */

import type { Decode, Encode, ErrorCodec } from "../codec/codec.js";
import type { JsonCodec } from "../codec/json/json-codec.js";
import { readJsonMessage, writeJsonMessage, type JsonWireOptions } from "../codec/json/json-wire.js";
import type { MethodInfo } from "./method.js";
import type { ErrorJson, MethodJson, ServiceJson } from "./service-json.js";

/** A method's codecs on both sides. What goes in and comes out was typed where the method was generated. */
export interface JsonMethod {
  readonly info: MethodInfo;
  readonly encodeRequest: Encode<unknown>;
  readonly decodeRequest: Decode<unknown>;
  readonly encodeAnswer: Encode<unknown>;
  readonly decodeAnswer: Decode<unknown>;
}

/** The methods of a service at their dispatch indexes. */
export function jsonMethods(json: ServiceJson, options: JsonWireOptions): readonly JsonMethod[] {
  const errors = new Map(json.errors.map((error) => [error.name, jsonError(error, options)]));
  return json.service.methods.map((info, index) => {
    const method = json.methods[index];
    if (method === undefined) throw new RangeError(`${json.service.name} has no JSON for its method ${info.name}`);
    const throws = info.throws.flatMap(({ name }) => errors.get(name) ?? []);
    return { info: { ...info, throws }, ...codecsOf(method, options) };
  });
}

function codecsOf({ request, answer, isValue }: MethodJson, options: JsonWireOptions): Omit<JsonMethod, "info"> {
  const requests = { encodeRequest: encoder(request, options), decodeRequest: decoder(request, options) };
  if (answer === undefined) return { ...requests, encodeAnswer: encodeNothing, decodeAnswer: decodeNothing };
  const encode = encoder(answer, options);
  const decode = decoder(answer, options);
  if (isValue !== true) return { ...requests, encodeAnswer: encode, decodeAnswer: decode };
  return {
    ...requests,
    encodeAnswer: (writer, value, position) => encode(writer, { value }, position),
    decodeAnswer: (reader, end) => (decode(reader, end) as { readonly value: unknown }).value,
  };
}

function encoder(codec: JsonCodec<unknown, never>, options: JsonWireOptions): Encode<unknown> {
  return (writer, value, position) =>
    // Callers and handlers were typed against the method that this is the twin of.
    writeJsonMessage(writer, codec.name, position, options, (json) => codec.toJson(value as never, json));
}

function decoder(codec: JsonCodec<unknown, never>, options: JsonWireOptions): Decode<unknown> {
  return (reader, end) => readJsonMessage(reader, codec.name, end, options, codec.fromJson);
}

function jsonError({ name, toJson, fromJson }: ErrorJson, options: JsonWireOptions): ErrorCodec {
  return {
    name,
    encode: (writer, error, position) =>
      writeJsonMessage(writer, name, position, options, (json) => toJson(error, json)),
    decode: (reader, end, message, facts) =>
      readJsonMessage(reader, name, end, options, (input, json) => fromJson(input, json, message, facts)),
  };
}

/** An empty object, in which a newer peer may have put something that nobody here asks for. */
const encodeNothing: Encode<unknown> = (writer, _value, position) =>
  writeJsonMessage(writer, "", position, {}, () => ({}));

const decodeNothing: Decode<void> = (reader, end) => {
  reader.position = end;
};
