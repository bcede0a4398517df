/** Stands in for the TypeScript compiler while ts-morph only prints. */

/** Something was asked that only the TypeScript compiler can answer. */
export class NeedsTypeScript extends Error {}

/** What ts-morph reads of the compiler while it is loaded. Anything else is asked too much. */
export function typeScriptStandIn(): object {
  const known: Readonly<Record<string, unknown>> = {
    version: "0.0.0",
    ScriptTarget: { Latest: 0 },
    // Kinds are only compared with each other, and a name is as good for that as a number.
    SyntaxKind: new Proxy({}, { get: (_, name) => name }),
    createScanner: () => new EndScanner(),
  };
  const standIn: object = new Proxy(known, {
    has: (_, name) => name === "default" || name in known,
    get: (_, name) => {
      if (name === "default") return standIn;
      if (typeof name === "string" && name in known) return known[name];
      throw new NeedsTypeScript(`the printer asks for ${String(name)}`);
    },
  });
  return standIn;
}

/** Finds the end of the last token of a text in which comments and templates cannot be. */
class EndScanner {
  #text = "";
  #isAtEnd = true;

  setText(text: string | undefined): void {
    if (text !== undefined && /[/`]/.test(text))
      throw new NeedsTypeScript("a comma has to be put in front of a comment");
    this.#text = text ?? "";
    this.#isAtEnd = this.#text.trim() === "";
  }

  /** Takes everything before the end for one token of no kind in particular. */
  scan(): string {
    const kind = this.#isAtEnd ? "EndOfFileToken" : "Unknown";
    this.#isAtEnd = true;
    return kind;
  }

  getTokenFullStart(): number {
    return this.#text.trimEnd().length;
  }
}
