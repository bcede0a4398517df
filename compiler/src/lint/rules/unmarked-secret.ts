/** What is named like a secret is marked as one. */

import type { FieldSchema } from "../../schema/schema.js";
import { wordsOf } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { hasAnnotation, ownFields } from "../written.js";

const secretWords: ReadonlySet<string> = new Set(
  "password passwords passwd passphrase passcode secret secrets token tokens credential credentials apikey jwt otp".split(
    " ",
  ),
);

/** In front of `key`. */
const keyWords: ReadonlySet<string> = new Set(["api", "private", "secret", "access", "encryption", "signing"]);

/** In front of `token`: those that open nothing. */
const harmless: ReadonlySet<string> = new Set(
  "page next previous prev sync cursor continuation continue resume idempotency request deduplication".split(" "),
);

export const unmarkedSecret: LintRule = defineRule({
  code: "unmarked-secret",
  hasSafeFixes: true,
  check: (subject, add) => {
    for (const { field } of ownFields(subject)) {
      if (!isText(field) || hasAnnotation(field, "secret") || !looksSecret(field.name)) continue;
      const start = subject.places.of(field, "number");
      const edits = start === undefined ? [] : [{ span: { ...start, end: start.start }, text: "@secret " }];
      add(subject.places.of(field), { name: field.name }, { fixes: [{ message: "add `@secret`", edits }] });
    }
  },
});

function isText({ type }: FieldSchema): boolean {
  return type.kind === "scalar" && (type.name === "string" || type.name === "bytes");
}

function looksSecret(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  if (last === "key") return keyWords.has(before);
  return secretWords.has(last) && !harmless.has(before);
}
