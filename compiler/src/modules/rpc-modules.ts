/** What `rpcgen/modules` offers to bundlers and other programs that import `.rpc` files: JavaScript in memory, and what is wrong. */

/** Which project is meant. */
export interface ModulesOptions {
  /**
   * Where the configuration is looked for, and the last directory in which logical paths begin. Absolute, or relative to the
   * working directory.
   */
  readonly directory: string;
  /** The configuration file; false ignores any. The nearest `rpcgen.config.*` if left out. */
  readonly config?: string | false | undefined;
}

/** One finding, with its place as editors and bundlers count. */
export interface ModuleDiagnostic {
  /** A word of `rpcgen explain`; API. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** One sentence. */
  readonly message: string;
  readonly place: ModulePlace | undefined;
  /** The finding as `rpcgen check` prints it: the sentence, the place, the line with carets, and what helps. */
  readonly text: string;
}

export interface ModulePlace {
  /** Absolute, with `/`. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** In UTF-16 units, on the first line of the finding. */
  readonly length: number;
  /** The whole line. */
  readonly lineText: string;
}

/** What an import of one `.rpc` file brings. */
export interface CompiledRpc {
  /** Absolute, with `/` and without symbolic links: one file has one path, however it was reached. */
  readonly path: string;
  /**
   * ECMAScript modules by role. "" is what is imported, and hands on the others: `types`, `codec`, `methods`, `rules`,
   * `client` and `server`, as far as there are any. They import each other as `./orders.rpc?rpcgen=codec`. Undefined where
   * there are errors.
   */
  readonly modules: ReadonlyMap<string, string> | undefined;
  /** The errors of the file and of all that it imports or, where there are none, the warnings of the file itself. */
  readonly diagnostics: readonly ModuleDiagnostic[];
  /** Absolute paths of all that this depends on, some of which may not be there yet. */
  readonly watchFiles: readonly string[];
}

/** A project that stays in memory. No method throws because of what stands in files. */
export interface RpcModules {
  /** Compiles one file as it is now. What was compiled before and has not changed since is not compiled again. */
  compile(path: string): Promise<CompiledRpc>;
  /** The path of a file without symbolic links, which is what `compile` knows it by; undefined where there is no such file. */
  locate(path: string): string | undefined;
  /** Says that files were made, changed or taken away at these paths; undefined means anywhere. */
  changed(paths?: Iterable<string>): void;
  /**
   * Writes `orders.d.rpc.ts`, by which TypeScript knows what an import of `orders.rpc` brings, beside the file at `path` and
   * beside all that it imports. Only what differs is written, and never over a file that is not rpcgen's own; files below
   * `node_modules` are left to their packages. Returns what stood in the way.
   */
  writeTypes(path: string): Promise<readonly ModuleDiagnostic[]>;
  /** The same for every file of the project: those that the configuration names, or else all below `rpc`. */
  writeAllTypes(): Promise<readonly ModuleDiagnostic[]>;
}
