/** Examples of values made from the schema: one value, ready to be shown as TypeScript and as canonical JSON. */

/** A value and how it is written. The texts of "plain" are literals of either language. */
export type Sample =
  | { readonly kind: "plain"; readonly ts: string; readonly json: string }
  | { readonly kind: "list"; readonly items: readonly Sample[] }
  | { readonly kind: "map"; readonly entries: readonly SampleEntry[]; readonly isRecord: boolean }
  | { readonly kind: "object"; readonly properties: readonly SampleProperty[] }
  /** A standalone union that holds one member. */
  | { readonly kind: "choice"; readonly member: string; readonly jsonName: string; readonly value: Sample }
  /** A value whose two forms have nothing in common. */
  | { readonly kind: "forms"; readonly ts: Sample; readonly json: Sample };

export interface SampleEntry {
  readonly key: Extract<Sample, { readonly kind: "plain" }>;
  readonly value: Sample;
}

export interface SampleProperty {
  readonly name: string;
  readonly jsonName: string;
  /** The member that an inline union holds; JSON then shows the member in the union's place. */
  readonly member: string | undefined;
  readonly value: Sample;
}
