/** Reads the fields of one JSON object, the elements of a list and the entries of a map. */

import type { JsonReader, ReadJson } from "./json-codec.js";
import { isJsonList, isJsonObject } from "./json-value.js";
import type { JsonInput, JsonInputObject } from "./json-value.js";

/** The fields of one JSON object. Fields that are absent or null read as undefined; a field never asked for is unknown. */
export class JsonFields {
  readonly #reader: JsonReader;
  readonly #object: JsonInputObject;
  readonly #taken: string[] = [];

  /** Goes into the message that `json` must be; `close` comes back out. */
  constructor(json: JsonInput, reader: JsonReader) {
    if (!isJsonObject(json)) reader.expected("an object", json);
    reader.enter();
    this.#reader = reader;
    this.#object = json;
  }

  /** Reads a single field by its JSON name or, where that differs, its name in a `.proto`. */
  read<T>(name: string, read: ReadJson<T>, protoName: string = name): T | undefined {
    const json = this.#take(name, protoName);
    return json === null ? undefined : this.#readAt(name, json, read);
  }

  /** Reads a single field of a type for which null is a value. */
  readNullable<T>(name: string, read: ReadJson<T>, protoName: string = name): T | undefined {
    const json = this.#take(name, protoName);
    return json === undefined ? undefined : this.#readAt(name, json, read);
  }

  /** Reads a member of a union as `{ kind, value }`. */
  member<const K extends string, T>(
    kind: K,
    name: string,
    read: ReadJson<T>,
    protoName: string = name,
  ): { kind: K; value: T } | undefined {
    const value = this.read(name, read, protoName);
    return value === undefined ? undefined : { kind, value };
  }

  /** Reads a member of a union of a type for which null is a value. */
  memberNullable<const K extends string, T>(
    kind: K,
    name: string,
    read: ReadJson<T>,
    protoName: string = name,
  ): { kind: K; value: T } | undefined {
    const value = this.readNullable(name, read, protoName);
    return value === undefined ? undefined : { kind, value };
  }

  /** The one member that is present, undefined where none is; two are an error. */
  union<M extends readonly ({ kind: string } | undefined)[]>(...members: M): M[number] {
    const present = members.filter((member) => member !== undefined);
    if (present.length > 1) {
      const kinds = present.map((member) => member.kind).join(" and ");
      this.#reader.fail(`${kinds} are members of one union, of which one at most may be present`);
    }
    return present[0];
  }

  list<T>(name: string, read: ReadJson<T>, protoName: string = name): T[] {
    const json = this.#take(name, protoName);
    return json === null || json === undefined
      ? []
      : this.#reader.at(name, json, (list, reader) => readList(list, reader, read));
  }

  map<K, V>(name: string, readKey: ReadJson<K>, read: ReadJson<V>, protoName: string = name): Map<K, V> {
    const json = this.#take(name, protoName);
    if (json === null || json === undefined) return new Map<K, V>();
    return this.#reader.at(name, json, (map, reader) => readMap(map, reader, readKey, read));
  }

  /** Comes back out of the message. Fails where a field is left that was not asked for, unless those are ignored. */
  close(): void {
    this.#reader.leave();
    if (this.#reader.ignoreUnknownFields) return;
    const names = Object.keys(this.#object);
    if (names.length === this.#taken.length) return;
    const unknown = names.filter((name) => !this.#taken.includes(name));
    this.#reader.fail(`unknown field${this.#reader.isVeiled ? "" : ` ${nameInError(unknown[0] ?? "")}`}`);
  }

  #take(name: string, protoName: string): JsonInput | undefined {
    let json: JsonInput | undefined;
    if (Object.hasOwn(this.#object, name)) {
      json = this.#object[name];
      this.#taken.push(name);
    }
    if (protoName !== name && Object.hasOwn(this.#object, protoName)) {
      if (json !== undefined) this.#reader.fail(`${name} and ${protoName} are the same field, given twice`);
      json = this.#object[protoName];
      this.#taken.push(protoName);
    }
    return json;
  }

  #readAt<T>(name: string, json: JsonInput | undefined, read: ReadJson<T>): T | undefined {
    if (json === undefined) return undefined;
    const value = this.#reader.at(name, json, read);
    return this.#reader.wasSkipped() ? undefined : value;
  }
}

/** Reads messages in a secret field: a name that is not known in there is not told, since it may have been meant as a value. */
export function readSecret<T>(read: ReadJson<T>): ReadJson<T> {
  return (json, reader) => reader.veil(json, read);
}

/** Reads each element of a list. */
export function readList<T>(json: JsonInput, reader: JsonReader, read: ReadJson<T>): T[] {
  if (!isJsonList(json)) reader.expected("a list", json);
  const values: T[] = [];
  for (let index = 0; index < json.length; index++) {
    const value = reader.at(index, json[index] ?? null, read);
    if (!reader.wasSkipped()) values.push(value);
  }
  return values;
}

/** Reads each entry of a map; the error path counts entries, because keys are content. */
export function readMap<K, V>(json: JsonInput, reader: JsonReader, readKey: ReadJson<K>, read: ReadJson<V>): Map<K, V> {
  if (!isJsonObject(json)) reader.expected("an object", json);
  const map = new Map<K, V>();
  let index = 0;
  for (const [name, entry] of Object.entries(json)) {
    const key = reader.at(index, name, readKey);
    if (map.has(key)) reader.at(index, name, () => reader.fail("this key stands twice in one map"));
    const value = reader.at(index, entry, read);
    if (!reader.wasSkipped()) map.set(key, value);
    index++;
  }
  return map;
}

/** A name from the input is printed where it looks like one; anything else could be content. */
function nameInError(name: string): string {
  return /^[A-Za-z_$][\w$]{0,63}$/.test(name) ? name : "(its name is no identifier)";
}
