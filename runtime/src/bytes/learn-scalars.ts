/** Gives the reader and the writer of browsers the kinds of numbers that a method says to need. */

import type { Scalars } from "./scalars.js";
import { SmallReader } from "./small-reader.js";
import { SmallWriter } from "./small-writer.js";

/** For good, and for all methods: what one has learnt another one does not mind. */
export function learnScalars(scalars: readonly Scalars[]): void {
  for (const { reads, writes } of scalars) {
    Object.assign(SmallReader.prototype, reads);
    Object.assign(SmallWriter.prototype, writes);
  }
}
