/** The special JSON form of `google.protobuf.Any`: the message inside it, with its type under "@type". */

import type { JsonReader, JsonWriter, RegisteredType } from "./json-codec.js";
import { isJsonObject, setOwn } from "./json-value.js";
import type { JsonInput, JsonObject, JsonValue } from "./json-value.js";

/** An Any as it is on the wire. */
export interface PackedMessage {
  /** For instance `type.googleapis.com/shop.orders.v1.Order`: the name stands behind the last slash. */
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** Messages whose own JSON need not be an object, or is one without fields; in an Any it stands under "value". */
const specialForms: ReadonlySet<string> = new Set(
  [
    "Any",
    "BoolValue",
    "BytesValue",
    "DoubleValue",
    "Duration",
    "Empty",
    "FieldMask",
    "FloatValue",
    "Int32Value",
    "Int64Value",
    "ListValue",
    "StringValue",
    "Struct",
    "Timestamp",
    "UInt32Value",
    "UInt64Value",
    "Value",
  ].map((name) => `google.protobuf.${name}`),
);

export function readAny(json: JsonInput, reader: JsonReader): PackedMessage {
  if (!isJsonObject(json)) reader.expected("an object", json);
  const names = Object.keys(json);
  if (names.length === 0) return { typeUrl: "", value: new Uint8Array(0) };
  const typeUrl = Object.hasOwn(json, "@type") ? json["@type"] : undefined;
  if (typeof typeUrl !== "string") return reader.fail('expected the name of a type under "@type"');
  const type = registeredType(typeUrl, reader);
  reader.enter();
  const value = type.fromJson(innerJson(json, type, reader), reader);
  reader.leave();
  return { typeUrl, value };
}

export function writeAny(any: PackedMessage, writer: JsonWriter): JsonObject {
  if (any.typeUrl === "" && any.value.length === 0) return {};
  const type = registeredType(any.typeUrl, writer);
  writer.enter();
  const inner = type.toJson(any.value, writer);
  writer.leave();
  const object: { [name: string]: JsonValue } = { "@type": any.typeUrl };
  if (specialForms.has(type.name) || !isJsonObject(inner)) object["value"] = inner;
  else for (const [name, json] of Object.entries(inner)) setOwn(object, name, json);
  return object;
}

function innerJson(json: JsonInput, type: RegisteredType, reader: JsonReader): JsonInput {
  if (!isJsonObject(json)) return json;
  const inner: { [name: string]: JsonInput } = {};
  for (const [name, value] of Object.entries(json)) if (name !== "@type") setOwn(inner, name, value);
  if (!specialForms.has(type.name)) return inner;
  const { value, ...others } = inner;
  if (value === undefined) return reader.fail(`expected the JSON of ${type.name} under "value"`);
  if (Object.keys(others).length > 0 && !reader.ignoreUnknownFields) {
    return reader.fail(`expected nothing but "@type" and "value" for ${type.name}`);
  }
  return value;
}

function registeredType(typeUrl: string, state: JsonReader | JsonWriter): RegisteredType {
  const slash = typeUrl.lastIndexOf("/");
  if (slash < 0 || slash === typeUrl.length - 1)
    return state.fail("expected a type such as type.googleapis.com/a.Name");
  const type = state.registry?.find(typeUrl.slice(slash + 1));
  return type ?? state.fail("this Any holds a type that is not in the registry given in the options");
}
