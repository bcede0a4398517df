/**
 * Makes of a message what may be shown: plain JSON without its secrets, of bounded size. The one function that logs,
 * traces, recordings of failures and differences in tests go through.
 */

import { placeIn, type SecretPlace } from "./secret-place.js";
import { type SecretFields, secretMark, type Secrets } from "./secret-fields.js";

/** What is shown of a message: JSON, so that any log takes it. */
export type Shown = null | boolean | number | string | readonly Shown[] | { readonly [name: string]: Shown };

export interface RedactOptions {
  /** Longer texts are cut; 1000 characters where left out. */
  readonly textUnitsMax?: number | undefined;
  /** Of each list, map or message; 100 where left out. How many more there are is said. */
  readonly itemsMax?: number | undefined;
  /** Of the whole, counted in values; 2000 where left out. What comes behind them is `…`. */
  readonly valuesMax?: number | undefined;
}

const depthMax = 100;
const cut = "…";

/**
 * A message as it may be shown. Values under `secrets` become `[secret]`, whatever is in them; an absent one stays absent.
 * Dates, big integers and maps take the form that they have in JSON, bytes are written in hex digits, and what is long is cut.
 * Fields and members of unions that this build does not know show their size only, since nobody knows what is in them. Never throws,
 * and keeps nothing of the message.
 */
export function redact(secrets: Secrets | undefined, message: unknown, options: RedactOptions = {}): Shown {
  return secrets === "all" ? hidden(message) : new Redaction(options).show(message, secrets, 0);
}

function hidden(value: unknown): Shown {
  return value === undefined ? null : secretMark;
}

class Redaction {
  readonly #textUnitsMax: number;
  readonly #itemsMax: number;
  #valuesLeft: number;

  constructor({ textUnitsMax = 1000, itemsMax = 100, valuesMax = 2000 }: RedactOptions) {
    this.#textUnitsMax = textUnitsMax;
    this.#itemsMax = itemsMax;
    this.#valuesLeft = valuesMax;
  }

  show(value: unknown, secrets: SecretFields | undefined, depth: number): Shown {
    if (--this.#valuesLeft < 0 || depth > depthMax) return cut;
    // Where a message with secrets belongs, a text that was given instead may well be one of them.
    if (secrets !== undefined && !isNothing(value) && !isComposite(value)) return secretMark;
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "bigint":
        return String(value);
      case "object":
        try {
          return value === null ? null : this.#object(value, secrets, depth);
        } catch {
          // A getter or a proxy that throws; what it says may be anything.
          return "[cannot be read]";
        }
      default:
        return value === undefined ? null : `[${typeof value}]`;
    }
  }

  #object(value: object, secrets: SecretFields | undefined, depth: number): Shown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[no date]" : value.toISOString();
    if (value instanceof Error) return this.#entries(errorFacts(value), 0, () => undefined, depth);
    if (value instanceof Uint8Array) return this.#bytes(value);
    if (Array.isArray(value)) return this.#list(value, secrets, depth);
    if (value instanceof Map) return this.#entries(value, value.size, () => ({ inside: secrets }), depth);
    const fields = value as Readonly<Record<string, unknown>>;
    if (isUnknownMember(fields)) return { kind: fields.kind, value: sizeOf(fields.value) };
    const all = Object.keys(fields);
    const names = all.slice(0, this.#itemsMax);
    const entries = names.map((name): readonly [string, unknown] => [name, sizeIfUnknown(name, fields[name])]);
    return this.#entries(entries, all.length, (name) => placeIn(secrets, name, fields), depth);
  }

  #list(list: readonly unknown[], secrets: SecretFields | undefined, depth: number): Shown {
    const shown = list.slice(0, this.#itemsMax).map((item) => this.show(item, secrets, depth + 1));
    return list.length > this.#itemsMax ? [...shown, `${cut} ${list.length - this.#itemsMax} more`] : shown;
  }

  #entries(
    entries: Iterable<readonly [unknown, unknown]>,
    count: number,
    placeOf: (name: string) => SecretPlace | undefined,
    depth: number,
  ): Shown {
    const shown = new Map<string, Shown>();
    for (const [key, value] of entries) {
      if (value === undefined) continue;
      if (shown.size === this.#itemsMax) break;
      const name = String(key);
      const place = placeOf(name);
      const text = place?.isSecret === true ? secretMark : this.#field(value, place, depth);
      shown.set(this.#text(name), text);
    }
    if (count > this.#itemsMax) shown.set(cut, `${count - this.#itemsMax} more`);
    return Object.fromEntries(shown);
  }

  #field(value: unknown, place: SecretPlace | undefined, depth: number): Shown {
    // A map that is given as an object looks like a message: only its field knows better.
    if (place?.isMap === true && typeof value === "object" && value !== null && !(value instanceof Map)) {
      const entries = Object.entries(value);
      return this.#entries(entries, entries.length, () => ({ inside: place.inside }), depth + 1);
    }
    return this.show(value, place?.inside, depth + 1);
  }

  #text(text: string): string {
    const max = this.#textUnitsMax;
    return text.length > max ? `${text.slice(0, max)}${cut} (${text.length} in all)` : text;
  }

  #bytes(bytes: Uint8Array): string {
    const shown = bytes.subarray(0, Math.max(1, this.#textUnitsMax >>> 1));
    const digits = Array.from(shown, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return `[${bytes.length} bytes: ${digits}${shown.length < bytes.length ? cut : ""}]`;
  }
}

/** What an error says of itself; those of calls keep their secrets to themselves. */
function errorFacts(error: Error & { toJSON?: () => object }): readonly (readonly [string, unknown])[] {
  const { name, message } = error;
  return Object.entries({ name, message, ...error.toJSON?.() });
}

/** Fields that a newer peer has added: there may be secrets among them. */
function sizeIfUnknown(name: string, value: unknown): unknown {
  return name === "$unknown" && value instanceof Uint8Array ? sizeOf(value) : value;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Whether it may be a message, or a list or map of such. */
function isComposite(value: unknown): boolean {
  return typeof value === "object" && !(value instanceof Date) && !(value instanceof Uint8Array);
}

function sizeOf({ length }: Uint8Array): string {
  return `[${length} bytes]`;
}

function isUnknownMember(
  value: Readonly<Record<string, unknown>>,
): value is { readonly kind: string; readonly value: Uint8Array } {
  return typeof value["kind"] === "string" && value["kind"].startsWith("#") && value["value"] instanceof Uint8Array;
}
