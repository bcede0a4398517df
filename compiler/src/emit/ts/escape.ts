/** The only place where text from an `.rpc` file becomes part of TypeScript: made inert, whatever it says. */

/** A double-quoted string literal. */
export function stringLiteral(text: string): string {
  return jsonText(text);
}

/** A value as JSON in which nothing unseen stands as it is. */
export function jsonText(value: unknown): string {
  // JSON allows the two line separators inside strings; so do modern engines, but not every tool that reads lines.
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]|[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g,
    unicodeEscape,
  );
}

/** A property name: bare where it is an identifier, else quoted. */
export function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__" ? name : stringLiteral(name);
}

/** Text for the inside of a block comment: it can neither end the comment nor be a directive to a tool. */
export function commentText(text: string): string {
  return (
    text
      .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, "\n")
      .replaceAll("*/", "*\\/")
      // Tools look for these words in comments; a word joiner between keeps them readable and inert.
      .replace(/@(ts-|jsx|flow|license|preserve|generated|vite-|webpack)/g, "@\u2060$1")
      .replace(/(#)(?=\s*(sourceMappingURL|sourceURL|__PURE__|__NO_SIDE_EFFECTS__)|@__|\s*(end)?region)/g, "$1\u2060")
      .replace(
        /\b(eslint|tslint|biome|prettier|istanbul|c8|v8|oxlint|deno)(?=-?\s*(disable|enable|env|ignore|fmt|lint))/g,
        "$1\u2060",
      )
      // Unseen characters and changes of direction would let a comment look like something else.
      .replace(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]/g, "\ufffd")
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
  );
}

/** Text for a `//` comment: one line of it. */
export function lineCommentText(text: string): string {
  return commentText(text).replaceAll("\n", " ");
}

/** A TSDoc text from Markdown docs and tags; undefined where there is nothing to say. */
export function docText(
  docs: string,
  deprecated: string | undefined,
  tags: readonly string[] = [],
): string | undefined {
  const lines = [...tags];
  // A tag of TSDoc begins a line; Markdown from the IDL must not become one.
  const body = commentText(docs.trim()).replace(/^(\s*)@/gm, "$1\\@");
  if (deprecated !== undefined) lines.push(`@deprecated ${commentText(deprecated).replaceAll("\n", " ")}`.trimEnd());
  const text = [body, lines.join("\n")].filter((part) => part !== "").join("\n\n");
  return text === "" ? undefined : text;
}

/** A comment with that text, line by line. */
export function docLines(doc: string | undefined): string[] {
  if (doc === undefined) return [];
  const lines = doc.split("\n");
  if (lines.length === 1) return [`/** ${doc} */`];
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
