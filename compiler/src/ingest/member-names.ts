/** Gives the fields of one imported message names of the language, and keeps what they are called in JSON and `.proto`. */

import { lowerCamelCase, protoFieldName, snakeCase } from "../schema/naming.js";

export interface MemberName {
  readonly name: string;
  /** What `@name` has to say; undefined where the name says it. */
  readonly givenName: string | undefined;
  /** What it is called in JSON, if that is not what was wanted because the name was taken. */
  readonly changedJsonName: string | undefined;
}

/** The names of one message, handed out in the order in which its members were written. */
export class MemberNames {
  readonly #names: Set<string> = new Set();
  readonly #json: Map<string, string> = new Map();
  readonly #proto: Map<string, string> = new Map();

  /** `original` is the name in the foreign file, `jsonName` what it is called in JSON. */
  field(original: string, jsonName: string): MemberName {
    const camel = lowerCamelCase(original);
    const json = isShown(jsonName) ? jsonName : camel;
    const written = [...new Set([camel, original])];
    // The camelCase one if `.proto` names can be made from it again, else as it was written.
    written.sort((a, b) => Number(protoOf(b, json) === original) - Number(protoOf(a, json) === original));
    for (let suffix = ""; ; suffix += "_") {
      for (const [chosen, base] of [json, `${json}${suffix}`].entries()) {
        if (chosen === 1 && suffix === "") continue;
        for (const stem of written) {
          const name = this.#take(stem + suffix, base);
          if (name !== undefined) return { ...name, changedJsonName: base === jsonName ? undefined : base };
        }
      }
    }
  }

  /** A name that an export knows: it is taken as it is. */
  exact(name: string): MemberName {
    this.#names.add(name);
    return { name, givenName: undefined, changedJsonName: undefined };
  }

  /** The name of an inline union, which is in no byte and in no JSON. */
  union(original: string): string {
    let name = lowerCamelCase(original);
    while (this.#names.has(name) || this.#proto.has(snakeCase(name)) || this.#json.has(name)) name += "Choice";
    this.#names.add(name);
    this.#proto.set(snakeCase(name), "");
    return name;
  }

  /** How a reserved name is written: as a field of that name would be, unless some field is. */
  reserved(original: string): string {
    const camel = lowerCamelCase(original);
    let name = snakeCase(camel) === original && !this.#names.has(camel) ? camel : original;
    while (this.#names.has(name)) name += "_";
    this.#names.add(name);
    return name;
  }

  #take(name: string, json: string): Omit<MemberName, "changedJsonName"> | undefined {
    const proto = protoOf(name, json);
    if (this.#names.has(name) || this.#json.has(json) || this.#proto.has(proto)) return undefined;
    // Readers of JSON take both spellings, so one's `.proto` name must not be another's JSON name.
    if ((this.#json.get(proto) ?? proto) !== proto || (this.#proto.get(json) ?? json) !== json) return undefined;
    this.#names.add(name);
    this.#json.set(json, proto);
    this.#proto.set(proto, json);
    return { name, givenName: lowerCamelCase(name) === json ? undefined : json };
  }
}

function protoOf(name: string, json: string): string {
  return protoFieldName(name, lowerCamelCase(name) === json ? undefined : json);
}

function isShown(name: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,255}$/u.test(name);
}
