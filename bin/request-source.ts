/** Where requests come from: the command line, or standard input. */

import { UsageError } from "./exit-code.js";
import { jsonProblem } from "./json-problem.js";
import { jsonValues } from "./json-values.js";

/** The request as it stands on the command line, or on standard input; an empty message where neither says anything. */
export async function oneRequest(given: string | undefined): Promise<string> {
  if (given !== undefined && given !== "-") return checkedJson(given);
  if (given === undefined && process.stdin.isTTY) return "{}";
  const values: string[] = [];
  for await (const value of jsonValues(process.stdin)) values.push(value);
  if (values.length > 1) throw new UsageError(`standard input has ${values.length} values, and the method takes one`);
  return values[0] ?? "{}";
}

/** Each item of a list on the command line, or each value of standard input as it comes. */
export function manyRequests(given: string | undefined): AsyncIterable<string> {
  return given === undefined || given === "-" ? jsonValues(process.stdin) : listed(given);
}

/**
 * The items of a list as they are written, since JavaScript's numbers would change long ones; or the one value that is no list.
 * Throws a UsageError for what is no JSON.
 */
export async function* listed(given: string): AsyncGenerator<string, void, undefined> {
  const text = checkedJson(given).trim();
  if (text.startsWith("[")) yield* jsonValues([text.slice(1, -1)], "the list");
  else yield given;
}

/** Each text, once `check` has looked at it. */
export async function* each(
  texts: AsyncIterable<string> | Iterable<string>,
  check: (text: string) => string,
): AsyncGenerator<string, void, undefined> {
  for await (const text of texts) yield check(text);
}

/** The text as it is. Throws a UsageError for what is no JSON. */
function checkedJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new UsageError(`the request is no JSON: ${jsonProblem(error)}`);
  }
}
