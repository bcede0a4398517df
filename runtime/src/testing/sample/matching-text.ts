/** Texts that a regular expression matches: for the expressions that people write about names, codes and addresses. */

/** A source of random numbers from 0 to below 1. */
type Random = () => number;

/** Appends to what has been made so far; `more` is how often something without an upper bound is repeated on top. */
type Part = (random: Random, more: number) => string;

/** Everything that a class of characters is tried on, the usual ones first. */
const pool: readonly string[] = [
  ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  ..." -_.,:;/@+#!?%&()[]{}<>=*'\"$^~|\\`",
  ..."éäßñøЖδ中あ\t\n",
];

/** Makes a text; undefined where that would take more than `stepsMax` characters and repetitions. */
export type TextMaker = (random: Random, more: number, stepsMax: number) => string | undefined;

/**
 * Makes texts for an expression with the `u` flag; undefined where it uses something that is not understood here: looking around,
 * references back, and properties that none of the usual characters has. What is made still has to be tried on the expression.
 */
export function textMaker(pattern: string): TextMaker | undefined {
  try {
    const steps = new Steps();
    const part = new PatternReader(pattern, steps).read();
    return (random, more, stepsMax) => steps.within(stepsMax, () => part(random, more));
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

class NotUnderstood extends Error {}

class TooManySteps extends Error {}

/** Counts what a text is made of: repetitions within repetitions multiply, also those of nothing. */
class Steps {
  #left = 0;

  within(stepsMax: number, make: () => string): string | undefined {
    this.#left = stepsMax;
    try {
      return make();
    } catch (error) {
      if (error instanceof TooManySteps) return undefined;
      throw error;
    }
  }

  take(): void {
    if (--this.#left < 0) throw new TooManySteps();
  }
}

// Groups within groups are read by functions within functions.
const depthMax = 100;

class PatternReader {
  readonly #pattern: readonly string[];
  readonly #steps: Steps;
  #at = 0;
  #depth = 0;

  constructor(pattern: string, steps: Steps) {
    this.#pattern = [...pattern];
    this.#steps = steps;
  }

  read(): Part {
    const part = this.#alternatives();
    if (this.#at < this.#pattern.length) throw new NotUnderstood();
    return part;
  }

  get #peek(): string {
    return this.#pattern[this.#at] ?? "";
  }

  #take(): string {
    return this.#pattern[this.#at++] ?? "";
  }

  #alternatives(): Part {
    const choices = [this.#sequence()];
    while (this.#peek === "|") {
      this.#at++;
      choices.push(this.#sequence());
    }
    return (random, more) => chosen(choices, random)(random, more);
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#at < this.#pattern.length && this.#peek !== ")" && this.#peek !== "|") {
      parts.push(this.#repeated(this.#atom()));
    }
    return (random, more) => parts.map((part) => part(random, more)).join("");
  }

  #atom(): Part {
    const start = this.#at;
    const character = this.#take();
    switch (character) {
      case "^":
      case "$":
        return () => "";
      case "(":
        return this.#group();
      case "[":
        this.#skipClass();
        return this.#oneOf(start);
      case ".":
        return this.#oneOf(start);
      case "\\":
        return this.#escape(start);
      default:
        return () => character;
    }
  }

  #group(): Part {
    if (this.#peek === "?") {
      this.#at++;
      const kind = this.#take();
      if (kind === "<" && /[=!]/.test(this.#peek)) throw new NotUnderstood();
      if (kind === "<") while (this.#at < this.#pattern.length && this.#take() !== ">");
      else if (kind !== ":") throw new NotUnderstood();
    }
    if (++this.#depth > depthMax) throw new NotUnderstood();
    const part = this.#alternatives();
    this.#depth--;
    if (this.#take() !== ")") throw new NotUnderstood();
    return part;
  }

  #escape(start: number): Part {
    const character = this.#take();
    if (/[bBk1-9]/.test(character)) throw new NotUnderstood();
    if ((character === "p" || character === "P" || character === "u") && this.#peek === "{") {
      while (this.#at < this.#pattern.length && this.#take() !== "}");
    } else if (character === "u" || character === "x") this.#at += character === "u" ? 4 : 2;
    else if (character === "c") this.#at++;
    return this.#oneOf(start);
  }

  #skipClass(): void {
    while (this.#at < this.#pattern.length) {
      const character = this.#take();
      if (character === "\\") this.#at++;
      else if (character === "]") return;
    }
    throw new NotUnderstood();
  }

  /** One of the characters that the part of the pattern from `start` on accepts. */
  #oneOf(start: number): Part {
    const source = this.#pattern.slice(start, this.#at).join("");
    const accepts = new RegExp(`^${source}$`, "u");
    const accepted = [...new Set([...pool, ...source])].filter((character) => accepts.test(character));
    const named = accepted.length > 0 ? accepted : charactersOf(accepts);
    if (named.length === 0) throw new NotUnderstood();
    return (random) => chosen(named, random);
  }

  #repeated(part: Part): Part {
    const [least, most] = this.#count();
    if (least === 1 && most === 1) return part;
    return (random, more) => {
      const upTo = Math.min(most, least + more);
      const count = least + Math.floor(random() * (upTo - least + 1));
      let text = "";
      for (let i = 0; i < count; i++) {
        this.#steps.take();
        text += part(random, more);
      }
      return text;
    };
  }

  #count(): readonly [number, number] {
    const rest = this.#pattern.slice(this.#at, this.#at + 24).join("");
    const found = /^(?:([?*+])|\{(\d+)(,?)(\d*)\})\??/.exec(rest);
    if (found === null) return [1, 1];
    this.#at += found[0].length;
    const [, sign, least = "", comma, most = ""] = found;
    if (sign !== undefined) return sign === "?" ? [0, 1] : [sign === "*" ? 0 : 1, Infinity];
    return [Number(least), comma === "" ? Number(least) : most === "" ? Infinity : Number(most)];
  }
}

/** The first characters of the basic plane that an expression accepts, for classes of other scripts. */
function charactersOf(accepts: RegExp): readonly string[] {
  const found: string[] = [];
  for (let code = 0x80; code < 0xd800 && found.length < 20; code++) {
    const character = String.fromCharCode(code);
    if (accepts.test(character)) found.push(character);
  }
  return found;
}

function chosen<T>(choices: readonly T[], random: Random): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new RangeError("there is nothing to choose from");
  return choice;
}
