/** Says what is wrong with a text that is no JSON, without showing any of it: there may be secrets in it. */

/** `thrown` is what JSON.parse threw. */
export function jsonProblem(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  // Engines quote what stands around the place, behind a comma and perhaps dots.
  return text
    .replace(/,? ?(\.\.\.)?"[\s\S]*$/, "")
    .replace(/Unexpected token '[\s\S]*'$/, "there is something unexpected in it");
}
