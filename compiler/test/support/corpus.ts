/** Walks a corpus: each input beside the text that is expected of it; a missing text means that nothing is expected. */

import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** One input: a file `x.rpc`, or a folder whose entry is `main.rpc`. */
export interface CorpusCase {
  /** Path inside the corpus without the extension, for instance `numbers/reserved`. */
  readonly name: string;
  /** Absolute path of the directory that holds the entry. */
  readonly directory: string;
  /** File name of the entry. */
  readonly entry: string;
  /** Absolute path up to where an expectation's extension begins. */
  readonly stem: string;
}

const corpusRoot = fileURLToPath(new URL("../corpus", import.meta.url));

/** The cases of one part of the corpus, sorted by name. */
export function corpusCases(part: string): readonly CorpusCase[] {
  const root = join(corpusRoot, part);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".rpc"));
  const folders = new Set(files.filter((path) => path.endsWith("/main.rpc")).map(dirname));
  const isInFolder = (path: string): boolean => [...folders].some((folder) => path.startsWith(`${folder}/`));
  const single = files
    .filter((path) => !isInFolder(path))
    .map((path): CorpusCase => {
      const stem = join(root, path.slice(0, -".rpc".length));
      return {
        name: relative(root, stem),
        directory: dirname(stem),
        entry: `${relative(dirname(stem), stem)}.rpc`,
        stem,
      };
    });
  const many = [...folders].map((folder): CorpusCase => {
    const directory = join(root, folder);
    return { name: folder, directory, entry: "main.rpc", stem: directory };
  });
  return [...single, ...many].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The text that is expected, "" where there is none. With REFRESH=1 in the environment, `actual` becomes that text. */
export function expectedText(stem: string, extension: string, actual: string): string {
  const path = stem + extension;
  if (process.env["REFRESH"] === "1") {
    if (actual !== "") writeFileSync(path, actual);
    else rmSync(path, { force: true });
  }
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
