/** The built-in `json`: any JSON value in TypeScript, a `google.protobuf.Value` on the wire. */

import type { MessageReader } from "../../bytes/message-reader.js";
import type { MessageWriter } from "../../bytes/message-writer.js";
import { isJsonList, isJsonObject, setOwn, type JsonValue } from "../json/json-value.js";

type Mutable = { [name: string]: JsonValue };

/** Writes a JSON value; properties that are undefined are left out, anything else that is not JSON is an EncodeError. */
export function encodeJson(w: MessageWriter, value: JsonValue, p: number): number {
  w.enterScalar("google.protobuf.Value");
  switch (typeof value) {
    case "number":
      return w.double(p, 17, value);
    case "string":
      return w.string(p, 26, value);
    case "boolean":
      return w.bool(p, 32, value);
    case "object":
      if (value === null) return w.enum(p, 8, 0);
      if (isJsonList(value)) return w.close(encodeList(w, value, w.open(p, 50)));
      if (isPlain(value)) return w.close(encodeStruct(w, value, w.open(p, 42)));
  }
  return w.fail(0, "wants a JSON value", value);
}

/** Reads a JSON value; one without content is null. Objects have own properties only, whatever their names. */
export function decodeJson(r: MessageReader, end: number, into?: JsonValue): JsonValue {
  r.enter("google.protobuf.Value");
  let value: JsonValue = into ?? null;
  while (r.position < end) {
    const tag = r.tag();
    switch (tag) {
      case 8:
        r.int32();
        value = null;
        break;
      case 17:
        value = r.double();
        break;
      case 26:
        value = r.string();
        break;
      case 32:
        value = r.bool();
        break;
      case 42:
        value = decodeStruct(r, r.open(), isJsonObject(value) ? value : {});
        break;
      case 50:
        value = decodeList(r, r.open(), isJsonList(value) ? value : []);
        break;
      default:
        r.skip(tag);
    }
  }
  r.leave(end);
  return value;
}

function encodeStruct(w: MessageWriter, value: { readonly [name: string]: JsonValue | undefined }, p: number): number {
  w.enterScalar("google.protobuf.Struct");
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const entry = w.string(w.openUnnamed(p, 10), 10, key);
    p = w.close(w.close(encodeJson(w, item, w.open(entry, 18))));
  }
  return p;
}

function encodeList(w: MessageWriter, value: readonly JsonValue[], p: number): number {
  w.enterScalar("google.protobuf.ListValue");
  for (const item of value) p = w.close(encodeJson(w, item, w.open(p, 10)));
  return p;
}

// Only values that this file made come back in to be continued, which is why their being readonly need not hold here.
function decodeStruct(r: MessageReader, end: number, into: { readonly [name: string]: JsonValue }): JsonValue {
  const object: Mutable = into;
  r.enter("google.protobuf.Struct");
  while (r.position < end) {
    const tag = r.tag();
    if (tag === 10) decodeEntry(r, r.open(), object);
    else r.skip(tag);
  }
  r.leave(end);
  return object;
}

function decodeEntry(r: MessageReader, end: number, object: Mutable): void {
  r.enter("google.protobuf.Struct.FieldsEntry");
  let key = "";
  let value: JsonValue = null;
  while (r.position < end) {
    const tag = r.tag();
    if (tag === 10) key = r.string();
    else if (tag === 18) value = decodeJson(r, r.open(), value);
    else r.skip(tag);
  }
  r.leave(end);
  setOwn(object, key, value);
}

function decodeList(r: MessageReader, end: number, into: readonly JsonValue[]): JsonValue {
  const list = into as JsonValue[];
  r.enter("google.protobuf.ListValue");
  while (r.position < end) {
    const tag = r.tag();
    if (tag === 10) list.push(decodeJson(r, r.open()));
    else r.skip(tag);
  }
  r.leave(end);
  return list;
}

function isPlain(value: object): value is { readonly [name: string]: JsonValue } {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
