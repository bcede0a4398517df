/** What a test says of the messages that it expects. */

/**
 * A value as a test expects it: the value itself, a function that says whether it will do, or, of a message, the fields that
 * matter, each expected in the same way. Lists have to be as long as they are here, maps may hold more.
 */
export type Expected<T> = ((value: T) => boolean) | ExpectedValue<T>;

type ExpectedValue<T> = T extends Whole
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, Expected<V>> | (K extends string ? Readonly<Record<string, Expected<V>>> : never)
    : T extends readonly (infer Item)[]
      ? readonly Expected<Item>[]
      : { readonly [Name in keyof T]?: Expected<T[Name]> | undefined };

/** Values without fields of their own. */
type Whole = string | number | bigint | boolean | null | undefined | Date | Uint8Array;

/** Each of a list of arguments, as a test expects it; those behind the last that matters may be left out. */
export type ExpectedArguments<Arguments extends readonly unknown[]> = Partial<{
  readonly [Index in keyof Arguments]: Expected<Arguments[Index]>;
}>;
