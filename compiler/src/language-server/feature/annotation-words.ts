/** What each annotation means, in a sentence, and how it is written. */

import { annotationCatalog } from "../../bind/annotation-catalog.js";
import type { AnnotationRule } from "../../bind/annotation-catalog.js";

const meanings: ReadonlyMap<string, string> = new Map([
  ["namespace", "Declares a namespace for annotations of your own."],
  ["deprecated", "Arrives as TSDoc; a warning where something that is not deprecated uses it."],
  ["example", "For documentation. May be repeated."],
  ["name", "Overrides the name in JSON, or that of a method on the wire."],
  ["js", "How a 64-bit integer shows in TypeScript."],
  ["packed", "A list of numbers travels as one row."],
  ["unpacked", "Each item of a list travels with its own tag."],
  ["allowAlias", "Two values may share a number."],
  ["code", "The status code with which the error travels."],
  ["timeout", "The default deadline, from 1 ms to 24 days."],
  ["idempotent", "May safely be repeated."],
  [
    "idempotencyKey",
    "Each call carries a key, and a server answers calls with one key once, so that they may be tried again; `shared` where all servers know all keys.",
  ],
  ["retry", "Tried again after a failure: attempts in all (2 to 5), first wait, longest wait."],
  ["hedge", "Sent again when an answer takes longer than this; the first answer wins. How often in all (2 to 5)."],
  ["cache", "Clients keep answers for this long, and at most so many."],
  ["rateLimit", "Calls a second that a server takes, and how many at once after a pause."],
  ["concurrency", "Calls that a server works on at once; `adaptive` finds a lower bound by itself."],
  ["min", "The least value."],
  ["max", "The greatest value."],
  ["minLength", "The least length."],
  ["maxLength", "The greatest length."],
  ["pattern", "A JavaScript regular expression with the `u` flag."],
  ["items", "How many items there are: least and greatest."],
  ["unique", "No value twice."],
  ["required", "It has to be there."],
  ["secret", "Not to be printed."],
]);

/** One sentence; "" for an annotation that there is not. */
export function annotationMeaning(name: string): string {
  return meanings.get(name) ?? "";
}

/** The parameters as they are shown in parentheses. */
export function annotationParameters(rule: AnnotationRule): readonly string[] {
  const countMin = rule.argumentCountMin ?? rule.arguments.length;
  return rule.arguments.map((argument, index) => {
    const words = argument.kind === "word" && argument.words.length <= 4 ? argument.words.join(" | ") : argument.kind;
    return index < countMin ? words : `${words}?`;
  });
}

/** `@timeout(2s)`: how it may be written. */
export function annotationExample(rule: AnnotationRule): string {
  const given = rule.arguments.map(({ example }) => example).join(", ");
  return given === "" ? `@${rule.name}` : `@${rule.name}(${given})`;
}

/** Markdown for hover and completion; undefined for an annotation that there is not. */
export function annotationDocs(name: string): string | undefined {
  const rule = annotationCatalog.get(name);
  if (rule === undefined) return undefined;
  return `\`\`\`rpc\n${annotationExample(rule)}\n\`\`\`\n${annotationMeaning(name)}`;
}
