/** Large buffers are used again: fresh memory costs more to touch for the first time than to fill. */

import { allocate, asReceived } from "./utf8.js";

// What all connections of the process keep together: a message of 16 MiB, or a number of smaller ones.
const keptBytes = 20 * 1024 * 1024;
// Sizes are rounded up to this, so that messages of about one size find each other's buffers.
const roundBytes = 4096;

const kept: Uint8Array[] = [];
let bytes = 0;

/** A buffer of at least `size` bytes with arbitrary contents. */
export function lendBuffer(size: number): Uint8Array {
  for (let i = kept.length - 1; i >= 0; i--) {
    const buffer = kept[i] as Uint8Array;
    if (buffer.length < size || buffer.length > size * 2) continue;
    kept.splice(i, 1);
    bytes -= buffer.length;
    return buffer;
  }
  return allocate(Math.ceil(size / roundBytes) * roundBytes);
}

/** Takes a buffer that nobody reads or writes any more; the oldest ones make room for it. */
export function giveBuffer(buffer: Uint8Array): void {
  if (buffer.length > keptBytes) return;
  kept.push(asReceived(buffer));
  bytes += buffer.length;
  while (bytes > keptBytes) bytes -= kept.shift()?.length ?? 0;
}
