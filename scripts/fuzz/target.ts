/** What can be fuzzed: something that takes a list of parts and has to keep a promise whatever they are. */

/** Chance, following a seed. */
export interface Chance {
  /** From 0 to below 1. */
  fraction(): number;
  /** A whole number from 0 to below a bound. */
  below(bound: number): number;
  oneOf<T>(list: readonly T[]): T;
}

/** What a run is made of; a shorter list is a simpler run. */
export type Part = Uint8Array | string;

export interface FuzzTarget {
  readonly name: string;
  /** What is fuzzed and what it promises, in one line. */
  readonly about: string;
  generate(chance: Chance): readonly Part[];
  /** Throws or rejects where a promise was broken. */
  run(parts: readonly Part[]): void | Promise<void>;
}

/** A promise that was broken. */
export function broken(what: string): never {
  throw new Error(what);
}
