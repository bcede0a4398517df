/** Makes damaged bytes and texts of whole ones. */

import type { Chance } from "./target.js";

/** Numbers that lie at the edges of what decoders count with. */
const edges = [0, 1, 0x7f, 0x80, 0xff];

/** Bytes with some of them changed, left out, repeated or added. */
export function damagedBytes(bytes: Uint8Array, chance: Chance): Uint8Array {
  let list = [...bytes];
  for (let times = chance.below(4); times > 0; times--) {
    const at = chance.below(list.length + 1);
    switch (chance.below(6)) {
      case 0:
        list[at] = chance.below(256);
        break;
      case 1:
        list[at] = chance.oneOf(edges);
        break;
      case 2:
        list.splice(at, 1 + chance.below(4));
        break;
      case 3:
        list.splice(at, 0, ...Array.from({ length: 1 + chance.below(8) }, () => chance.below(256)));
        break;
      case 4:
        list.splice(at, 0, ...list.slice(at, at + chance.below(16)));
        break;
      default:
        list = list.slice(0, at);
    }
  }
  return Uint8Array.from(list, (byte) => byte ?? 0);
}

const oddTexts = [
  "",
  "\0",
  "\u2028",
  "\ud800",
  "__proto__",
  "constructor",
  "1e999",
  "-0",
  "9007199254740993",
  "{",
  "[",
  '"',
  "\\",
  "null",
  "/*",
  "}",
];

/** A text with pieces of it left out, repeated, moved, or replaced by odd ones. */
export function damagedText(text: string, chance: Chance): string {
  let damaged = text;
  for (let times = chance.below(5); times > 0; times--) {
    const from = chance.below(damaged.length + 1);
    const to = Math.min(damaged.length, from + chance.below(20));
    const [before, piece, after] = [damaged.slice(0, from), damaged.slice(from, to), damaged.slice(to)];
    switch (chance.below(5)) {
      case 0:
        damaged = before + after;
        break;
      case 1:
        damaged = before + piece + piece + after;
        break;
      case 2:
        damaged = before + chance.oneOf(oddTexts) + after;
        break;
      case 3:
        damaged = before + chance.oneOf(oddTexts).repeat(chance.below(200)) + after;
        break;
      default: {
        const elsewhere = chance.below(after.length + 1);
        damaged = before + after.slice(0, elsewhere) + piece + after.slice(elsewhere);
      }
    }
  }
  return damaged;
}

/** Cuts bytes into chunks at random. */
export function cutAtRandom(bytes: Uint8Array, chance: Chance): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + chance.below(chance.below(2) === 0 ? 5 : bytes.length - at);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
