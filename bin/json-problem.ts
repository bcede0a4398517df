/** Says what is wrong with a text that is no JSON, without showing any of it: there may be secrets in it. */

/** `thrown` is what JSON.parse threw. */
export function jsonProblem(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : "";
  // Engines quote the place where they stopped and what stands around it, and say nothing else then.
  return text === "" || /["`]|Unexpected token/.test(text) ? "there is something unexpected in it" : text;
}
