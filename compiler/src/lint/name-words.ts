/** The words of a name, and what a name would be in another convention. */

/** `placed`, `at` for `placedAt`, `placed_at`, `PlacedAt` and `PLACED_AT`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split("_")
    .filter((word) => word !== "");
}

export function camelCase(name: string): string {
  const [first = "", ...rest] = wordsOf(name);
  return first + rest.map(capitalized).join("");
}

export function pascalCase(name: string): string {
  return wordsOf(name).map(capitalized).join("");
}

export function upperCase(name: string): string {
  return wordsOf(name).join("_").toUpperCase();
}

/** What to say behind a name that breaks a convention; nothing where the convention knows no better one. */
export function renaming(name: string, better: string): { readonly label: string | undefined } {
  return { label: better === "" || better === name ? undefined : `\`${better}\` would be` };
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
