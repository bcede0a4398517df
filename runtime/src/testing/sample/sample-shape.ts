/** What sample factories know of a message: generated as data, so that one maker serves all of them. */

/** A message, the detail of an error, or a union. `T` is what is made of it; at run time it is not there. */
export interface SampleShape<T = unknown> {
  /** Full name in the IDL. */
  readonly name: string;
  /** The members are those of a union, of which one is there. */
  readonly isUnion?: true;
  readonly members: readonly (SampleField | SampleUnion)[];
  readonly made?: T;
}

/** An inline union of a message. */
export interface SampleUnion {
  readonly name: string;
  readonly oneOf: readonly SampleField[];
  readonly isRequired?: true;
}

export interface SampleField {
  /** The property in TypeScript, or the kind of a union's member. */
  readonly name: string;
  /** Of the value, of each item of a list, of each value of a map. */
  readonly type: SampleType;
  /** The field is a list, or a map with keys of this type. */
  readonly many?: "list" | { readonly key: SampleScalar };
  /** It may be left out. */
  readonly isOptional?: true;
  readonly rules?: SampleRules;
}

export type SampleType = SampleScalar | readonly string[] | (() => SampleShape);

/** A scalar or a built-in; 64-bit integers say what they are in TypeScript. An enum is the list of its values. */
export type SampleScalar =
  | "bool"
  | "bytes"
  | "double"
  | "duration"
  | "float"
  | "int32"
  | "json"
  | "string"
  | "timestamp"
  | "uint32"
  | `${"int64" | "uint64"}${"" | ":number" | ":string"}`;

/** What annotations say of a field's values; numbers in their decimal spelling. */
export interface SampleRules {
  readonly min?: string;
  readonly max?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: readonly [least: number, most: number];
  readonly isUnique?: true;
  readonly isRequired?: true;
}
