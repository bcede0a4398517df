/** Messages as JSON on a connection: the text goes straight into the outgoing buffer and comes straight out of a frame. */

import { DecodeError } from "../../bytes/decode-error.js";
import { EncodeError } from "../../bytes/encode-error.js";
import { defaultDecodeLimits } from "../../bytes/limits.js";
import type { MessageReader } from "../../bytes/message-reader.js";
import { readUtf8, writeUtf8 } from "../../bytes/utf8.js";
import type { MessageWriter } from "../../bytes/message-writer.js";
import { JsonReader, JsonWriter, type TypeRegistry } from "./json-codec.js";
import { JsonReadError, JsonWriteError } from "./json-error.js";
import { jsonText } from "./json-print.js";
import { parseJson } from "./json-text.js";
import type { JsonInput, JsonValue } from "./json-value.js";

/** What JSON on a connection may be told. */
export interface JsonWireOptions {
  /** The messages that a `google.protobuf.Any` may hold. */
  readonly registry?: TypeRegistry | undefined;
}

/** Writes what `write` makes of a message; a value that does not fit is an EncodeError that names the field. */
export function writeJsonMessage(
  writer: MessageWriter,
  typeName: string,
  position: number,
  options: JsonWireOptions,
  write: (json: JsonWriter) => JsonValue,
): number {
  let text: string;
  try {
    const json = new JsonWriter({ registry: options.registry });
    text = jsonText(write(json), json.hasNegativeZero);
  } catch (thrown) {
    if (thrown instanceof JsonWriteError) throw new EncodeError(typeName, 0, thrown.message);
    throw thrown;
  }
  writer.ensure(position, text.length * 3);
  return position + writeUtf8(writer.buffer, text, position);
}

/**
 * Reads the message up to `end`; whatever is wrong with it is a DecodeError that names the field. Fields that a newer
 * peer has added are passed over. An enum value's name that it has added is refused, because only a number could be kept.
 */
export function readJsonMessage<T>(
  reader: MessageReader,
  typeName: string,
  end: number,
  options: JsonWireOptions,
  read: (json: JsonInput, reader: JsonReader) => T,
): T {
  const text = readUtf8(reader.buffer, reader.position, end);
  reader.position = end;
  if (text === undefined) throw new DecodeError("malformed", typeName, undefined, "the JSON is not valid UTF-8");
  try {
    const json = parseJson(text, defaultDecodeLimits.messagesMax);
    const wire = { ignoreUnknownFields: true, refuseUnknownEnumNames: true, registry: options.registry };
    return read(json, new JsonReader(wire));
  } catch (thrown) {
    if (thrown instanceof JsonReadError) throw new DecodeError(thrown.kind, typeName, undefined, thrown.message);
    throw thrown;
  }
}
