/** The questions that generated rules ask of values and that take more than a comparison. */

import type { MapOf } from "./check.js";

/** Whether a text has fewer characters (code points) than `least`. */
export function isShorter(text: string, least: number): boolean {
  // A character takes one or two units.
  if (text.length < least) return true;
  return text.length < 2 * least && characters(text) < least;
}

/** Whether a text has more characters (code points) than `most`. */
export function isLonger(text: string, most: number): boolean {
  if (text.length <= most) return false;
  return text.length > 2 * most || characters(text) > most;
}

function characters(text: string): number {
  let pairs = 0;
  for (let index = 0; index < text.length - 1; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      pairs++;
      index++;
    }
  }
  return text.length - pairs;
}

/** How many items a list or map has; none where it is left out. */
export function sizeOf(items: readonly unknown[] | MapOf<unknown>): number {
  if (items === undefined) return 0;
  if (Array.isArray(items)) return items.length;
  return items instanceof Map ? items.size : Object.keys(items).length;
}

/** Whether a list holds the same value twice; bytes are the same where their contents are. */
export function hasTwins(list: readonly unknown[] | undefined): boolean {
  if (list === undefined) return false;
  const seen = new Set<unknown>();
  for (const value of list) seen.add(value instanceof Uint8Array ? value.join() : value);
  return seen.size < list.length;
}
