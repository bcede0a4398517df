/** What every page is made with: the way to everything else, seen from this page. */

import type { FieldSchema, FileSchema, Schema, TypeSchema } from "../../../schema/schema.js";
import type { Names } from "../../names.js";
import { renderMarkdown } from "../markdown.js";
import { Addresses, homePage, rootFrom } from "./addresses.js";
import { SampleMaker } from "./sample-maker.js";
import { collectUses } from "./used-by.js";
import type { Use } from "./used-by.js";

export interface SiteSettings {
  readonly title: string;
  /** Markdown. */
  readonly intro: string;
  readonly importFrom: string;
  /** With `{path}` and `{line}`; "" where there are no such addresses. */
  readonly sourceUrl: string;
  readonly version: string;
}

/** What is worked out once for all pages. */
export class Site {
  readonly schema: Schema;
  readonly names: Names;
  readonly settings: SiteSettings;
  readonly addresses: Addresses;
  readonly samples: SampleMaker;
  readonly uses: ReadonlyMap<string, readonly Use[]>;
  readonly #files: Map<string, FileSchema> = new Map();
  readonly #filesByPath: ReadonlyMap<string, FileSchema>;

  constructor(schema: Schema, names: Names, settings: SiteSettings) {
    this.schema = schema;
    this.names = names;
    this.settings = settings;
    this.addresses = new Addresses(schema);
    this.samples = new SampleMaker(schema);
    this.uses = collectUses(schema);
    this.#filesByPath = new Map(schema.files.map((file) => [file.path, file]));
    for (const file of schema.files) {
      for (const list of [file.services, file.messages, file.unions, file.enums, file.errors, file.aliases]) {
        for (const { fullName } of list) this.#files.set(fullName, file);
      }
    }
  }

  /** The file that declares something. */
  fileOf(fullName: string): FileSchema | undefined {
    return this.#files.get(fullName);
  }

  fileAt(path: string): FileSchema | undefined {
    return this.#filesByPath.get(path);
  }
}

/** A bit of text that may lead somewhere; `href` is "" where it does not. */
export interface Piece {
  readonly text: string;
  readonly href: string;
}

/** Links as they are written on one page. */
export class PageContext {
  readonly site: Site;
  /** Path of the page from the top of the site. */
  readonly page: string;
  readonly root: string;
  readonly package: string;

  constructor(site: Site, page: string, packageName: string) {
    this.site = site;
    this.page = page;
    this.root = rootFrom(page);
    this.package = packageName;
  }

  /** The address of a page, relative to this one. */
  href(page: string): string {
    return this.root + page;
  }

  /** The address of a declaration or, with `id`, of a place on its page; "" where it has no page. */
  hrefOf(fullName: string, id: string = ""): string {
    const page = this.site.addresses.of(fullName);
    if (page === undefined) return "";
    return this.href(page) + (id === "" ? "" : `#${id}`);
  }

  hrefOfPackage(name: string): string {
    return this.href(this.site.addresses.ofPackage(name));
  }

  get home(): string {
    return this.href(homePage);
  }

  /** Markdown as HTML; names between backticks lead to what they name. Without a level, headings are only bold. */
  markdown(text: string, headingLevel?: number): string {
    return renderMarkdown(text, { addressOf: (name) => this.#addressOf(name), headingLevel });
  }

  /** A type as it is written in `.rpc`. */
  type(of: Pick<FieldSchema, "type" | "cardinality" | "mapKey"> & { readonly alias?: string | undefined }): Piece[] {
    if (of.alias !== undefined) return [this.named(of.alias)];
    const value = this.#value(of.type);
    if (of.cardinality === "repeated") return [value, text("[]")];
    return of.cardinality === "map" ? [text(`map<${of.mapKey ?? "string"}, `), value, text(">")] : [value];
  }

  /** The name of a declaration, shortened where it is one of this page's package. */
  named(fullName: string): Piece {
    const prefix = this.package === "" ? "" : `${this.package}.`;
    const shown = prefix !== "" && fullName.startsWith(prefix) ? fullName.slice(prefix.length) : shortName(fullName);
    return { text: shown, href: this.hrefOf(fullName) };
  }

  #value(type: TypeSchema): Piece {
    return type.kind === "scalar" || type.kind === "builtin" ? text(type.name) : this.named(type.name);
  }

  /** As the language looks names up: in the page's package, then in those around it. */
  #addressOf(name: string): string | undefined {
    if (!/^[A-Za-z_][\w.]*$/.test(name)) return undefined;
    for (let scope = this.package; ; scope = scope.slice(0, Math.max(0, scope.lastIndexOf(".")))) {
      const full = scope === "" ? name : `${scope}.${name}`;
      const dot = full.lastIndexOf(".");
      const [owner, member] = [full.slice(0, Math.max(0, dot)), full.slice(dot + 1)];
      const whole = this.hrefOf(full);
      if (whole !== "") return whole;
      const id = this.#memberId(owner, member);
      if (id !== "") return this.hrefOf(owner, id);
      if (scope === "") return undefined;
    }
  }

  #memberId(owner: string, member: string): string {
    const declared = this.site.schema.declarations.get(owner);
    if (declared === undefined || declared.kind === "alias") return "";
    switch (declared.kind) {
      case "service":
        return declared.methods.some(({ name }) => name === member) ? memberId("method", member) : "";
      case "enum":
        return declared.values.some(({ name }) => name === member) ? memberId("value", member) : "";
      case "union":
        return declared.fields.some(({ name }) => name === member) ? memberId("field", member) : "";
      default:
        return [...declared.fields, ...declared.members].some(({ name }) => name === member)
          ? memberId("field", member)
          : "";
    }
  }
}

/** The name of the place on a page where a member stands. */
export function memberId(kind: "field" | "method" | "value", name: string): string {
  return `${kind}-${name}`;
}

export function text(content: string): Piece {
  return { text: content, href: "" };
}

export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}
