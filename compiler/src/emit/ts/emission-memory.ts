/** What emitting keeps from one run to the next: the texts of each file, with everything that they were made from. */

import type { ScalarGroup } from "../../schema/scalar-messages.js";
import type { Declaration, FileSchema, Schema } from "../../schema/schema.js";
import type { Names } from "../names.js";

/** The texts of one `.rpc` file by their paths. */
export type FileTexts = readonly (readonly [path: string, text: string])[];

interface RememberedTexts {
  readonly source: FileSchema;
  readonly texts: FileTexts;
  /** What was asked about other declarations, by full name: the declaration then, and where it stood. */
  readonly consulted: ReadonlyMap<string, Consulted>;
}

interface Consulted {
  readonly declaration: Declaration | undefined;
  readonly source: string | undefined;
  /** What is known of it that may stand in a message that it holds. */
  readonly traits: string;
}

/** What is known of all messages at once, by their full names. */
export interface Traits {
  /** Those with rules about their values. */
  readonly ruled: ReadonlySet<string>;
  /** Those with secrets in them. */
  readonly secret: ReadonlySet<string>;
  /** The kinds of numbers in them. */
  readonly scalars: ReadonlyMap<string, readonly ScalarGroup[]>;
}

function traitsOf(fullName: string, { ruled, secret, scalars }: Traits): string {
  const kinds = scalars.get(fullName)?.join(" ") ?? "";
  return `${ruled.has(fullName) ? "ruled" : ""} ${secret.has(fullName) ? "secret" : ""} ${kinds}`;
}

/** Handed from one run to the next with the same options; without one, a run begins with an empty one. */
export class EmissionMemory {
  #files: Map<string, RememberedTexts> = new Map();
  #used: Map<string, RememberedTexts> = new Map();
  readonly #shapes: WeakMap<Declaration, string> = new WeakMap();

  /** The texts of last time, if the file and all that its texts were made from look the same to an emitter. */
  find(source: FileSchema, schema: Schema, names: Names, traits: Traits): FileTexts | undefined {
    const known = this.#files.get(source.path);
    if (known?.source !== source) return undefined;
    for (const [fullName, { declaration, source: file, traits: then }] of known.consulted) {
      if (traitsOf(fullName, traits) !== then) return undefined;
      const now = schema.declarations.get(fullName);
      if (now === declaration) continue;
      if (now === undefined || declaration === undefined || names.sourceOf(fullName) !== file) return undefined;
      if (this.#shapeOf(now) !== this.#shapeOf(declaration)) return undefined;
    }
    this.#used.set(source.path, known);
    return known.texts;
  }

  keep(
    source: FileSchema,
    schema: Schema,
    names: Names,
    asked: ReadonlySet<string>,
    texts: FileTexts,
    traits: Traits,
  ): void {
    const consulted = new Map<string, Consulted>();
    for (const fullName of asked) {
      const declaration = schema.declarations.get(fullName);
      consulted.set(fullName, { declaration, source: names.sourceOf(fullName), traits: traitsOf(fullName, traits) });
    }
    this.#used.set(source.path, { source, texts, consulted });
  }

  /** Ends a run: files that it did not ask for are forgotten. */
  sweep(): void {
    this.#files = this.#used;
    this.#used = new Map();
  }

  /** A declaration without its place: nothing that is emitted tells where it stood. */
  #shapeOf(declaration: Declaration): string {
    const known = this.#shapes.get(declaration);
    if (known !== undefined) return known;
    const shape = JSON.stringify(declaration, (key, value: unknown) =>
      key === "line" || key === "column" ? undefined : value,
    );
    this.#shapes.set(declaration, shape);
    return shape;
  }
}

/** The declarations of a schema, noting which of them an emitter asks for. */
export function noting(schema: Schema, asked: Set<string>): Schema {
  const { declarations } = schema;
  const noted: ReadonlyMap<string, Declaration> = {
    get: (fullName) => {
      asked.add(fullName);
      return declarations.get(fullName);
    },
    has: (fullName) => {
      asked.add(fullName);
      return declarations.has(fullName);
    },
    size: declarations.size,
    forEach: refuse,
    keys: refuse,
    values: refuse,
    entries: refuse,
    [Symbol.iterator]: refuse,
  };
  return { files: schema.files, declarations: noted };
}

function refuse(): never {
  throw new Error("an emitter asks for declarations one by one, so that it is known what a file was made from");
}
