/** Hashes of texts, the same on every machine and in every version: all clients have to agree on them. */

/** 32 bits of a text: FNV-1a over its UTF-16 code units, well mixed at the end. Not for secrets. */
export function hashText(text: string, seed: number = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mixBits(hash ^ Math.imul(text.length, 0x9e3779b1));
}

/** Spreads every bit of a number over all 32 (the finish of murmur3). */
export function mixBits(bits: number): number {
  let mixed = bits;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Members in an order on which all clients agree, whatever order their registries have. */
export function inAgreedOrder<M extends { readonly endpoint: { readonly address: string } }>(
  members: readonly M[],
): readonly M[] {
  return members.toSorted((a, b) => compareText(a.endpoint.address, b.endpoint.address));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
