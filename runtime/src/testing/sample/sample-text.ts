/** Texts that keep the rules of their field. */

import { textMaker, type TextMaker } from "./matching-text.js";
import type { SampleRules } from "./sample-shape.js";

const words =
  "amber basil cedar delta ember fable grove hazel iris juniper kelp lark maple nectar olive pine quartz river sage thyme umber violet willow yarrow zephyr".split(
    " ",
  );

/** How many texts are made of an expression before it is given up. */
const attemptsMax = 600;
/** How many of those may come to nothing because they grow too long. */
const longMax = 20;
/** Of what a text is made of that has no least length. */
const stepsMax = 200_000;

interface Expression {
  readonly matches: RegExp;
  readonly make: TextMaker | undefined;
}

const expressions = new Map<string, Expression>();

/** A text; undefined where none was found that keeps the rules. */
export function textOf(rules: SampleRules, random: () => number): string | undefined {
  const { minLength = 0, maxLength = Infinity, pattern } = rules;
  if (!matchesLength(minLength, maxLength)) return undefined;
  if (pattern === undefined) return wordsOf(minLength, maxLength, random);
  const { matches, make } = expressionOf(pattern);
  if (make === undefined) return undefined;
  let long = 0;
  for (let attempt = 0; attempt < attemptsMax && long < longMax; attempt++) {
    // Most of what people write repeats a little; the longer it does not help, the more is tried.
    const more = [4, 12, 40, minLength, 2 * minLength + 8][attempt % 5] ?? 4;
    const text = make(random, more, stepsMax + 4 * minLength);
    if (text === undefined) {
      long++;
      continue;
    }
    const length = [...text].length;
    if (length >= minLength && length <= maxLength && matches.test(text)) return text;
  }
  return undefined;
}

export function matchesLength(least: number, most: number): boolean {
  return least <= most && least <= 1_000_000;
}

function wordsOf(least: number, most: number, random: () => number): string {
  const wanted = Math.min(most, Math.max(least, 3 + Math.floor(random() * 10)));
  let text = "";
  while (text.length < wanted) text += `${text === "" ? "" : " "}${words[Math.floor(random() * words.length)] ?? ""}`;
  // One word where that is allowed; else cut to fit, where a space at the end would look odd.
  return text.length <= most ? text : text.slice(0, wanted).replace(/ $/, "x");
}

function expressionOf(pattern: string): Expression {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  const made = { matches: new RegExp(pattern, "u"), make: textMaker(pattern) };
  expressions.set(pattern, made);
  return made;
}
