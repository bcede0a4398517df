/** A text that a regular expression matches: good enough for the expressions people write about names and codes. */

/** What may be tested at all: some expressions take for ever on long texts. */
const lengthMax = 300;

/** The first of `guesses` that matches, else a text made from the expression; undefined where none was found. */
export function textMatching(pattern: string, ...guesses: readonly string[]): string | undefined {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
  const guess = guesses.find((text) => text.length <= 40 && expression.test(text));
  if (guess !== undefined) return guess;
  const text = new PatternReader(pattern).read();
  return text !== undefined && text.length <= lengthMax && expression.test(text) ? text : undefined;
}

const classes: Readonly<Record<string, string>> = { d: "1", w: "a", s: " ", D: "a", W: "-", S: "a", p: "A", P: "-" };

/** How often something is repeated at most, whatever the expression would allow. */
const countMax = 200;

/** Walks over an expression and takes the first of all possibilities. */
class PatternReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Undefined where the expression uses something that is not understood here. */
  read(): string | undefined {
    let result = "";
    while (this.#at < this.#text.length && this.#peek !== ")" && this.#peek !== "|") {
      const atom = this.#atom();
      if (atom === undefined) return undefined;
      const count = this.#count();
      // What is too long to be tested is of no use, and repetitions within repetitions multiply.
      if (result.length + atom.length * count > lengthMax) return undefined;
      result += atom.repeat(count);
    }
    return result;
  }

  get #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #take(): string {
    return this.#text[this.#at++] ?? "";
  }

  #atom(): string | undefined {
    const character = this.#take();
    switch (character) {
      case "^":
      case "$":
        return "";
      case ".":
        return "a";
      case "\\":
        return this.#escape();
      case "[":
        return this.#class();
      case "(":
        return this.#group();
      default:
        return character;
    }
  }

  #escape(): string {
    const character = this.#take();
    if ((character === "p" || character === "P") && this.#peek === "{") this.#skipTo("}");
    return classes[character] ?? (/[a-zA-Z]/.test(character) ? "" : character);
  }

  #class(): string {
    const start = this.#at;
    this.#skipTo("]");
    const source = `[${this.#text.slice(start, this.#at)}`;
    const accepts = new RegExp(`^${source}$`, "u");
    const candidates = "aA1-_ .,:/@+#!?%&()äé";
    return [...candidates, ...source.slice(1, -1)].find((candidate) => accepts.test(candidate)) ?? "";
  }

  /** The first alternative; what only looks around takes no room. */
  #group(): string | undefined {
    if (this.#text.startsWith("?:", this.#at)) this.#at += 2;
    else if (/^\?<[A-Za-z]/.test(this.#text.slice(this.#at, this.#at + 3))) this.#skipTo(">");
    else if (this.#peek === "?") return undefined;
    const result = this.read();
    for (let depth = 1; depth > 0; this.#at++) {
      if (this.#at >= this.#text.length) return undefined;
      if (this.#peek === "\\") this.#at++;
      else if (this.#peek === "(") depth++;
      else if (this.#peek === ")") depth--;
    }
    return result;
  }

  #count(): number {
    const [all = "", least] = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += all.length;
    if (least !== undefined) return Math.min(Number(least), countMax);
    return all.startsWith("?") || all.startsWith("*") ? 0 : 1;
  }

  #skipTo(end: string): void {
    while (this.#at < this.#text.length) {
      const character = this.#take();
      if (character === "\\") this.#at++;
      else if (character === end) return;
    }
  }
}
