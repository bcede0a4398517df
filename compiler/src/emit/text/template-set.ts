/** The door to handlebars: a set of templates that know each other, and nothing beyond the values they are given. */

import Handlebars from "handlebars";
import { findForbidden } from "./template-laws.js";
import { inert } from "./inert.js";

/** A template cannot be used, or failed while it was used. */
export class TemplateError extends Error {
  override readonly name: string = "TemplateError";
  /** The template's name, for instance `service`. */
  readonly template: string;
  /** What is wrong with it, as the end of a sentence. */
  readonly reason: string;

  constructor(template: string, reason: string) {
    super(`${template}: ${reason}`);
    this.template = template;
    this.reason = reason;
  }
}

/** What templates may do: these four blocks, partials, and values. `lookup` and `log` reach further than that. */
const knownHelpers = {
  if: true,
  unless: true,
  each: true,
  with: true,
  lookup: false,
  log: false,
  helperMissing: false,
  blockHelperMissing: false,
};

/** Templates by name; each may use every other as a partial. They are compiled once. */
export class TemplateSet {
  readonly #templates: Map<string, Handlebars.TemplateDelegate<object>> = new Map();

  /** Throws a TemplateError for the first template that cannot be used. */
  constructor(texts: ReadonlyMap<string, string>) {
    const handlebars = Handlebars.create();
    for (const helper of ["lookup", "log"]) handlebars.unregisterHelper(helper);
    for (const [name, text] of texts) {
      const template = compile(handlebars, name, text, texts);
      this.#templates.set(name, template);
      handlebars.registerPartial(name, template);
    }
  }

  /** The text of a template for a view of plain objects, arrays, strings, numbers and booleans. Throws a TemplateError. */
  render(name: string, view: object): string {
    const template = this.#templates.get(name);
    if (template === undefined) throw new TemplateError(name, "there is no such template");
    try {
      return template(inert(view) as object, {
        allowProtoMethodsByDefault: false,
        allowProtoPropertiesByDefault: false,
        allowCallsToHelperMissing: false,
      });
    } catch (error) {
      throw new TemplateError(name, reasonOf(error));
    }
  }
}

function compile(
  handlebars: typeof Handlebars,
  name: string,
  text: string,
  texts: ReadonlyMap<string, string>,
): Handlebars.TemplateDelegate<object> {
  try {
    const program = handlebars.parse(text);
    const forbidden = findForbidden(program, texts);
    if (forbidden !== undefined) throw new TemplateError(name, `line ${forbidden.line}: ${forbidden.reason}`);
    const options = { strict: true, knownHelpersOnly: true, knownHelpers, preventIndent: true };
    // Handlebars puts the real work off until the first use; mistakes shall be found before anything is written.
    handlebars.precompile(program, options);
    return handlebars.compile<object>(handlebars.parse(text), options);
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(name, reasonOf(error));
  }
}

/** The first line of what handlebars, or the engine under it, has to say. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return "the templates use each other without end";
  const message = error instanceof Error ? error.message : String(error);
  const missing = /^"(.*)" not defined in .* - (\d+):\d+$/.exec(message);
  if (missing !== null) return `line ${missing[2]}: there is no \`${missing[1]}\` here`;
  const helper = /used the unknown helper (\S+)(?: - (\d+):\d+)?$/.exec(message);
  if (helper !== null) {
    const line = helper[2] === undefined ? "" : `line ${helper[2]}: `;
    return `${line}there is no helper \`${helper[1]}\`; there are if, unless, each and with`;
  }
  return message.replace(/\s*\n[\s\S]*/, "").slice(0, 300);
}
