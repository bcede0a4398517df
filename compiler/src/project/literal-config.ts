/** Reads a configuration that says everything literally, so that it need not be run: most do, and that takes no time. */

/** A configuration's value, or undefined where only running the file can tell. */
export function readLiteralConfig(text: string): unknown {
  const reader = new LiteralReader(text);
  try {
    return reader.file();
  } catch (error) {
    if (error instanceof NotLiteral) return undefined;
    throw error;
  }
}

class NotLiteral extends Error {}

/** How deep values may be nested; a configuration has two levels. */
const depthMax = 10;

const space = /(?:[ \t\r\n\ufeff]|\/\/[^\r\n\u2028\u2029]*|\/\*(?:[^*]|\*(?!\/))*\*\/)*/y;
const typeImport = /import[ \t]+type[ \t]*\{[\w$, \t\r\n]*\}[ \t]*from[ \t]*(["'])[^"'\\\r\n]*\1[ \t]*;?/y;
const ownImport =
  /import[ \t]*\{[ \t\r\n]*(?:(?:defineConfig|type[ \t]+RpcgenConfig)[ \t\r\n]*,?[ \t\r\n]*)*\}[ \t]*from[ \t]*(["'])rpcgen\1[ \t]*;?/y;
const string = /"([^"\\\r\n]*)"|'([^'\\\r\n]*)'/y;
const key = /(?!__proto__)[A-Za-z_$][\w$]*/y;

class LiteralReader {
  readonly #text: string;
  #at: number = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Imports that bring nothing but types and `defineConfig`, and one default export. */
  file(): unknown {
    while (this.#take(typeImport) !== undefined || this.#take(ownImport) !== undefined);
    this.#need(/export(?![\w$])/y);
    this.#need(/default(?![\w$])/y);
    const isCall = this.#take(/defineConfig(?![\w$])/y) !== undefined;
    if (isCall) this.#need(/\(/y);
    const value = this.#value(0);
    if (isCall) {
      this.#take(/,/y);
      this.#need(/\)/y);
    }
    this.#take(/satisfies[ \t]+RpcgenConfig(?![\w$])/y);
    this.#take(/;/y);
    this.#need(/$/y);
    return value;
  }

  #value(depth: number): unknown {
    if (depth > depthMax) throw new NotLiteral();
    if (this.#take(/\{/y) !== undefined) return this.#object(depth);
    if (this.#take(/\[/y) !== undefined) return this.#array(depth);
    return this.#string();
  }

  #object(depth: number): unknown {
    const entries: [string, unknown][] = [];
    while (this.#take(/\}/y) === undefined) {
      const name = this.#take(key)?.[0] ?? this.#string();
      if (name === "__proto__") throw new NotLiteral();
      this.#need(/:/y);
      entries.push([name, this.#value(depth + 1)]);
      if (this.#take(/,/y) === undefined && !this.#isNext("}")) throw new NotLiteral();
    }
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown {
    const items: unknown[] = [];
    while (this.#take(/\]/y) === undefined) {
      items.push(this.#value(depth + 1));
      if (this.#take(/,/y) === undefined && !this.#isNext("]")) throw new NotLiteral();
    }
    return items;
  }

  /** Without escapes: what they mean is left to a JavaScript engine. */
  #string(): string {
    const [, double, single] = this.#need(string);
    return double ?? single ?? "";
  }

  #need(pattern: RegExp): RegExpExecArray {
    const match = this.#take(pattern);
    if (match === undefined) throw new NotLiteral();
    return match;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    this.#skipSpace();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #isNext(character: string): boolean {
    this.#skipSpace();
    return this.#text[this.#at] === character;
  }

  #skipSpace(): void {
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)?.[0].length ?? 0;
  }
}
