/** Reads Protobuf's text format, as far as values of options are written in it. */

import { stringOf } from "./parse-options.js";

export type TextValue =
  | { readonly kind: "string"; readonly value: string }
  /** A number or a word, as written. */
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "message"; readonly message: TextMessage };

/** Every value of a field, in written order. */
export type TextMessage = ReadonlyMap<string, readonly TextValue[]>;

const depthMax = 20;

const token = /\s*(?:([A-Za-z0-9_.+-]+)|("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')|([^\s]))/y;

/** The message that stands between the braces of an option; undefined where it is none. */
export function parseTextMessage(text: string): TextMessage | undefined {
  const reader = new TextReader(text);
  const message = reader.message(undefined, 0);
  return reader.isAtEnd ? message : undefined;
}

class TextReader {
  readonly #tokens: (readonly [kind: "plain" | "string" | "mark" | "end", text: string])[] = [];
  #index = 0;

  constructor(text: string) {
    token.lastIndex = 0;
    const end = text.trimEnd().length;
    while (token.lastIndex < end) {
      const [, plain, string, mark = ""] = token.exec(text) ?? [];
      if (plain !== undefined) this.#tokens.push(["plain", plain]);
      else if (string !== undefined) this.#tokens.push(["string", string]);
      else this.#tokens.push(["mark", mark]);
    }
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#tokens.length;
  }

  /** Fields up to the mark that closes them, or up to the end. */
  message(closer: string | undefined, depth: number): TextMessage | undefined {
    if (depth > depthMax) return undefined;
    const fields = new Map<string, TextValue[]>();
    while (!this.isAtEnd) {
      if (closer !== undefined && this.#accept(closer)) return fields;
      const [kind, name] = this.#next();
      if (kind !== "plain") return undefined;
      const hasColon = this.#accept(":");
      const values = this.#accept("[") ? this.#list(depth) : [this.#value(hasColon, depth)];
      const known = fields.get(name) ?? [];
      for (const value of values) {
        if (value === undefined) return undefined;
        known.push(value);
      }
      fields.set(name, known);
      if (!this.#accept(",")) this.#accept(";");
    }
    return closer === undefined ? fields : undefined;
  }

  #list(depth: number): readonly (TextValue | undefined)[] {
    const values: (TextValue | undefined)[] = [];
    while (!this.#accept("]")) {
      const value = this.#value(true, depth);
      values.push(value);
      if (value === undefined) return values;
      this.#accept(",");
    }
    return values;
  }

  #value(hasColon: boolean, depth: number): TextValue | undefined {
    for (const [opener, closer] of [
      ["{", "}"],
      ["<", ">"],
    ] as const) {
      if (!this.#accept(opener)) continue;
      const message = this.message(closer, depth + 1);
      return message === undefined ? undefined : { kind: "message", message };
    }
    if (!hasColon) return undefined;
    const [kind, text] = this.#next();
    if (kind === "plain") return { kind: "plain", text };
    if (kind !== "string") return undefined;
    let value = stringOf(text);
    // Strings side by side are one.
    while (this.#tokens[this.#index]?.[0] === "string") value += stringOf(this.#next()[1]);
    return { kind: "string", value };
  }

  #accept(mark: string): boolean {
    const [kind, text] = this.#tokens[this.#index] ?? ["end", ""];
    if (kind !== "mark" || text !== mark) return false;
    this.#index += 1;
    return true;
  }

  #next(): readonly [kind: "plain" | "string" | "mark" | "end", text: string] {
    const found = this.#tokens[this.#index] ?? (["end", ""] as const);
    this.#index += 1;
    return found;
  }
}
