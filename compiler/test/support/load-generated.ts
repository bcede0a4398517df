/** Compiles texts to TypeScript, puts the result where the test runner can import it, and imports it. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { emitTypeScript } from "../../src/emit/ts/emit-typescript.js";
import { Report } from "../../src/report/report.js";
import type { Schema } from "../../src/schema/schema.js";
import { analyzeTexts } from "./analyze-text.js";

const cache = fileURLToPath(new URL("../../../.cache/generated-in-tests", import.meta.url));

export interface Generated {
  readonly schema: Schema;
  /** Where the files are. */
  readonly directory: string;
  /** The generated text by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** What a generated file exports, by its path. */
  load(path: string): Promise<Readonly<Record<string, unknown>>>;
}

/** Emits the TypeScript of texts without errors into a directory of its own, called `name`. */
export function generate(name: string, files: Readonly<Record<string, string>>): Generated {
  const { schema, places, diagnostics } = analyzeTexts(files);
  const report = new Report();
  const texts = emitTypeScript(schema, { importExtension: ".ts", version: "0.0.0-test", places }, report);
  const problems = [...diagnostics, ...report.findings().diagnostics].filter(({ severity }) => severity === "error");
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  const directory = join(cache, name);
  rmSync(directory, { recursive: true, force: true });
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return {
    schema,
    directory,
    texts,
    load: async (path) => (await import(pathToFileURL(join(directory, path)).href)) as Record<string, unknown>,
  };
}
