/** Where on the site everything stands: a page for each declaration, below the directory of its package. */

import type { Declaration, FileSchema, Schema } from "../../../schema/schema.js";
import { portableNameProblem, portablePathKey } from "../../../source/portable-path.js";

/** The pages at the top of the site, and what stands beside them. Names with a hyphen cannot be those of packages. */
export const homePage = "index.html";
export const namesPage = "all-names.html";
export const styleFile = "docs-site.css";
export const scriptFile = "docs-site.js";
export const indexFile = "search-index.js";

/** The longest part of a name that becomes part of a path. */
const nameLengthMax = 100;

/** Pages by what they are about. Paths are relative to the site's top and hold letters, digits, `_`, `-`, `.` and `/` only. */
export class Addresses {
  readonly #directories: Map<string, string> = new Map();
  readonly #pages: Map<string, string> = new Map();

  constructor(schema: Schema) {
    const directories = new Set([homePage]);
    const taken = new Map<string, Set<string>>();
    for (const file of schema.files) {
      const known = this.#directories.get(file.package);
      const directory = known ?? mint(file.package === "" ? "no-package" : file.package, "", directories);
      this.#directories.set(file.package, directory);
      const names = taken.get(directory) ?? new Set([homePage]);
      taken.set(directory, names);
      for (const declaration of declarationsOf(file)) {
        this.#pages.set(declaration.fullName, `${directory}/${mint(declaration.name, ".html", names)}`);
      }
    }
  }

  /** The page of a declaration; undefined for messages that the compiler made up. */
  of(fullName: string): string | undefined {
    return this.#pages.get(fullName);
  }

  /** The page of a package, which may be "". */
  ofPackage(name: string): string {
    return `${this.#directories.get(name) ?? "no-package"}/${homePage}`;
  }
}

/** What a file declares and people read about, one kind after the other. */
export function declarationsOf(file: FileSchema): readonly Declaration[] {
  return [
    ...file.services,
    ...file.messages.filter(({ isSynthetic }) => !isSynthetic),
    ...file.unions,
    ...file.enums,
    ...file.errors,
    ...file.aliases,
  ];
}

/** The way from a page back to the top of the site: "" or "../". */
export function rootFrom(page: string): string {
  return "../".repeat(page.split("/").length - 1);
}

/** A name for a file or directory that every file system can hold and that is not among `taken` on any of them. */
function mint(name: string, extension: string, taken: Set<string>): string {
  const stem = name.slice(0, nameLengthMax);
  const safe = portableNameProblem(stem + extension) === undefined ? stem : `rpc-${stem}`;
  let candidate = safe + extension;
  for (let count = 2; taken.has(portablePathKey(candidate)); count++) candidate = `${safe}-${count}${extension}`;
  taken.add(portablePathKey(candidate));
  return candidate;
}
