/** Turns a schema into a static HTML site. Pure: nothing is read and nothing is written here. */

import type { Schema } from "../../../schema/schema.js";
import { TemplateSet } from "../template-set.js";

export interface DocsOptions {
  /** Texts of the templates and of what stands beside the pages, by file name, for instance `index.hbs`. */
  readonly templates: ReadonlyMap<string, string>;
  readonly version: string;
}

/** The text of each file by its path. Throws a TemplateError where a template cannot be used. */
export function emitDocs(schema: Schema, options: DocsOptions): ReadonlyMap<string, string> {
  const texts = [...options.templates].flatMap(([file, text]): [string, string][] =>
    file.endsWith(".hbs") ? [[file.slice(0, -".hbs".length), text]] : [],
  );
  const templates = new TemplateSet(new Map(texts));
  const names = [...schema.declarations.keys()];
  return new Map([["index.html", templates.render("index", { version: options.version, names })]]);
}
