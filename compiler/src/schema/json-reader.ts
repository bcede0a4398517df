/** Reads JSON that nobody vouches for: every key known, every value of its type, and a path to what is wrong. */

/** What is wrong with a document, thrown inside the readers and caught at their door. */
export class JsonProblem extends Error {
  /** For instance `files[0].messages[2].name`, "" for the document as a whole. */
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** Parses JSON; a key that stands twice in one object is refused, since only one of the two would count. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new JsonProblem("", error instanceof Error ? error.message : String(error));
  }
  refuseDoubleKeys(text);
  return value;
}

/** Looks at the tokens of a text that is known to be JSON. */
function refuseDoubleKeys(text: string): void {
  const open: Set<string>[] = [];
  const next = /[{}"]/g;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    if (match[0] === "{") open.push(new Set());
    else if (match[0] === "}") open.pop();
    else {
      const end = endOfString(text, match.index);
      next.lastIndex = end;
      colon.lastIndex = end;
      if (colon.test(text)) noteKey(open.at(-1), String(JSON.parse(text.slice(match.index, end))));
    }
  }
}

const colon = /\s*:/y;

/** Where the string ends that begins at `start`. By hand: what a pattern remembers of a long one is too much for some engines. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return end + 1;
  }
}

function noteKey(keys: Set<string> | undefined, key: string): void {
  if (keys?.has(key) === true) throw new JsonProblem("", `the key ${JSON.stringify(key)} stands twice in one object`);
  keys?.add(key);
}

/** One value of a document, with the path that leads to it. */
export class JsonNode {
  readonly #value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.path = path;
  }

  /** The own members of an object; a key outside of `known` is refused, `__proto__` like any other. */
  object(known: readonly string[]): ReadonlyMap<string, JsonNode> {
    const value = this.#value;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.fail("has to be an object");
    const members = new Map<string, JsonNode>();
    for (const [key, inner] of Object.entries(value)) {
      const path = this.path === "" ? key : `${this.path}.${key}`;
      if (!known.includes(key)) throw new JsonProblem(path, "is not a key of this format");
      members.set(key, new JsonNode(inner, path));
    }
    return members;
  }

  list(): readonly JsonNode[] {
    if (!Array.isArray(this.#value)) return this.fail("has to be a list");
    return this.#value.map((item: unknown, index) => new JsonNode(item, `${this.path}[${index}]`));
  }

  string(): string {
    return typeof this.#value === "string" ? this.#value : this.fail("has to be a string");
  }

  boolean(): boolean {
    return typeof this.#value === "boolean" ? this.#value : this.fail("has to be true or false");
  }

  number(): number {
    // JSON.parse reads 1e400 as Infinity.
    const value = this.#value;
    return typeof value === "number" && Number.isFinite(value) ? value : this.fail("has to be a finite number");
  }

  integer(): number {
    const value = this.number();
    return Number.isSafeInteger(value) ? value : this.fail("has to be a whole number");
  }

  oneOf<const W extends string>(words: readonly W[]): W {
    const word = this.string();
    return words.find((known) => known === word) ?? this.fail(`has to be one of ${words.join(", ")}`);
  }

  fail(message: string): never {
    throw new JsonProblem(this.path, message);
  }
}

/** Members of an object by key, with what holds where one is left out. */
export class JsonObject {
  readonly #node: JsonNode;
  readonly #members: ReadonlyMap<string, JsonNode>;

  constructor(node: JsonNode, known: readonly string[]) {
    this.#node = node;
    this.#members = node.object(known);
  }

  /** The member of this key, which has to be there. */
  required(key: string): JsonNode {
    return this.#members.get(key) ?? this.#node.fail(`lacks "${key}"`);
  }

  /** What `read` makes of the member of this key, or the default where it is left out. */
  optional<T, D>(key: string, read: (node: JsonNode) => T, otherwise: D): T | D {
    const node = this.#members.get(key);
    return node === undefined ? otherwise : read(node);
  }

  /** The items of a list, none where it is left out. */
  items<T>(key: string, read: (node: JsonNode) => T): readonly T[] {
    return this.#members.get(key)?.list().map(read) ?? [];
  }

  flag(key: string): boolean {
    return this.#members.get(key)?.boolean() ?? false;
  }
}
