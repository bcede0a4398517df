/** Words as bash and zsh read them back. */

import type { CompletedOption } from "./model.js";

/** In single quotes, inside of which nothing means anything. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The forms of an option, the short one first. */
export function flagsOf({ short, long }: CompletedOption): readonly string[] {
  return [short, long].filter((flag) => flag !== undefined);
}
