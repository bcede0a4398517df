/** The examples of the repository, analysed, and the site that is made of them or of a text. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyze } from "../../src/compile.js";
import { emitDocs } from "../../src/emit/text/docs/emit-docs.js";
import type { DocsOptions } from "../../src/emit/text/docs/emit-docs.js";
import { createNodeHost } from "../../src/project/host-node.js";
import { Report } from "../../src/report/report.js";
import type { Schema } from "../../src/schema/schema.js";

export const repository: string = fileURLToPath(new URL("../../..", import.meta.url));

/** All examples that compile together, with the logical paths that the committed output was made with. */
export function exampleSchema(): Schema {
  const host = createNodeHost(repository);
  const root = host.absolute("idl-examples");
  const entries = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".rpc") && !path.startsWith("evolution"))
    .map((path) => join(root, path))
    .sort();
  const analysis = analyze(entries, host, { roots: [root] }, new Report());
  if (!analysis.isSound) throw new Error("the examples have errors");
  return analysis.schema;
}

export function packagedTemplates(): ReadonlyMap<string, string> {
  const directory = join(repository, "templates/docs");
  return new Map(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")]));
}

/** The files of the site with the templates of the package, unless `options` say otherwise. */
export function siteOf(schema: Schema, options: Partial<DocsOptions> = {}): ReadonlyMap<string, string> {
  return emitDocs(schema, { templates: packagedTemplates(), version: "0.0.0-test", ...options }, new Report());
}
