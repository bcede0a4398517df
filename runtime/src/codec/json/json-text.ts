/** Parses JSON text strictly: a name twice in one object is an error, and no integer loses digits. */

import { JsonReadError } from "./json-error.js";
import { setOwn } from "./json-value.js";
import type { JsonInput } from "./json-value.js";

/** Levels of lists and objects: a message in a list or map takes two, and messages nest to 100. */
const depthMax = 256;

/** Longer integers fit no field, so that their value as a double says all there is to say. */
const exactDigitsMax = 32;

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const plain = /[^"\\\u0000-\u001f]*/y;
const fourHex = /[0-9a-fA-F]{4}/y;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/**
 * Reads one JSON value, with nothing but white space around it.
 * Unlike `JSON.parse` it refuses an object that has a name twice, keeps integers beyond 2^53 as bigint, and limits
 * nesting to 256 levels. More lists and objects than `groupsMax` are refused: two bytes of text may cost a hundred in
 * memory. Fails with a JsonReadError that tells the line and column, never what stands there.
 */
export function parseJson(text: string, groupsMax: number = Infinity): JsonInput {
  return new JsonText(text, groupsMax).document();
}

class JsonText {
  readonly #text: string;
  #position = 0;
  #depth = 0;
  #groupsLeft: number;
  readonly #groupsMax: number;

  constructor(text: string, groupsMax: number) {
    this.#text = text;
    this.#groupsMax = groupsMax;
    this.#groupsLeft = groupsMax;
  }

  document(): JsonInput {
    this.#match(space);
    const value = this.#value();
    this.#match(space);
    if (this.#position < this.#text.length) this.#fail("expected the end of the text");
    return value;
  }

  /** Matches at the position and moves behind the match; undefined where there is none. */
  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#position = pattern.lastIndex;
    return match;
  }

  #take(character: string): boolean {
    if (this.#text[this.#position] !== character) return false;
    this.#position++;
    return true;
  }

  #value(): JsonInput {
    switch (this.#text[this.#position]) {
      case "{":
        return this.#object();
      case "[":
        return this.#list();
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #word<T extends JsonInput>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#position)) this.#fail("expected a value");
    this.#position += word.length;
    return value;
  }

  #number(): number | bigint {
    const match = this.#match(number);
    if (match === undefined) this.#fail("expected a value");
    const [digits, fraction, exponent] = match;
    const value = Number(digits);
    if (fraction !== undefined || exponent !== undefined || Number.isSafeInteger(value)) return value;
    return digits.length > exactDigitsMax ? value : BigInt(digits);
  }

  #string(): string {
    this.#position++;
    let value = "";
    for (;;) {
      value += this.#match(plain)?.[0] ?? "";
      if (this.#take('"')) return value;
      if (!this.#take("\\")) this.#fail("expected the end of a string");
      value += this.#escape();
    }
  }

  #escape(): string {
    if (this.#take("u")) {
      const match = this.#match(fourHex);
      if (match === undefined) this.#fail("expected four hexadecimal digits");
      return String.fromCharCode(Number.parseInt(match[0], 16));
    }
    const escape = escapes.get(this.#text[this.#position] ?? "");
    if (escape === undefined) this.#fail("expected a character that can be escaped");
    this.#position++;
    return escape;
  }

  #list(): readonly JsonInput[] {
    this.#open();
    const values: JsonInput[] = [];
    if (this.#closes("]")) return values;
    for (;;) {
      values.push(this.#value());
      if (this.#closes("]")) return values;
      this.#comma("]");
    }
  }

  #object(): JsonInput {
    this.#open();
    const object: { [name: string]: JsonInput } = {};
    if (this.#closes("}")) return object;
    for (;;) {
      if (this.#text[this.#position] !== '"') this.#fail("expected a name in double quotes");
      const start = this.#position;
      const name = this.#string();
      if (Object.hasOwn(object, name)) {
        this.#position = start;
        this.#fail("this name stands twice in one object");
      }
      this.#match(space);
      if (!this.#take(":")) this.#fail("expected a colon");
      this.#match(space);
      setOwn(object, name, this.#value());
      if (this.#closes("}")) return object;
      this.#comma("}");
    }
  }

  #open(): void {
    if (++this.#depth > depthMax) this.#fail(`nested deeper than ${depthMax} levels`, "limit");
    if (--this.#groupsLeft < 0) this.#fail(`more than ${this.#groupsMax} lists and objects`, "limit");
    this.#position++;
    this.#match(space);
  }

  #closes(bracket: string): boolean {
    this.#match(space);
    if (!this.#take(bracket)) return false;
    this.#depth--;
    return true;
  }

  #comma(bracket: string): void {
    if (!this.#take(",")) this.#fail(`expected a comma or ${bracket}`);
    this.#match(space);
  }

  #fail(problem: string, kind: "malformed" | "limit" = "malformed"): never {
    const before = this.#text.slice(0, this.#position);
    const line = before.split("\n").length;
    const column = this.#position - before.lastIndexOf("\n");
    throw new JsonReadError(kind, "", `JSON text, line ${line}, column ${column}: ${problem}`);
  }
}
