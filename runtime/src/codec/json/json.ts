/** What applications call: messages to and from JSON values and JSON text, by their generated codec. */

import { JsonReader, JsonWriter } from "./json-codec.js";
import type { JsonCodec, JsonReadOptions, JsonWriteOptions } from "./json-codec.js";
import { jsonText } from "./json-print.js";
import { parseJson } from "./json-text.js";
import type { JsonInput, JsonValue } from "./json-value.js";

/** The message as Protobuf's canonical JSON. Fails with a JsonWriteError that names the field. */
export function toJson<Out, In>(codec: JsonCodec<Out, In>, value: In, options?: JsonWriteOptions): JsonValue {
  return codec.toJson(value, new JsonWriter(options));
}

/** Reads a message from Protobuf's canonical JSON. Fails with a JsonReadError that names the field. */
export function fromJson<Out, In>(codec: JsonCodec<Out, In>, json: JsonInput, options?: JsonReadOptions): Out {
  return codec.fromJson(json, new JsonReader(options));
}

export interface JsonTextOptions extends JsonWriteOptions {
  /** Spaces per level; on one line where left out. */
  readonly indent?: number | undefined;
}

/** The message as text of Protobuf's canonical JSON. Fails with a JsonWriteError that names the field. */
export function toJsonString<Out, In>(codec: JsonCodec<Out, In>, value: In, options?: JsonTextOptions): string {
  const writer = new JsonWriter(options);
  const json = codec.toJson(value, writer);
  return jsonText(json, writer.hasNegativeZero, options?.indent);
}

/**
 * Reads a message from text of Protobuf's canonical JSON.
 * Stricter than `JSON.parse`: a name twice in one object is refused, and integers keep all their digits.
 * Fails with a JsonReadError that names the field or, for text that is no JSON, the line and column.
 */
export function fromJsonString<Out, In>(codec: JsonCodec<Out, In>, text: string, options?: JsonReadOptions): Out {
  return fromJson(codec, parseJson(text), options);
}
