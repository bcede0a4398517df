/** The findings of `check` whose repair is certain, so that it may be carried out without asking. */

import type { Code } from "./catalog.js";
import type { Diagnostic } from "./diagnostic.js";

/** What is taken away, and is missed by nobody, since it did nothing or is said beside it. */
const takingAway: readonly Code[] = [
  "alias-not-needed",
  // Only those have a fix for which an annotation says exactly the same.
  "foreign-option",
  "import-cycle",
  "import-repeated",
  "import-unused",
  "invisible-character",
  "union-number",
];

/** What is written otherwise, or elsewhere, and says the same. */
const rewriting: readonly Code[] = [
  "foreign-declaration",
  "foreign-method",
  "foreign-modifier",
  "malformed-number",
  "misplaced-doc",
  "misplaced-import",
  "misplaced-package",
  "missing-colon",
  // A declaration of this very name is there, and the file does not import it.
  "not-imported",
  "number-first",
  "number-last",
  "optional-type",
  "reserved-item",
  "single-quotes",
  "type-first",
  "unexpected-text",
  // Behind a misspelt keyword stand a name and a body, and no two of the five keywords that can are alike.
  "unknown-keyword",
  "unterminated-string",
];

const taking: ReadonlySet<string> = new Set(takingAway);
const certain: ReadonlySet<string> = new Set([...takingAway, ...rewriting]);

/** Words of other languages that are said by a mark here, or by the place of something. */
const wordsWithMarks: ReadonlySet<string> = new Set(
  "optional repeated singular rpc returns async void oneof".split(" "),
);

/** Their declarations and methods are told by another word. */
const wordCodes: ReadonlySet<string> = new Set(["foreign-declaration", "unknown-keyword"]);

/**
 * Whether the first fix of a finding says what was meant and nothing else. It is not certain of names that are only
 * spelt alike, since a wrong guess compiles; nor of numbers and types, which decide the bytes; nor where a word, a number
 * or a text would be lost.
 */
export function isCertain({ code, fixes }: Diagnostic): boolean {
  const [fix] = fixes;
  if (fix === undefined || !certain.has(code)) return false;
  if (taking.has(code)) return true;
  const removed = fix.edits.map(({ span }) => span.source.text.slice(span.start, span.end)).join(" ");
  const added = fix.edits.map(({ text }) => text).join(" ");
  const before = wordsOf(removed);
  const after = wordsOf(added);
  if (before.length > 0 && /[^\s\x20-\x7e]/.test(removed)) return false;
  // One word in place of one word is what these propose.
  if (wordCodes.has(code) && before.length === 1 && after.length === 1) return true;
  const lost = before.filter((word) => !after.includes(word) && !wordsWithMarks.has(word));
  const gained = after.filter((word) => /^\d/.test(word) && !before.includes(word));
  return lost.length === 0 && gained.length === 0;
}

function wordsOf(text: string): readonly string[] {
  return (text.match(/\w+/g) ?? []).map((word) => word.toLowerCase());
}
