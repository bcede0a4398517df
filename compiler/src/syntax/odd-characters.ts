/** Characters outside the alphabet of the language: what they are called, and what is said about them. */

import type { Details, Report } from "../report/report.js";
import type { SourceFile, Span } from "../source/source-file.js";

/** Names of the invisible characters that people meet. */
const invisibleNames = new Map([
  [0x00, "null"],
  [0x07, "bell"],
  [0x08, "backspace"],
  [0x1b, "escape"],
  [0x7f, "delete"],
  [0x85, "next line"],
  [0xa0, "no-break space"],
  [0xad, "soft hyphen"],
  [0x061c, "Arabic letter mark"],
  [0x180e, "Mongolian vowel separator"],
  [0x200b, "zero width space"],
  [0x200c, "zero width non-joiner"],
  [0x200d, "zero width joiner"],
  [0x200e, "left-to-right mark"],
  [0x200f, "right-to-left mark"],
  [0x2028, "line separator"],
  [0x2029, "paragraph separator"],
  [0x202a, "left-to-right embedding"],
  [0x202b, "right-to-left embedding"],
  [0x202c, "pop directional formatting"],
  [0x202d, "left-to-right override"],
  [0x202e, "right-to-left override"],
  [0x202f, "narrow no-break space"],
  [0x2060, "word joiner"],
  [0x2066, "left-to-right isolate"],
  [0x2067, "right-to-left isolate"],
  [0x2068, "first strong isolate"],
  [0x2069, "pop directional isolate"],
  [0x3000, "ideographic space"],
  [0xfeff, "byte order mark"],
]);

/** ASCII letters and the Cyrillic, Greek and other letters that look like them. */
const lookAlikeLetters: readonly (readonly [string, string])[] = [
  ["a", "\u0430\u03b1"],
  ["c", "\u0441\u03f2"],
  ["d", "\u0501"],
  ["e", "\u0435"],
  ["h", "\u04bb"],
  ["i", "\u0456\u0131\u03b9"],
  ["j", "\u0458\u03f3"],
  ["o", "\u043e\u03bf\u0585"],
  ["p", "\u0440\u03c1"],
  ["q", "\u051b"],
  ["s", "\u0455"],
  ["u", "\u03c5\u057d"],
  ["v", "\u03bd\u0475"],
  ["w", "\u051d\u0461"],
  ["x", "\u0445"],
  ["y", "\u0443"],
  ["A", "\u0410\u0391"],
  ["B", "\u0412\u0392"],
  ["C", "\u0421"],
  ["E", "\u0415\u0395"],
  ["H", "\u041d\u0397"],
  ["I", "\u0406\u0399\u04c0"],
  ["J", "\u0408"],
  ["K", "\u041a\u039a\u212a"],
  ["M", "\u041c\u039c"],
  ["N", "\u039d"],
  ["O", "\u041e\u039f"],
  ["P", "\u0420\u03a1"],
  ["S", "\u0405"],
  ["T", "\u0422\u03a4"],
  ["X", "\u0425\u03a7"],
  ["Y", "\u04ae\u03a5"],
  ["Z", "\u0396"],
];

const lookAlikes: ReadonlyMap<string, string> = new Map(
  lookAlikeLetters.flatMap(([letter, others]) => [...others].map((other) => [other, letter] as const)),
);

/** Marks of other alphabets and keyboards, and the ASCII marks that they look like. */
export const lookAlikeMarks: ReadonlyMap<string, string> = new Map([
  ["\uff1a", ":"],
  ["\uff1b", ";"],
  ["\uff0c", ","],
  ["\u3001", ","],
  ["\u037e", ";"],
  ["\uff1d", "="],
  ["\uff1f", "?"],
  ["\uff0e", "."],
  ["\uff20", "@"],
  ["\uff5b", "{"],
  ["\uff5d", "}"],
  ["\uff08", "("],
  ["\uff09", ")"],
  ["\uff3b", "["],
  ["\uff3d", "]"],
  ["\uff1c", "<"],
  ["\uff1e", ">"],
]);

/** Dashes that are no letters and no part of a name. */
export function isDash(unit: number): boolean {
  return (unit >= 0x2010 && unit <= 0x2015) || unit === 0x2212;
}

/** Whether a character above ASCII separates words as a space does. */
export function isSpace(unit: number): boolean {
  return (
    unit === 0x85 ||
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** Whether a character shows nothing or changes the direction of text. */
export function isInvisible(unit: number): boolean {
  return (
    unit < 0x20 ||
    (unit >= 0x7f && unit <= 0x9f) ||
    unit === 0xad ||
    unit === 0x061c ||
    unit === 0x180e ||
    (unit >= 0x200b && unit <= 0x200f) ||
    (unit >= 0x202a && unit <= 0x202e) ||
    (unit >= 0x2060 && unit <= 0x206f) ||
    unit === 0xfeff
  );
}

/** Reports the invisible character at an offset, unless it is one that `reportDirectionControls` has found. */
export function reportInvisible(source: SourceFile, offset: number, report: Report): void {
  if (isDirectionControl(source.text.charCodeAt(offset))) return;
  report.add("invisible-character", ...invisibleAt(source, offset));
}

/** The place and name of an invisible character, with the edit that takes it out. */
function invisibleAt(source: SourceFile, offset: number): [Span, { name: string; code: string }, Details] {
  const unit = source.text.charCodeAt(offset);
  const span: Span = { source, start: offset, end: offset + 1 };
  const text = isSpace(unit) ? " " : "";
  const fix = { message: text === "" ? "remove it" : "write a plain space", edits: [{ span, text }] };
  return [span, { name: nameOf(unit), code: codePoint(unit) }, { fixes: [fix] }];
}

/** Whether a character reorders the text around it. */
function isDirectionControl(unit: number): boolean {
  return (unit >= 0x202a && unit <= 0x202e) || (unit >= 0x2066 && unit <= 0x2069);
}

/** Reports every character that reorders text, wherever it stands: in a comment or a string it can hide what is compiled. */
export function reportDirectionControls(source: SourceFile, report: Report): void {
  const pattern = /[\u202a-\u202e\u2066-\u2069]/g;
  for (let match = pattern.exec(source.text); match !== null; match = pattern.exec(source.text)) {
    report.add("invisible-character", ...invisibleAt(source, match.index));
  }
}

/** Reports what is wrong with a name and returns the name that was probably meant. */
export function reportName(written: string, span: Span, report: Report): string {
  let visible = "";
  for (let index = 0; index < written.length; index++) {
    if (isInvisible(written.charCodeAt(index))) reportInvisible(span.source, span.start + index, report);
    else visible += written.charAt(index);
  }
  const foreign = /[^\0-\x7f]/u.exec(visible);
  if (foreign === null) {
    if (/[^A-Za-z0-9_]/.test(visible)) reportPunctuatedName(visible, span, report);
    return visible;
  }
  const character = foreign[0];
  const code = codePoint(character.codePointAt(0) ?? 0);
  const meant = [...visible].map((letter) => lookAlikes.get(letter) ?? letter).join("");
  const isMeant = /^[A-Za-z_][A-Za-z0-9_]*$/.test(meant);
  const at = Math.max(0, written.indexOf(character));
  report.add(
    "non-ascii-name",
    { ...span, start: span.start + at, end: span.start + at + character.length },
    { name: visible, character, code },
    {
      label: isMeant ? `it only looks like \`${lookAlikes.get(character) ?? ""}\`` : undefined,
      fixes: isMeant ? [{ message: `write \`${meant}\``, edits: [{ span, text: meant }] }] : [],
    },
  );
  return isMeant ? meant : visible;
}

/** Reports `placed-at` and `$id`, with the name in camelCase as the repair. */
function reportPunctuatedName(name: string, span: Span, report: Report): void {
  const parts = name.split(/[^A-Za-z0-9_]+/).filter((part) => part !== "");
  const meant = parts
    .map((part, index) => (index === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join("");
  const isMeant = /^[A-Za-z_]/.test(meant);
  report.add(
    "malformed-name",
    span,
    { name },
    {
      label: isMeant ? `did you mean \`${meant}\`?` : undefined,
      fixes: isMeant ? [{ message: `write \`${meant}\``, edits: [{ span, text: meant }] }] : [],
    },
  );
}

function nameOf(unit: number): string {
  const name = invisibleNames.get(unit);
  if (name !== undefined) return name;
  return unit < 0xa0 ? "control character" : "invisible character";
}

/** For instance `U+200B`. */
function codePoint(point: number): string {
  return `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}
