/** Lets a decoder continue the lists and maps of a message that comes in several parts. */

// Protobuf merges the parts of a repeated singular message. Only decoders call these, and only with what a decoder made
// a moment ago and nobody else has seen: that is why dropping `readonly` is sound, and appending in place stays linear.

export function reopenList<T>(list: readonly T[]): T[] {
  return list as T[];
}

export function reopenMap<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  return map as Map<K, V>;
}
