/** Walks messages: to estimate what they take in memory, to freeze them, and to tell two of them apart. */

// Objects, entries and numbers, roughly, as engines keep them.
const objectBytes = 48;
const entryBytes = 16;

/** About how many bytes a value takes. */
export function approximateBytes(value: unknown): number {
  if (typeof value === "string") return objectBytes + 2 * value.length;
  if (typeof value === "bigint") return objectBytes;
  if (typeof value !== "object" || value === null) return entryBytes;
  if (ArrayBuffer.isView(value)) return objectBytes + value.byteLength;
  let bytes = objectBytes;
  for (const [name, item] of entriesOf(value)) bytes += entryBytes + approximateBytes(name) + approximateBytes(item);
  return bytes;
}

/** Makes the plain objects and lists of a value immutable, and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  for (const [, item] of entriesOf(value)) deepFreeze(item);
  return Object.freeze(value);
}

/**
 * A number of 53 bits that equal messages share and different ones as good as never do. Not for secrets: whoever wants to can
 * find two messages with one number.
 */
export function fingerprintOf(value: unknown): number {
  const hash = new Hash();
  feed(hash, value);
  return hash.digest();
}

function feed(hash: Hash, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    hash.text(`${typeof value}:${Object.is(value, -0) ? "-0" : String(value)}`);
  } else if (ArrayBuffer.isView(value)) {
    hash.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (value instanceof Date) {
    hash.text(`date:${value.getTime()}`);
  } else {
    const entries = entriesOf(value);
    hash.text(`${Array.isArray(value) ? "list" : "object"}:${entries.length}`);
    for (const [name, item] of entries) {
      feed(hash, name);
      feed(hash, item);
    }
  }
}

function entriesOf(value: object): [unknown, unknown][] {
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
  // A field that is not set and one that is undefined are the same message.
  return Object.entries(value).filter(([, item]) => item !== undefined);
}

/** Two lanes of 32 bits, mixed as murmur does it. */
class Hash {
  private a = 0xdeadbeef;
  private b = 0x41c6ce57;

  text(text: string): void {
    this.mix(text.length);
    for (let i = 0; i < text.length; i++) this.mix(text.charCodeAt(i));
  }

  bytes(bytes: Uint8Array): void {
    this.mix(bytes.length);
    for (const byte of bytes) this.mix(byte);
  }

  digest(): number {
    const a = Math.imul(this.a ^ (this.a >>> 16), 2246822507) ^ Math.imul(this.b ^ (this.b >>> 13), 3266489909);
    const b = Math.imul(this.b ^ (this.b >>> 16), 2246822507) ^ Math.imul(this.a ^ (this.a >>> 13), 3266489909);
    return 4294967296 * (2097151 & b) + (a >>> 0);
  }

  private mix(unit: number): void {
    this.a = Math.imul(this.a ^ unit, 2654435761);
    this.b = Math.imul(this.b ^ unit, 1597334677);
  }
}
