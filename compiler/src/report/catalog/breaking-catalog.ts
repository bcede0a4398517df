/** Every code of `rpcgen breaking`, and how deep the changes go that it may be about. */

import { breakingDeclarationCatalog } from "./breaking-declaration-catalog.js";
import { breakingFieldCatalog } from "./breaking-field-catalog.js";
import { breakingMethodCatalog } from "./breaking-method-catalog.js";

export type BreakingCatalog = typeof breakingDeclarationCatalog &
  typeof breakingFieldCatalog &
  typeof breakingMethodCatalog;

export type BreakingCode = keyof BreakingCatalog;

export const breakingCatalog: BreakingCatalog = {
  ...breakingDeclarationCatalog,
  ...breakingFieldCatalog,
  ...breakingMethodCatalog,
};

/** Between the older and the newer text of an example; a comment in the language itself. */
export const becomes = "\n// becomes\n";

/** Whether a word is a code of `rpcgen breaking`. */
export function isBreakingCode(word: string): word is BreakingCode {
  return Object.hasOwn(breakingCatalog, word);
}
