/** What travels beside a message: an ordered list of keys and values, checked before it is sent and after it came. */

import { RpcError } from "../error/rpc-error.js";
import { limitText, type Limits } from "../limits.js";

/** What users may write where metadata is wanted: metadata, an object with a value or values a key, or pairs. */
export type MetadataInit =
  Metadata | Readonly<Record<string, string | readonly string[]>> | Iterable<readonly [string, string]>;

const keyPattern = /^(?!rpc-)[a-z0-9_][a-z0-9_.-]{0,127}$/;
// Visible ASCII and space: what every log, header and terminal can take.
const valuePattern = /^[\x20-\x7e]*$/;
const base64Pattern = /^([a-z0-9+/]{4})*([a-z0-9+/]{2}(==)?|[a-z0-9+/]{3}=?)?$/i;

// Keys that were found right, as they are sent: programs use few of them, with every call.
const knownKeys = new Map<string, string>();
const knownKeysMax = 256;

/**
 * Keys are lower-cased and may repeat; order is kept. Values are visible ASCII; a key that ends in `-bin` holds
 * base64 of any bytes (`getBytes`, `appendBytes`). Keys that start with `rpc-` are the protocol's own and refused.
 * Every function that takes a key or a value throws an `invalid-argument` RpcError for one that cannot be sent.
 */
export class Metadata implements Iterable<readonly [string, string]> {
  private entries: (readonly [string, string])[] = [];

  /** Metadata from whatever a user wrote; a copy where that is metadata itself. */
  static from(init: MetadataInit): Metadata {
    const metadata = new Metadata();
    if (typeof init !== "object" || init === null) throw invalid("metadata is an object or a list of pairs");
    for (const [key, value] of isPairs(init) ? init : Object.entries(init)) {
      if (typeof value === "object") for (const item of value) metadata.append(key, item);
      else metadata.append(key, value);
    }
    return metadata;
  }

  /** How many entries there are. */
  get size(): number {
    return this.entries.length;
  }

  /** Keys and values in bytes, as limits count them. */
  get bytes(): number {
    return this.entries.reduce((bytes, [key, value]) => bytes + key.length + value.length, 0);
  }

  /** The first value of a key. */
  get(key: string): string | undefined {
    return this.getAll(key)[0];
  }

  /** All values of a key, in order. */
  getAll(key: string): string[] {
    const wanted = key.toLowerCase();
    return this.entries.filter((entry) => entry[0] === wanted).map((entry) => entry[1]);
  }

  /** The bytes of the first value of a `-bin` key. */
  getBytes(key: string): Uint8Array | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : Uint8Array.from(atob(value), (unit) => unit.charCodeAt(0));
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  append(key: string, value: string): this {
    const name = checkKey(key);
    checkValue(name, value);
    this.entries.push([name, value]);
    return this;
  }

  /** Appends bytes under a key that ends in `-bin`. */
  appendBytes(key: string, bytes: Uint8Array): this {
    if (!checkKey(key).endsWith("-bin")) throw invalid(`metadata key ${key} must end in -bin`);
    return this.append(key, btoa(String.fromCharCode(...bytes)));
  }

  /** Replaces all values of a key. */
  set(key: string, value: string): this {
    checkValue(checkKey(key), value);
    return this.delete(key).append(key, value);
  }

  delete(key: string): this {
    const wanted = key.toLowerCase();
    this.entries = this.entries.filter((entry) => entry[0] !== wanted);
    return this;
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.entries[Symbol.iterator]();
  }
}

/**
 * Throws the `resource-exhausted` RpcError that metadata over the limits gets, on the sending and the receiving side.
 * `peerBytesMax` is what the other side has announced to take.
 */
export function checkMetadataSize(
  metadata: Metadata,
  limits: Pick<Limits, "metadataBytesMax" | "metadataEntriesMax">,
  peerBytesMax: number = Infinity,
): void {
  const { size, bytes } = metadata;
  const { metadataBytesMax, metadataEntriesMax } = limits;
  const max = Math.min(metadataBytesMax, peerBytesMax);
  let text = "";
  if (size > metadataEntriesMax) {
    text = limitText("the number of metadata entries", "metadataEntriesMax", metadataEntriesMax, size);
  } else if (bytes > max) {
    text = limitText("metadata", "metadataBytesMax", max, bytes) + (max < metadataBytesMax ? " of the other side" : "");
  }
  if (text) throw new RpcError("resource-exhausted", text);
}

function isPairs(init: MetadataInit): init is Metadata | Iterable<readonly [string, string]> {
  return Symbol.iterator in init && typeof init[Symbol.iterator] === "function";
}

function checkKey(key: string): string {
  const known = knownKeys.get(key);
  if (known !== undefined) return known;
  const name = String(key).toLowerCase();
  if (!keyPattern.test(name)) {
    const start = JSON.stringify(name.slice(0, 64));
    throw invalid(`metadata key ${start} is not 1 to 128 of a-z, 0-9, _, - and ., or starts with rpc-`);
  }
  // Whoever makes keys up finds it full.
  if (knownKeys.size < knownKeysMax) knownKeys.set(key, name);
  return name;
}

// The value itself stays out of the text: it may be a secret.
function checkValue(name: string, value: string): void {
  const isBinary = name.endsWith("-bin");
  if (typeof value === "string" && (isBinary ? base64Pattern : valuePattern).test(value)) return;
  const wanted = isBinary ? "base64" : "visible ASCII; bytes want a key that ends in -bin";
  throw invalid(`the value of metadata key ${name} is not ${wanted}`);
}

function invalid(message: string): RpcError {
  return new RpcError("invalid-argument", message);
}
