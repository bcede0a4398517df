/** Makes text from files safe to print, and measures how many columns of a terminal it takes. */

/** Controls, marks that cannot be seen or that reorder text, and halves of surrogate pairs. */
const unprintable =
  /[\0-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}\p{Surrogate}]/u;
const everyUnprintable: RegExp = new RegExp(unprintable, "gu");

/** Characters that take two columns: East Asian wide ones and emoji. */
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;

/** Characters that take no column of their own. */
const narrow = /[\p{Mn}\p{Me}\p{Emoji_Modifier}]/u;

const plain = /^[\x20-\x7e]*$/;

/** The text with everything that could move the cursor, colour the screen or reorder a line shown as what it is. */
export function printable(text: string): string {
  return plain.test(text) ? text : text.replace(everyUnprintable, show);
}

/** The same for each line of a text of several. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** How one code point is shown; a tab is left to the caller, who knows its column. */
export function printableCharacter(character: string): string {
  return unprintable.test(character) ? show(character) : character;
}

/** Columns of printable text. */
export function columnsOf(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += narrow.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/** Controls as their pictures, such as U+241B for escape; the rest by number. */
function show(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20) return String.fromCodePoint(0x2400 + point);
  if (point === 0x7f) return "\u2421";
  return `<U+${point.toString(16).toUpperCase().padStart(4, "0")}>`;
}
