/** The spelling of what goes into an `.rpc` file: strings, comments and names that nothing in a foreign file can break out of. */

/** Characters that a string of `.rpc` shows as they are. */
const plain = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** A string literal; what cannot be seen is escaped, and half of a surrogate pair replaced. */
export function rpcString(text: string): string {
  let literal = "";
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (character === '"' || character === "\\") literal += `\\${character}`;
    else if (character === "\n") literal += "\\n";
    else if (character === "\t") literal += "\\t";
    else if (point >= 0xd800 && point <= 0xdfff) literal += "\\u{fffd}";
    else if (plain.test(character)) literal += character;
    else literal += `\\u{${point.toString(16)}}`;
  }
  return `"${literal}"`;
}

/** Controls, and marks that turn the direction of writing: the language takes them nowhere. */
const unseen = /[\0-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** One line of a comment. A third slash would make documentation of it, and so would a fourth unmake it. */
export function commentLine(mark: "//" | "///", line: string): string {
  const shown = line
    .replace(
      unseen,
      (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`,
    )
    .trimEnd();
  return shown === "" ? mark : `${mark} ${shown}`;
}

/** Lines of a foreign file that have no equal, as they stand there. */
export function quotedLines(language: string, text: string): readonly string[] {
  const [first = "", ...rest] = text.split(/\r\n|\r|\n/);
  const indents = rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const indent = indents.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  return [`${language}: ${first.trim()}`, ...rest.map((line) => line.slice(Math.min(indent, line.length)).trimEnd())];
}
