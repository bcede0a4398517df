/** What measuring asks of a bundler, whichever the project has. */

/** A program in memory; what it takes of the runtime stands on the disk. */
export interface ClientProgram {
  /** Texts of modules by their names, for instance `shop/orders.client.js`; they import one another by relative paths. */
  readonly texts: ReadonlyMap<string, string>;
  /** Name of the module to begin with. */
  readonly entry: string;
  /** Paths of what is imported by name, for instance of `@rpcgen/runtime/web`. */
  readonly packages: ReadonlyMap<string, string>;
  /** Leaves out what `packages` lists: only what the texts hold is bundled. */
  readonly isApart: boolean;
}

export interface Bundler {
  readonly name: string;
  readonly version: string;
  /** One minified module for browsers. Fails with the bundler's own error. */
  bundle(program: ClientProgram): Promise<string>;
}

/** Name of the module that `specifier` means in another one of the program; undefined where that is none. */
export function moduleNamed({ texts }: ClientProgram, specifier: string, importer: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const { pathname } = new URL(specifier, `file:///${importer}`);
  const name = decodeURIComponent(pathname.slice(1));
  return texts.has(name) ? name : undefined;
}
