/** Memory that is written to no more and belongs to nobody else, so that decoded bytes may be views of it. */

const settled = new WeakSet<Uint8Array>();

/** Marks `buffer`: from now on nobody writes to it, nor hands it to anybody but the decoder. */
export function settle(buffer: Uint8Array): void {
  settled.add(buffer);
}

export function isSettled(buffer: Uint8Array): boolean {
  return settled.has(buffer);
}
