/** Where the things of a schema were written, kept beside the schema, which itself knows of no text. */

import type { Span } from "../source/source-file.js";

/** A part of a declaration or member that a finding may point at. */
export type Part = "name" | "number" | "type" | "key" | "optional" | "reserved" | "extends" | "result" | "parameters";

/**
 * Spans by thing and part. A schema that was read from JSON has no places; every question is then answered with
 * undefined, and findings have none.
 */
export class Places {
  readonly #spans: WeakMap<object, Map<string, Span>> = new WeakMap();

  /** Notes where a part of `thing` (any object of the schema) stands. */
  set(thing: object, part: Part, span: Span): void {
    this.#put(thing, part, span);
  }

  /** Notes where the `index`-th of something stands: an annotation, a reserved range or name, an error that is thrown. */
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

  #put(thing: object, key: string, span: Span): void {
    const spans = this.#spans.get(thing);
    if (spans === undefined) this.#spans.set(thing, new Map([[key, span]]));
    else spans.set(key, span);
  }
}

/** Lists whose items have places of their own. */
export type ItemList = "annotation" | "range" | "reservedName" | "throws" | "import";
