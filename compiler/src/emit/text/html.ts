/** Text as HTML: inert between tags and in quoted attributes, whatever it says. */

/** Characters that nobody sees, or that turn the direction of what follows, would let a page look like something else. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => entities[character] ?? character);
}

/** The same text with a mark in the place of what nobody would see. */
export function visible(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(unseen, "\ufffd");
}
