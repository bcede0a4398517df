/** Takes values out of a buffer in Protobuf's wire format: packed lists beside single values. */

import { takeShortVarints } from "./packed.js";
import { ScalarReader } from "./scalar-reader.js";
import * as shared from "./words.js";

// Constants of this file, which the engine folds; what is imported it looks up each time.
const { chunk, chunkBytes, chunkFloats, isLittleEndian } = shared;

/** What generated decoders read with. Packed lists end at `end`, and go behind what `list` holds already. */
export class Reader extends ScalarReader {
  int32s(end: number, list: number[]): number[] {
    this.shortVarints(end, list);
    while (this.position < end) {
      list.push(this.int32());
      this.shortVarints(end, list);
    }
    return list;
  }

  uint32s(end: number, list: number[]): number[] {
    this.shortVarints(end, list);
    while (this.position < end) {
      list.push(this.uint32());
      this.shortVarints(end, list);
    }
    return list;
  }

  floats(end: number, list: number[]): number[] {
    const bytes = end - this.position;
    if (bytes % 4 !== 0) this.fail("a packed list of floats has a length that is no multiple of 4");
    if (!isLittleEndian) {
      while (this.more(end)) list.push(this.float());
      return list;
    }
    const numbers = chunkFloats;
    const all = listFor(bytes / 4, list);
    let at = list.length;
    for (let p = this.position; p < end; p += chunkBytes.length) {
      const stop = Math.min(end, p + chunkBytes.length);
      chunkBytes.set(this.buffer.subarray(p, stop));
      const count = (stop - p) >>> 2;
      for (let i = 0; i < count; i++) all[at++] = numbers[i]!;
    }
    this.position = end;
    return all;
  }

  doubles(end: number, list: number[]): number[] {
    const bytes = end - this.position;
    if (bytes % 8 !== 0) this.fail("a packed list of doubles has a length that is no multiple of 8");
    if (!isLittleEndian) {
      while (this.more(end)) list.push(this.double());
      return list;
    }
    const numbers = chunk;
    const all = listFor(bytes / 8, list);
    let at = list.length;
    for (let p = this.position; p < end; p += chunkBytes.length) {
      const stop = Math.min(end, p + chunkBytes.length);
      chunkBytes.set(this.buffer.subarray(p, stop));
      const count = (stop - p) >>> 3;
      for (let i = 0; i < count; i++) all[at++] = numbers[i]!;
    }
    this.position = end;
    return all;
  }

  private shortVarints(end: number, list: number[]): void {
    if (this.position < end && this.buffer[end - 1]! > 127) this.fail("an item is longer than its packed list");
    this.position = takeShortVarints(this.buffer, this.position, end, list);
  }
}

/** `list`, or one that need not grow: most lists come in one piece. The bytes are there, so `count` is no mere claim. */
function listFor(count: number, list: number[]): number[] {
  return list.length === 0 ? new Array<number>(count) : list;
}
