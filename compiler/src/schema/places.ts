/** Where the things of a schema were written, kept beside the schema, which itself knows of no text. */

import type { Span } from "../source/source-file.js";

/** A part of a declaration or member that a finding may point at. */
export type Part = "name" | "number" | "type" | "extends" | "parameters" | "result";

/**
 * Spans by thing and part. A schema that was read from JSON has no places; every question is then answered with
 * undefined, and findings have none.
 */
export class Places {
  readonly #spans: WeakMap<object, Map<string, Span>> = new WeakMap();
  readonly #incomplete: WeakSet<object> = new WeakSet();

  /** Notes where a part of `thing` (any object of the schema) stands. */
  set(thing: object, part: Part, span: Span): void {
    this.#put(thing, part, span);
  }

  /** Notes where the `index`-th of something stands: an annotation or its first argument, a reserved name, an error that is thrown. */
  setItem(thing: object, list: ItemList, index: number, span: Span): void {
    this.#put(thing, `${list}:${index}`, span);
  }

  /** The span of a part, or else of the name. */
  of(thing: object, part: Part = "name"): Span | undefined {
    const spans = this.#spans.get(thing);
    return spans?.get(part) ?? spans?.get("name");
  }

  /** The span of one item, or else of the name. */
  item(thing: object, list: ItemList, index: number): Span | undefined {
    const spans = this.#spans.get(thing);
    return spans?.get(`${list}:${index}`) ?? spans?.get("name");
  }

  /** Notes that parts of `thing` were refused already and are left out of it. */
  setIncomplete(thing: object): void {
    this.#incomplete.add(thing);
  }

  /** Whether what `thing` seems to lack may be among what was refused. */
  isIncomplete(thing: object): boolean {
    return this.#incomplete.has(thing);
  }

  #put(thing: object, key: string, span: Span): void {
    const spans = this.#spans.get(thing);
    if (spans === undefined) this.#spans.set(thing, new Map([[key, span]]));
    else spans.set(key, span);
  }
}

/** Lists whose items have places of their own. */
export type ItemList = "annotation" | "argument" | "reservedName" | "throws";
