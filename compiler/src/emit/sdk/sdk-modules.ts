/** How a package's users reach what is generated: the index, and a path of its own for every file. */

import type { FileSchema, Schema } from "../../schema/schema.js";
import { filePaths, type FilePaths, type Names } from "../names.js";

/** Kinds of files that the index hands on; servers are reached by their own paths, so that clients never carry them. */
const indexed = ["types", "codec", "methods", "rules", "client"] as const;

export class SdkModules {
  private readonly packageName: string;
  private readonly texts: ReadonlyMap<string, string>;
  /** Paths of the `.rpc` files whose names nobody else has. */
  private readonly inIndex: ReadonlySet<string>;

  /** `texts` are the generated TypeScript files by their paths. */
  constructor(packageName: string, schema: Schema, names: Names, texts: ReadonlyMap<string, string>) {
    this.packageName = packageName;
    this.texts = texts;
    this.inIndex = filesForIndex(schema, names);
  }

  /** From where users import what the file in `role` of an `.rpc` file exports. */
  moduleOf(source: string, role: keyof FilePaths): string {
    const isIndexed = this.inIndex.has(source) && indexed.some((kind) => kind === role);
    return isIndexed ? this.packageName : `${this.packageName}/${filePaths(source)[role].replace(/\.ts$/, "")}`;
  }

  isIndexed(source: string): boolean {
    return this.inIndex.has(source);
  }

  /** The text of `index.ts`, beside the generated files. */
  index(schema: Schema, head: string): string {
    const lines = schema.files
      .filter(({ path }) => this.inIndex.has(path))
      .flatMap(({ path }) => indexed.map((role) => filePaths(path)[role]))
      .filter((path) => this.texts.has(path))
      .map((path) => `export * from "./${path.replace(/\.ts$/, ".js")}";`);
    return `${[head, lines.length === 0 ? "export {};" : lines.join("\n")].join("\n\n")}\n`;
  }
}

/** A name that two files have could come from either: both are then left to their own paths, whichever came first. */
function filesForIndex(schema: Schema, names: Names): ReadonlySet<string> {
  const own = schema.files.filter(({ isStandard }) => !isStandard);
  const owners = new Map<string, FileSchema[]>();
  for (const file of own) {
    for (const name of names.declaredIn(file.path)) owners.set(name, [...(owners.get(name) ?? []), file]);
  }
  const torn = new Set([...owners.values()].filter((files) => files.length > 1).flat());
  return new Set(own.filter((file) => !torn.has(file)).map(({ path }) => path));
}
