/** Every diagnostic code of the compiler: its severity, its sentence, and what `rpcgen explain` says about it. */

import { breakingCatalog } from "./catalog/breaking-catalog.js";
import type { BreakingCatalog } from "./catalog/breaking-catalog.js";
import { checkCatalog } from "./catalog/check-catalog.js";
import { ingestCatalog } from "./catalog/ingest-catalog.js";
import { lintCatalog } from "./catalog/lint-catalog.js";
import { nameCatalog } from "./catalog/name-catalog.js";
import { outputCatalog } from "./catalog/output-catalog.js";
import { syntaxCatalog } from "./catalog/syntax-catalog.js";
import type { Severity } from "./diagnostic.js";

/** One code. To add one is to add an entry to one of the files in `catalog/`; `report.add` is then checked against it. */
export interface CatalogEntry {
  readonly severity: Severity;
  /** The sentence of one finding, without a full stop; names from the source stand in backticks. */
  readonly message: (parameters: never) => string;
  /** A short paragraph for `rpcgen explain`: why this is refused and what to do. */
  readonly explanation: string;
  /** The smallest text that is refused with this code. */
  readonly wrong: string;
  /** The same, mended. */
  readonly right: string;
}

export type Catalog = typeof syntaxCatalog &
  typeof nameCatalog &
  typeof checkCatalog &
  BreakingCatalog &
  typeof outputCatalog &
  typeof lintCatalog &
  typeof ingestCatalog;

/** A diagnostic code: a kebab-case word, and API. */
export type Code = keyof Catalog;

/** What the message of a code needs to know. */
export type ParametersOf<C extends Code> =
  Parameters<Catalog[C]["message"]> extends [infer P] ? P : Readonly<Record<string, never>>;

export const catalog: Catalog & Readonly<Record<Code, CatalogEntry>> = {
  ...syntaxCatalog,
  ...nameCatalog,
  ...checkCatalog,
  ...breakingCatalog,
  ...outputCatalog,
  ...lintCatalog,
  ...ingestCatalog,
};

/** Whether a word, for instance one typed after `rpcgen explain`, is a code. */
export function isCode(word: string): word is Code {
  return Object.hasOwn(catalog, word);
}
