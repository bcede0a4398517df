/** Writes the JSON object of one message, the elements of a list and the entries of a map. */

import type { JsonWriter, WriteJson, WriteJsonKey } from "./json-codec.js";
import { setOwn } from "./json-value.js";
import type { JsonObject, JsonValue } from "./json-value.js";

/** The JSON object of one message while it is being written. */
export class JsonObjectWriter {
  readonly #writer: JsonWriter;
  readonly #object: { [name: string]: JsonValue } = {};

  /** Goes into the message that `value` must be; `close` comes back out. */
  constructor(writer: JsonWriter, value: object) {
    if (typeof value !== "object" || value === null) writer.expected("an object", value);
    writer.enter();
    this.#writer = writer;
  }

  /** Writes a field without presence unless it is `zero`. */
  implicit<T>(name: string, value: T | undefined, zero: T, write: WriteJson<T>): void {
    const given = value ?? zero;
    if (this.#writer.emitDefaults || !Object.is(given, zero)) this.#set(name, this.#writer.at(name, given, write));
  }

  /** Writes a bytes field without presence unless it is empty. */
  implicitBytes(name: string, value: Uint8Array | undefined, write: WriteJson<Uint8Array>): void {
    if (value === undefined ? this.#writer.emitDefaults : this.#writer.emitDefaults || value.length !== 0) {
      this.#set(name, this.#writer.at(name, value ?? new Uint8Array(0), write));
    }
  }

  /** Writes a field with presence unless it is absent. */
  explicit<T>(name: string, value: T | undefined, write: WriteJson<T>): void {
    if (value !== undefined) this.#set(name, this.#writer.at(name, value, write));
  }

  list<T>(name: string, values: readonly T[] | undefined, write: WriteJson<T>): void {
    if (values !== undefined && !Array.isArray(values)) {
      this.#writer.at(name, values, () => this.#writer.expected("an array", values));
    }
    if (values === undefined || values.length === 0) {
      if (this.#writer.emitDefaults) this.#set(name, []);
    } else {
      this.#set(
        name,
        this.#writer.at(name, values, (list, writer) => writeList(list, writer, write)),
      );
    }
  }

  map<K, V>(name: string, values: ReadonlyMap<K, V> | undefined, writeKey: WriteJsonKey<K>, write: WriteJson<V>): void {
    if (values === undefined || (values instanceof Map && values.size === 0)) {
      if (this.#writer.emitDefaults) this.#set(name, {});
    } else {
      this.#set(
        name,
        this.#writer.at(name, values, (map, writer) => writeMap(map, writer, writeKey, write)),
      );
    }
  }

  /** A map with string keys, which may also be given as a plain object. */
  stringMap<V>(
    name: string,
    values: ReadonlyMap<string, V> | Readonly<Record<string, V>> | undefined,
    writeKey: WriteJsonKey<string>,
    write: WriteJson<V>,
  ): void {
    if (values === undefined) {
      if (this.#writer.emitDefaults) this.#set(name, {});
      return;
    }
    const json = this.#writer.at(name, values, (map, writer) => writeMap(asMap(map, writer), writer, writeKey, write));
    if (this.#writer.emitDefaults || Object.keys(json).length > 0) this.#set(name, json);
  }

  /** Comes back out of the message. */
  close(): JsonObject {
    this.#writer.leave();
    return this.#object;
  }

  #set(name: string, json: JsonValue): void {
    setOwn(this.#object, name, json);
  }
}

/** A map with string keys from either form that it may be given in. */
export function asMap<V>(
  values: ReadonlyMap<string, V> | Readonly<Record<string, V>>,
  writer: JsonWriter,
): ReadonlyMap<string, V> {
  if (isMap(values)) return values;
  if (typeof values !== "object" || values === null || Array.isArray(values)) writer.expected("a Map", values);
  return new Map(Object.entries<V>(values));
}

function isMap<K, V>(values: ReadonlyMap<K, V> | Readonly<Record<string, V>>): values is ReadonlyMap<K, V> {
  return values instanceof Map;
}

/** Writes each element of a list. */
export function writeList<T>(values: readonly T[], writer: JsonWriter, write: WriteJson<T>): JsonValue[] {
  const list: JsonValue[] = [];
  let index = 0;
  for (const value of values) list.push(writer.at(index++, value, write));
  return list;
}

/** Writes each entry of a map; the error path counts entries, because keys are content. */
export function writeMap<K, V>(
  values: ReadonlyMap<K, V>,
  writer: JsonWriter,
  writeKey: WriteJsonKey<K>,
  write: WriteJson<V>,
): JsonObject {
  if (!isMap(values)) writer.expected("a Map", values);
  const object: { [name: string]: JsonValue } = {};
  let index = 0;
  for (const [key, value] of values) {
    setOwn(object, String(writer.at(index, key, writeKey)), writer.at(index, value, write));
    index++;
  }
  return object;
}
